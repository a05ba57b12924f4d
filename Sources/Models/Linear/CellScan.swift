import LinearAlgebra

/// What one reading of the rows at θ tells about every weighting and relabelling of their cells.
///
/// A loss with weight u_c and label y_c in cell c has the value Σ_c u_c·(softplus[c] − y_c·m_c·θ) and
/// the gradient Σ_c u_c·(probability[c] − y_c·m_c), with m_c the sum of the cell's rows: so the
/// loss of any u and y is known at θ, and of any threshold of the score what it selects.
public struct CellScan: Sendable {
  /// Σ_{i∈c} s·log(1 + eᶻ), shape `(cells)`.
  public var softplus: [Double]
  /// Σ_{i∈c} s·σ(z)·x̃ with x̃ = (x, 1), shape `(cells, width)`.
  public var probability: [Double]
  /// Σ of sample weights of the rows of each cell in each bin of the score, shape `(bins, cells)`:
  /// bin k of B holds width·(k − B/2) ≤ z < width·(k + 1 − B/2), the outer bins the rest as well.
  public var histogram: [Double]
}

extension ScoreRows {
  /// Sums over cells at a model; the rows' offset is not part of a hypothesis and left out.
  ///
  /// - Parameter width: of a bin; a power of two, so that comparing with an edge is exact.
  public func cellScan(
    at model: LinearModel, width: Double, bins: Int, pool: WorkerPool = .default
  ) -> CellScan {
    precondition(width > 0 && bins >= 2, "a histogram needs a width and two bins")
    let scanner = CellScanner(self, bins: bins)
    let theta = Buffer<Scalar>(narrowing: model.theta)
    let chunks = RowSelection.all(rows).chunks(of: Blocking.chunk(rows: rows))
    let total = scanner.partial()
    pool.orderedReduce(
      chunks.count, makePartial: { scanner.partial() },
      body: { chunk, partial in
        partial.clear()
        for range in chunks[chunk] { scanner.accumulate(range, theta, 1 / width, partial) }
        partial.sums.flush()
      },
      merge: { total.add($0) })
    let result = total.sums.result()
    return CellScan(
      softplus: result.loss, probability: result.lossByCell, histogram: total.histogram.array)
  }

  /// Σ_{i∈c} s·x̃ of each cell, shape `(cells, width)`.
  public func cellMoments(pool: WorkerPool = .default) -> [Double] {
    ScorePass(
      rows: self, softplusWeights: [], scoreWeights: [], sets: nil, request: .init(), pool: pool
    ).moments(attributes: []).flatMap(\.self)
  }
}

/// One pass of a scan, a tile at a time.
private struct CellScanner<Scalar: KernelScalar>: Sendable {
  let rows: ScoreRows<Scalar>
  let kernels: RowKernels<Scalar>
  let bins: Int
  /// The loss log(1 + eᶻ) in every cell.
  let ones, zeros: Buffer<Scalar>

  init(_ rows: ScoreRows<Scalar>, bins: Int) {
    self.rows = rows
    self.bins = bins
    kernels = RowKernels(features: rows.features)
    ones = Buffer(narrowing: [Double](repeating: 1, count: rows.cellCount))
    zeros = Buffer(zeroed: rows.cellCount)
  }

  var tileRows: Int {
    Blocking.tile(rowBytes: kernels.denseColumns * MemoryLayout<Scalar>.size)
  }

  /// The sums of a chunk, and room for a tile.
  final class Partial: @unchecked Sendable {
    let sums: PassAccumulator<Scalar>
    let histogram: Buffer<Double>
    let scratch: TileScratch<Scalar>

    init(_ scanner: CellScanner) {
      let cells = scanner.rows.cellCount
      sums = PassAccumulator(scanner.kernels, cells: cells, request: .init(lossByCell: true))
      histogram = Buffer(zeroed: scanner.bins * cells)
      scratch = TileScratch(rows: scanner.tileRows)
    }

    func clear() {
      sums.clear()
      histogram.pointer.update(repeating: 0, count: histogram.count)
    }

    func add(_ other: Partial) {
      sums.add(other.sums)
      Double.Kernels.widenAdd(other.histogram.pointer, histogram.count, histogram.pointer)
    }
  }

  func partial() -> Partial { Partial(self) }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func accumulate(
    _ range: Range<Int>, _ theta: Buffer<Scalar>, _ scale: Double, _ partial: Partial
  ) {
    let scratch = partial.scratch
    let sums = partial.sums
    let cellCount = rows.cellCount
    var first = range.lowerBound
    // SAFETY: tiles lie inside `range`, which lies inside the rows; scratch holds a tile.
    while first < range.upperBound {
      let count = min(tileRows, range.upperBound - first)
      let cells = UnsafePointer(rows.cells.pointer + first)
      let weights = rows.sampleWeights.map { UnsafePointer($0.pointer + first) }
      Scalar.Kernels.startScores(nil, count, theta.pointer[kernels.width - 1], scratch.z)
      kernels.addScores(
        first: first, count: count, coefficients: theta.pointer, to: scratch.z,
        ahead: Blocking.scoresAhead(tileRows))
      Scalar.Kernels.scoreBins(
        scratch.z, cells, weights, count, scale, bins, cellCount, partial.histogram.pointer)
      Scalar.Kernels.sigmoidSoftplus(scratch.z, count, scratch.p, scratch.softplus)
      Scalar.Kernels.logisticByCell(
        scratch.z, scratch.p, scratch.softplus, cells, weights, count, cellCount, ones.pointer,
        zeros.pointer, scratch.r, scratch.u)
      Scalar.Kernels.cellSums(cells, count, scratch.u, cellCount, sums.lossSums)
      Scalar.Kernels.cellSums(cells, count, scratch.r, cellCount, sums.lossIntercept)
      kernels.addRowsByCell(
        first: first, count: count, values: scratch.r, cells: cells, dense: sums.lossDense,
        wide: sums.lossWide)
      sums.filled(count)
      first += count
    }
  }
}
