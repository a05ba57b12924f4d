import Datasets
import LinearAlgebra

/// Counts of the rows by their scores under one or several models, in one reading of the features.
///
/// Scores are computed as `LinearModel.scores` computes them, so that these are the sums of what a
/// predictor will answer. An offset of the rows is not part of a model.
struct CountPass<Scalar: KernelScalar>: Sendable {
  /// What is counted under a model.
  enum Count: Sendable {
    /// Σ s of the rows with z ≥ 0, by cell.
    case positives
    /// Σ s by bin of the score and cell, shape `(bins, cells)`.
    case bins(width: Double, bins: Int)
    /// Σ s·z² and Σ s.
    case squares
  }

  let rows: ScoreRows<Scalar>
  let kernels: RowKernels<Scalar>
  let models: [(theta: Buffer<Scalar>, count: Count)]

  init(_ rows: ScoreRows<Scalar>, _ models: [(theta: [Double], count: Count)]) {
    self.rows = rows
    kernels = RowKernels(features: rows.features)
    self.models = models.map { (Buffer(narrowing: $0.theta), $0.count) }
  }

  private func numbers(_ count: Count) -> Int {
    switch count {
    case .positives: rows.cellCount
    case .bins(_, let bins): bins * rows.cellCount
    case .squares: 2
    }
  }

  /// The counters of one thread.
  final class Partial: BlockPartial {
    private let pass: CountPass
    private let tile: ScoreTile<Scalar>
    private let counters: Buffer<Double>

    init(_ pass: CountPass) {
      self.pass = pass
      tile = ScoreTile(pass.rows, pass.kernels)
      counters = Buffer(zeroed: pass.models.reduce(0) { $0 + pass.numbers($1.count) })
    }

    func clear() { counters.pointer.update(repeating: 0, count: counters.count) }

    func accumulate(_ range: Range<Int>) {
      tile.first = range.lowerBound
      while tile.first < range.upperBound {
        tile.count = min(tile.capacity, range.upperBound - tile.first)
        // SAFETY: the counters of the models lie one after the other.
        var next = counters.pointer
        for model in pass.models {
          tile.score(model.theta)
          switch model.count {
          case .positives: tile.addPositives(to: next)
          case .bins(let width, let bins): tile.addBins(scale: 1 / width, bins: bins, to: next)
          case .squares: tile.addSquares(to: next)
          }
          next += pass.numbers(model.count)
        }
        tile.first += tile.count
      }
    }

    func finish(to numbers: UnsafeMutablePointer<Double>) {
      // SAFETY: the caller has room for all counters.
      numbers.update(from: counters.pointer, count: counters.count)
    }
  }
}

/// A tile of rows with the scores of one model, on one thread.
///
/// Scores and weights are widened, which changes no comparison and keeps the counting loops free of
/// the type of the features.
final class ScoreTile<Scalar: KernelScalar> {
  let rows: ScoreRows<Scalar>
  let kernels: RowKernels<Scalar>
  let capacity: Int
  let scratch: TileScratch<Scalar>
  private let scores, weights: Buffer<Double>
  var first = 0
  var count = 0

  init(_ rows: ScoreRows<Scalar>, _ kernels: RowKernels<Scalar>) {
    self.rows = rows
    self.kernels = kernels
    capacity = kernels.tileRows
    scratch = TileScratch(rows: capacity)
    scores = Buffer(zeroed: capacity)
    weights = Buffer(zeroed: rows.sampleWeights == nil ? 0 : capacity)
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

  private var tileWeights: UnsafePointer<Double>? {
    rows.sampleWeights == nil ? nil : UnsafePointer(weights.pointer)
  }

  func addPositives(to counters: UnsafeMutablePointer<Double>) {
    // SAFETY: cell codes are below the counters' length.
    Counting.addPositives(
      scores.pointer, rows.cells.pointer + first, tileWeights, count, counters)
  }

  func addBins(scale: Double, bins: Int, to counters: UnsafeMutablePointer<Double>) {
    // SAFETY: cell codes are below their count, and bins are clamped.
    Double.Kernels.scoreBins(
      scores.pointer, rows.cells.pointer + first, tileWeights, count, scale, bins, rows.cellCount,
      counters)
  }

  /// Σ s·z² and Σ s.
  func addSquares(to counters: UnsafeMutablePointer<Double>) {
    let weights = tileWeights
    for i in 0..<count {
      let s = weights?[i] ?? 1
      counters[0] += s * scores.pointer[i] * scores.pointer[i]
      counters[1] += s
    }
  }

  /// Raises the largest |z|, and of the rows with weight the largest violation of their labels: −z of a
  /// label 1, z of a label 0, |z| of one between.
  func raiseMargins(_ largest: inout Double, _ violation: inout Double) {
    let weights = tileWeights
    for i in 0..<count {
      let z = scores.pointer[i]
      largest = max(largest, z.isNaN ? .infinity : abs(z))
      guard weights?[i] ?? 1 > 0 else { continue }
      let label = rows.labels[Int(rows.cells.pointer[first + i])]
      let wrong = label == 1 ? -z : label == 0 ? z : abs(z)
      violation = max(violation, wrong.isNaN ? .infinity : wrong)
    }
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
