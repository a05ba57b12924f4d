import Datasets
import LinearAlgebra

extension ScoreRows {
  /// Σ of sample weights of the rows with z ≥ 0, by cell, for each of several linear models: one
  /// reading of the features for all of them. Shape `(models, cells)`.
  ///
  /// Scores are computed as `LinearModel.scores` computes them, so that these are the sums of what
  /// a predictor will answer. An offset of the rows is not part of a hypothesis.
  public func positiveWeights(_ models: [LinearModel], pool: WorkerPool = .default)
    -> [[Double]]
  {
    let coefficients = models.map { Buffer<Scalar>(narrowing: $0.theta) }
    let cellCount = self.cellCount
    let total = scan(counters: models.count * cellCount, pool: pool) { tile, counters in
      for (model, theta) in coefficients.enumerated() {
        tile.score(theta)
        tile.addPositives(to: counters + model * cellCount)
      }
    }
    return models.indices.map { Array(total[($0 * cellCount)..<(($0 + 1) * cellCount)]) }
  }

  /// Σ of sample weights by cell of the rows whose score is in each bin, shape `(bins, cells)`.
  ///
  /// Bin k of B holds width·(k − B/2) ≤ z < width·(k + 1 − B/2); the outer bins hold the rest as
  /// well. With a width that is a power of two the comparisons are exact.
  public func scoreHistogram(
    _ model: LinearModel, width: Double, bins: Int, pool: WorkerPool = .default
  ) -> [Double] {
    scoreHistograms([(model, width)], bins: bins, pool: pool)[0]
  }

  /// The histograms of several models in one reading of the features, shape `(models, bins, cells)`.
  public func scoreHistograms(
    _ models: [(model: LinearModel, width: Double)], bins: Int, pool: WorkerPool = .default
  ) -> [[Double]] {
    precondition(
      models.allSatisfy { $0.width > 0 } && bins >= 2, "a histogram needs a width and two bins")
    let scored = models.map { (theta: Buffer<Scalar>(narrowing: $0.model.theta), width: $0.width) }
    let cellCount = self.cellCount
    let size = bins * cellCount
    let total = scan(counters: models.count * size, pool: pool) { tile, counters in
      for (index, model) in scored.enumerated() {
        tile.score(model.theta)
        tile.addBins(
          scale: 1 / model.width, bins: bins, cells: cellCount, to: counters + index * size)
      }
    }
    return models.indices.map { Array(total[($0 * size)..<(($0 + 1) * size)]) }
  }

  /// The weighted root mean square of the scores over a sample of the rows.
  public func scoreScale(_ model: LinearModel) -> Double {
    let sample = RowSelection.spread(min(rows, Self.scaleSample), of: rows)
    let theta = Buffer<Scalar>(narrowing: model.theta)
    let tile = ScoreTile(self)
    var sum = 0.0
    var total = 0.0
    for range in sample.ranges {
      var first = range.lowerBound
      while first < range.upperBound {
        tile.first = first
        tile.count = min(tile.capacity, range.upperBound - first)
        tile.score(theta)
        let squares = tile.squares
        sum += squares.sum
        total += squares.weight
        first += tile.count
      }
    }
    return total > 0 ? (sum / total).squareRoot() : 0
  }

  /// Enough rows for the scale of a histogram.
  private static var scaleSample: Int { 4_096 }

  /// Reads all rows once in tiles; counters are summed in chunk order.
  private func scan(
    counters: Int, pool: WorkerPool,
    _ visit: @Sendable (ScoreTile<Scalar>, UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    let chunks = RowSelection.all(rows).chunks(of: Blocking.chunk(rows: rows))
    var total = [Double](repeating: 0, count: counters)
    pool.orderedReduce(
      chunks.count, makePartial: { (ScoreTile(self), Buffer<Double>(zeroed: counters)) },
      body: { chunk, partial in
        // SAFETY: each thread has counters of its own; tiles lie inside the rows.
        partial.1.pointer.update(repeating: 0, count: counters)
        for range in chunks[chunk] {
          partial.0.first = range.lowerBound
          while partial.0.first < range.upperBound {
            partial.0.count = min(partial.0.capacity, range.upperBound - partial.0.first)
            visit(partial.0, partial.1.pointer)
            partial.0.first += partial.0.count
          }
        }
      },
      merge: { partial in
        for i in 0..<counters { total[i] += partial.1.pointer[i] }
      })
    return total
  }
}

/// A tile of rows with the scores of one model, on one thread.
///
/// Scores and weights are widened, which changes no comparison and keeps the counting loops free of
/// the type of the features.
private final class ScoreTile<Scalar: KernelScalar> {
  let rows: ScoreRows<Scalar>
  let kernels: RowKernels<Scalar>
  let capacity: Int
  let scratch: TileScratch<Scalar>
  private let scores, weights: Buffer<Double>
  var first = 0
  var count = 0

  init(_ rows: ScoreRows<Scalar>) {
    self.rows = rows
    kernels = RowKernels(features: rows.features)
    capacity = Blocking.tile(rowBytes: kernels.denseColumns * MemoryLayout<Scalar>.size)
    scratch = TileScratch(rows: capacity)
    scores = Buffer(zeroed: capacity)
    weights = Buffer(zeroed: rows.sampleWeights == nil ? 0 : capacity)
  }

  /// Σ s·z² and Σ s.
  var squares: (sum: Double, weight: Double) {
    var sum = 0.0
    var weight = 0.0
    for i in 0..<count {
      let s = rows.sampleWeights == nil ? 1 : weights.pointer[i]
      sum += s * scores.pointer[i] * scores.pointer[i]
      weight += s
    }
    return (sum, weight)
  }

  func score(_ theta: Buffer<Scalar>) {
    // SAFETY: the tile lies inside the rows and fits the scratch; θ has `width` entries.
    Scalar.Kernels.startScores(nil, count, theta.pointer[kernels.width - 1], scratch.z)
    kernels.addScores(first: first, count: count, coefficients: theta.pointer, to: scratch.z)
    Self.widen(scratch.z, count, scores.pointer)
    if let source = rows.sampleWeights {
      Self.widen(source.pointer + first, count, weights.pointer)
    }
  }

  private static func widen(
    _ source: UnsafePointer<Scalar>, _ count: Int, _ target: UnsafeMutablePointer<Double>
  ) {
    target.update(repeating: 0, count: count)
    Scalar.Kernels.widenAdd(source, count, target)
  }

  func addPositives(to counters: UnsafeMutablePointer<Double>) {
    // SAFETY: cell codes are below the counters' length.
    let w = rows.sampleWeights == nil ? nil : weights.pointer
    Counting.addPositives(scores.pointer, rows.cells.pointer + first, w, count, counters)
  }

  func addBins(
    scale: Double, bins: Int, cells: Int, to counters: UnsafeMutablePointer<Double>
  ) {
    // SAFETY: cell codes are below `cells`, and bins are clamped.
    let w = rows.sampleWeights == nil ? nil : weights.pointer
    Double.Kernels.scoreBins(
      scores.pointer, rows.cells.pointer + first, w, count, scale, bins, cells, counters)
  }
}

/// The counting loops, on plain types.
private enum Counting {
  typealias Numbers = UnsafePointer<Double>
  typealias Codes = UnsafePointer<UInt16>

  /// SAFETY: the callers' arrays have `count` entries; codes are below the counters' length.
  static func addPositives(
    _ z: Numbers, _ cells: Codes, _ weights: Numbers?, _ count: Int,
    _ counters: UnsafeMutablePointer<Double>
  ) {
    if let weights {
      for i in 0..<count { counters[Int(cells[i])] += z[i] >= 0 ? weights[i] : 0 }
    } else {
      for i in 0..<count { counters[Int(cells[i])] += z[i] >= 0 ? 1 : 0 }
    }
  }
}
