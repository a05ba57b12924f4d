import Datasets
import LinearAlgebra

/// The sums that linear scores need, once for all θ: Σ_{i∈c} sᵢ·x̃ᵢ for each cell, then Σᵢ aᵢₖ·x̃ᵢ for
/// each continuous attribute (already weighted and centred), shape `(width)` each.
struct MomentPass<Scalar: KernelScalar>: Sendable {
  let rows: ScoreRows<Scalar>
  let attributes: [Buffer<Scalar>]
  let kernels: RowKernels<Scalar>

  init(_ rows: ScoreRows<Scalar>, attributes: [Buffer<Scalar>]) {
    self.rows = rows
    self.attributes = attributes
    kernels = RowKernels(features: rows.features)
  }

  /// The sums of one thread.
  final class Partial: BlockPartial {
    private let pass: MomentPass
    private let byCell: PassAccumulator<Scalar>
    private let byAttribute: [PassAccumulator<Scalar>]
    private let scratch: TileScratch<Scalar>
    private let everyone: Buffer<UInt16>

    init(_ pass: MomentPass) {
      self.pass = pass
      let asked = SumsAsked(lossByCell: true)
      byCell = PassAccumulator(pass.kernels, cells: pass.rows.cellCount, asked: asked)
      byAttribute = pass.attributes.map { _ in
        PassAccumulator(pass.kernels, cells: 1, asked: asked)
      }
      scratch = TileScratch(rows: pass.kernels.tileRows)
      everyone = Buffer(zeroed: pass.kernels.tileRows)
    }

    func clear() { for sums in [byCell] + byAttribute { sums.clear() } }

    func accumulate(_ range: Range<Int>) {
      let rows = pass.rows
      var first = range.lowerBound
      while first < range.upperBound {
        let count = min(pass.kernels.tileRows, range.upperBound - first)
        // SAFETY: the tile lies inside the rows; codes are below the slots of their sums.
        let weights = rows.sampleWeights.map { UnsafePointer($0.pointer + first) }
        Scalar.Kernels.startScores(weights, count, weights == nil ? 1 : 0, scratch.r)
        pass.add(first, count, scratch, rows.cells.pointer + first, byCell)
        for (values, sums) in zip(pass.attributes, byAttribute) {
          Scalar.Kernels.startScores(values.pointer + first, count, 0, scratch.r)
          pass.add(first, count, scratch, everyone.pointer, sums)
        }
        first += count
      }
    }

    func finish(to numbers: UnsafeMutablePointer<Double>) {
      let width = pass.kernels.width
      byCell.finishSlopes(to: numbers)
      for (k, sums) in byAttribute.enumerated() {
        // SAFETY: the caller has room for a row a cell and attribute.
        sums.finishSlopes(to: numbers + (pass.rows.cellCount + k) * width)
      }
    }
  }

  /// Adds a tile whose factors are in `r` of the scratch.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func add(
    _ first: Int, _ count: Int, _ scratch: TileScratch<Scalar>, _ codes: UnsafePointer<UInt16>,
    _ sums: PassAccumulator<Scalar>
  ) {
    Scalar.Kernels.codesScatter(codes, count, scratch.r, sums.lossIntercept)
    kernels.addRowsByCell(
      first: first, count: count, values: scratch.r, cells: codes, dense: sums.lossDense,
      wide: sums.lossWide)
    sums.filled(count)
  }
}
