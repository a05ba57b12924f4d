import Datasets
import LinearAlgebra

/// Second derivatives of sums over rows: Σ hᵢ·x̃ᵢx̃ᵢᵀ with hᵢ = s·p(1−p)·(α_c + β_c·(1−2p)), where
/// α and β are tables over the cells (of the loss and of the probability), and x̃ = (x, 1).
struct CurvaturePass<Scalar: KernelScalar>: Sendable {
  let rows: ScoreRows<Scalar>
  let kernels: RowKernels<Scalar>
  let coefficients, alpha, beta: Buffer<Scalar>
  let sets: Int

  init(_ rows: ScoreRows<Scalar>, _ question: CurvatureQuestion) {
    self.rows = rows
    kernels = RowKernels(features: rows.features)
    coefficients = Buffer(narrowing: question.theta)
    alpha = Buffer(narrowing: question.alpha)
    beta = Buffer(narrowing: question.beta)
    sets = question.sets
  }

  /// Rows of a Gram tile: the inner dimension of `syrk`, large enough for its kernels.
  static var gramRows: Int { 256 }

  var scorer: Scorer<Scalar> {
    Scorer(rows: rows, kernels: kernels, coefficients: coefficients, sets: sets)
  }

  /// h of a tile into the scratch.
  func curvature(
    first: Int, count: Int, _ scorer: Scorer<Scalar>, _ scratch: TileScratch<Scalar>
  ) {
    // SAFETY: the caller's tile lies inside the rows and fits the scratch.
    scorer.scores(first: first, count: count, into: scratch)
    Scalar.Kernels.sigmoidSoftplus(scratch.z, count, scratch.p, scratch.softplus)
    let weights = rows.sampleWeights.map { UnsafePointer($0.pointer + first) }
    Scalar.Kernels.curvatureByCell(
      scratch.p, rows.cells.pointer + first, weights, count, alpha.pointer, beta.pointer,
      scratch.h)
  }

  /// Calls `body` with the tiles of a range, their curvatures in the scratch.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func forEachTile(
    of range: Range<Int>, rows tile: Int, _ scratch: TileScratch<Scalar>,
    _ body: (_ first: Int, _ count: Int) -> Void
  ) {
    let scorer = scorer
    var first = range.lowerBound
    while first < range.upperBound {
      let count = min(tile, range.upperBound - first)
      curvature(first: first, count: count, scorer, scratch)
      body(first, count)
      first += count
    }
  }

  // MARK: - Matrices

  /// The lower triangle of Σ h·x̃x̃ᵀ for one thread, one for each part of the rows: each set, or each
  /// class of cells.
  final class GramPartial: BlockPartial {
    /// With several parts a tile is so many times longer at most, as each has a share of it.
    private static var longest: Int { 16 }

    private let pass: CurvaturePass
    private let parts: Buffer<UInt16>
    private let tileRows: Int
    private let tile: SetTile<Scalar>?
    private let sums: [GramAccumulator<Scalar>]
    private let scratch: TileScratch<Scalar>

    /// - Parameters:
    ///   - parts: the part that the rows of each cell belong to.
    ///   - count: how many parts there are.
    init(_ pass: CurvaturePass, parts: [Int], count: Int) {
      self.pass = pass
      self.parts = Buffer(parts.map { UInt16($0) })
      let rows = CurvaturePass.gramRows * min(count, Self.longest)
      tileRows = rows
      scratch = TileScratch(rows: rows)
      let tile = count > 1 ? SetTile(of: pass.rows.features, rows: rows) : nil
      self.tile = tile
      sums = (0..<count).map { _ in
        GramAccumulator(tile?.kernels ?? pass.kernels, tileRows: rows)
      }
    }

    func clear() { for sum in sums { sum.clear() } }

    func accumulate(_ range: Range<Int>) {
      pass.forEachTile(of: range, rows: tileRows, scratch) { first, count in
        guard let tile else {
          sums[0].add(first: first, count: count, curvature: scratch.h)
          return
        }
        // SAFETY: the scratch holds the tile; cells are below the parts' count.
        let codes = scratch.codes(of: pass.rows.cells.pointer + first, count, in: parts.pointer)
        for part in sums.indices {
          let members = tile.gather(
            first: first, count: count, codes: codes, code: UInt16(part), curvature: scratch.h)
          guard members > 0 else { continue }
          sums[part].add(first: 0, count: members, curvature: tile.curvatures.pointer)
        }
      }
    }

    func finish(to numbers: UnsafeMutablePointer<Double>) {
      let width = pass.kernels.width
      for (part, sum) in sums.enumerated() {
        sum.flush()
        // SAFETY: the caller has room for a triangle a part.
        sum.triangle(to: numbers + part * (width * (width + 1) / 2))
      }
    }
  }

  // MARK: - Diagonals

  /// The diagonal of Σ h·x̃x̃ᵀ for one thread; for one set of coefficients.
  final class DiagonalPartial: BlockPartial {
    private let pass: CurvaturePass
    private let scratch: TileScratch<Scalar>
    private let sums: Buffer<Double>
    private let scaled: Buffer<Scalar>
    private let fourths: Buffer<Double>

    init(_ pass: CurvaturePass) {
      self.pass = pass
      let kernels = pass.kernels
      scratch = TileScratch(rows: kernels.tileRows)
      sums = Buffer(zeroed: kernels.width)
      scaled = Buffer(zeroed: kernels.tileRows * kernels.denseColumns)
      fourths = Buffer(zeroed: kernels.denseColumns)
    }

    func clear() { sums.pointer.update(repeating: 0, count: sums.count) }

    func accumulate(_ range: Range<Int>) {
      pass.forEachTile(of: range, rows: pass.kernels.tileRows, scratch) { first, count in
        add(first: first, count: count)
      }
    }

    /// Adds a tile whose curvatures are in the scratch; negative ones count as 0.
    private func add(first: Int, count: Int) {
      // SAFETY: the tile lies inside the rows and fits the scratch; codes are below their levels.
      let kernels = pass.kernels
      let features = kernels.features
      let dense = kernels.denseColumns
      if dense > 0 {
        _ = Scalar.Kernels.signedRoots(scratch.h, count, scratch.u, scratch.r)
        Scalar.Kernels.rowsScale(
          features.dense.pointer(row: first), count, dense, features.dense.rowStride, scratch.u,
          scaled.pointer)
        Scalar.Kernels.columnPowers(
          scaled.pointer, count, dense, dense, sums.pointer, fourths.pointer)
      }
      kernels.addLevels(first: first, count: count, values: scratch.h, to: sums.pointer)
      sums.pointer[kernels.width - 1] += Scalar.Kernels.sum(scratch.h, count)
    }

    func finish(to numbers: UnsafeMutablePointer<Double>) {
      // SAFETY: the caller has room for a number a coefficient.
      numbers.update(from: sums.pointer, count: sums.count)
    }
  }

  /// Σ h of each level of each categorical column by cell, for one thread; 0 at other columns.
  final class LevelPartial: BlockPartial {
    private let pass: CurvaturePass
    private let scratch: TileScratch<Scalar>
    private let sums: Buffer<Double>

    init(_ pass: CurvaturePass) {
      self.pass = pass
      scratch = TileScratch(rows: pass.kernels.tileRows)
      sums = Buffer(zeroed: pass.rows.cellCount * pass.kernels.width)
    }

    func clear() { sums.pointer.update(repeating: 0, count: sums.count) }

    func accumulate(_ range: Range<Int>) {
      pass.forEachTile(of: range, rows: pass.kernels.tileRows, scratch) { first, count in
        // SAFETY: codes are below their levels and cells below their count.
        pass.kernels.addLevelsByCell(
          first: first, count: count, values: scratch.h, cells: pass.rows.cells.pointer + first,
          to: sums.pointer)
      }
    }

    func finish(to numbers: UnsafeMutablePointer<Double>) {
      // SAFETY: the caller has room for a number a cell and coefficient.
      numbers.update(from: sums.pointer, count: sums.count)
    }
  }

  // MARK: - Products

  /// Σ h·(x̃·v)·x̃ for one thread.
  final class ProductPartial: BlockPartial {
    private let pass: CurvaturePass
    private let along: Scorer<Scalar>
    private let sums: PassAccumulator<Scalar>
    private let scratch: TileScratch<Scalar>

    init(_ pass: CurvaturePass, direction: Buffer<Scalar>) {
      self.pass = pass
      along = Scorer(
        rows: pass.rows, kernels: pass.kernels, coefficients: direction, sets: pass.sets,
        addsOffset: false)
      sums = PassAccumulator(
        pass.kernels, cells: pass.sets, asked: .init(lossByCell: pass.sets > 1))
      scratch = TileScratch(rows: pass.kernels.tileRows)
    }

    func clear() { sums.clear() }
    func accumulate(_ range: Range<Int>) { pass.accumulateProduct(range, along, scratch, sums) }
    func finish(to numbers: UnsafeMutablePointer<Double>) { sums.finishSlopes(to: numbers) }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func accumulateProduct(
    _ range: Range<Int>, _ along: Scorer<Scalar>, _ scratch: TileScratch<Scalar>,
    _ sums: PassAccumulator<Scalar>
  ) {
    // SAFETY: scratch holds a tile; without sets all rows are in set 0.
    forEachTile(of: range, rows: kernels.tileRows, scratch) { first, count in
      along.scores(first: first, count: count, into: scratch)
      Scalar.Kernels.multiply(scratch.h, scratch.z, count, scratch.r)
      if sets > 1 {
        let codes = scratch.sets(of: rows.cells.pointer + first, count)
        Scalar.Kernels.codesScatter(codes, count, scratch.r, sums.lossIntercept)
        kernels.addRowsByCell(
          first: first, count: count, values: scratch.r, cells: codes, dense: sums.lossDense,
          wide: sums.lossWide)
      } else {
        sums.lossIntercept[0] += Scalar.Kernels.sum(scratch.r, count)
        kernels.addRows(
          first: first, count: count, values: scratch.r, dense: sums.lossDense,
          wide: sums.lossWide)
      }
      sums.filled(count)
    }
  }
}
