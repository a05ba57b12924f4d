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

  init(_ numbers: [Double], cells: Int, width: Int) {
    softplus = Array(numbers[..<cells])
    probability = Array(numbers[cells..<cells * (1 + width)])
    histogram = Array(numbers[(cells * (1 + width))...])
  }
}

/// One pass of a scan, a tile at a time.
struct CellScanner<Scalar: KernelScalar>: Sendable {
  let rows: ScoreRows<Scalar>
  let kernels: RowKernels<Scalar>
  let theta: Buffer<Scalar>
  let bins: ScoreBins
  /// The loss log(1 + eᶻ) in every cell.
  let ones, zeros: Buffer<Scalar>

  init(_ rows: ScoreRows<Scalar>, _ bins: ScoreBins) {
    self.rows = rows
    self.bins = bins
    theta = Buffer(narrowing: bins.theta)
    kernels = RowKernels(features: rows.features)
    ones = Buffer(narrowing: [Double](repeating: 1, count: rows.cellCount))
    zeros = Buffer(zeroed: rows.cellCount)
  }

  /// The sums of one thread, and room for a tile.
  final class Partial: BlockPartial {
    private let scanner: CellScanner
    let sums: PassAccumulator<Scalar>
    let histogram: Buffer<Double>
    let scratch: TileScratch<Scalar>

    init(_ scanner: CellScanner) {
      self.scanner = scanner
      let cells = scanner.rows.cellCount
      sums = PassAccumulator(scanner.kernels, cells: cells, asked: .init(lossByCell: true))
      histogram = Buffer(zeroed: scanner.bins.bins * cells)
      scratch = TileScratch(rows: scanner.kernels.tileRows)
    }

    func clear() {
      sums.clear()
      histogram.pointer.update(repeating: 0, count: histogram.count)
    }

    func accumulate(_ range: Range<Int>) { scanner.accumulate(range, self) }

    func finish(to numbers: UnsafeMutablePointer<Double>) {
      let cells = scanner.rows.cellCount
      sums.finish(to: numbers, probabilities: false)
      // SAFETY: the caller has room for the histogram behind the sums of each cell.
      (numbers + cells * (1 + scanner.kernels.width)).update(
        from: histogram.pointer, count: histogram.count)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func accumulate(_ range: Range<Int>, _ partial: Partial) {
    let scale = 1 / bins.width, tileRows = kernels.tileRows
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
        scratch.z, cells, weights, count, scale, bins.bins, cellCount, partial.histogram.pointer)
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
