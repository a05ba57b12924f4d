import Datasets
import LinearAlgebra

/// Sums of a group's real-valued labels and predictions, about fixed centres so that nothing cancels.
public struct RegressionTally: Sendable, Equatable {
  public var rows = 0
  public var weight = 0.0
  /// Σ w²
  var squares = 0.0
  /// Σ w(y − c), Σ w(y − c)², c the mean label of all rows.
  var label = 0.0, labelSquare = 0.0
  /// Σ w(f − y), Σ w(f − y)², Σ w|f − y|
  var error = 0.0, squaredError = 0.0, absoluteError = 0.0
  /// Σ w(f − c)², Σ w(f − y)⁴: what the spread of means and of squared errors follows from.
  var predictionSquare = 0.0, fourthError = 0.0
  /// max |f − y| over rows that have weight.
  public var largestError = 0.0
  /// The centre c.
  var center = 0.0

  public init() {}

  mutating func take(label y: Double, prediction f: Double, weight w: Double) {
    let gap = f - y, centred = y - center, square = gap * gap
    rows += 1
    weight += w
    squares += w * w
    predictionSquare += w * (f - center) * (f - center)
    fourthError += w * square * square
    label += w * centred
    labelSquare += w * centred * centred
    error += w * gap
    squaredError += w * square
    absoluteError += w * abs(gap)
    if w > 0 { largestError = max(largestError, abs(gap)) }
  }

  public static func += (left: inout RegressionTally, right: RegressionTally) {
    guard right.rows > 0 else { return }
    if left.rows == 0 { left.center = right.center }
    precondition(left.center == right.center, "sums about different centres")
    left.rows += right.rows
    left.weight += right.weight
    left.label += right.label
    left.labelSquare += right.labelSquare
    left.error += right.error
    left.squaredError += right.squaredError
    left.absoluteError += right.absoluteError
    left.squares += right.squares
    left.predictionSquare += right.predictionSquare
    left.fourthError += right.fourthError
    left.largestError = max(left.largestError, right.largestError)
  }
}

/// Metrics of a regression; the names are scikit-learn's where it has one.
public enum RegressionMetrics {
  public static let all: [(name: String, measure: @Sendable (RegressionTally) -> MetricValue)] = [
    ("count", { .value(Double($0.rows)) }),
    ("mean_label", { tally in mean(tally) { tally.center + $0.label / $0.weight } }),
    (
      "mean_prediction",
      { tally in
        mean(tally) { tally.center + ($0.label + $0.error) / $0.weight }
      }
    ),
    ("mean_error", { mean($0) { $0.error / $0.weight } }),
    ("mean_absolute_error", { mean($0) { $0.absoluteError / $0.weight } }),
    ("mean_squared_error", { mean($0) { $0.squaredError / $0.weight } }),
    ("root_mean_squared_error", { mean($0) { ($0.squaredError / $0.weight).squareRoot() } }),
    ("max_error", { mean($0) { $0.largestError } }),
    ("r2_score", determination),
  ]

  private static func mean(
    _ tally: RegressionTally, _ function: (RegressionTally) -> Double
  ) -> MetricValue {
    tally.weight > 0 ? .value(function(tally)) : .absent("no rows")
  }

  /// 1 − Σ w(f − y)² / Σ w(y − ȳ)².
  @Sendable private static func determination(_ tally: RegressionTally) -> MetricValue {
    guard tally.weight > 0 else { return .absent("no rows") }
    let spread = tally.labelSquare - tally.label * tally.label / tally.weight
    guard spread > 1e-14 * tally.labelSquare else { return .absent("the labels do not vary") }
    return .value(1 - tally.squaredError / spread)
  }
}

/// The sums of every observed combination of groups.
public struct RegressionCounts: Sendable, Equatable {
  static let chunkRows = 1 << 16
  public let attributes: [String]
  public let levels: [[String]]
  public let combinations: [[Int]]
  public let tallies: [RegressionTally]

  /// - Parameters:
  ///   - attributes: at least one, all of n rows.
  ///   - labels: shape `(n)`, finite.
  ///   - predictions: shape `(n)`, finite.
  ///   - weights: shape `(n)`, finite and at least 0; nil means 1.
  public init(
    attributes: [GroupIndex], labels: Buffer<Double>, predictions: Buffer<Double>,
    weights: Buffer<Double>? = nil, pool: WorkerPool = .default
  ) throws(CountingError) {
    precondition(!attributes.isEmpty, "counts need at least one attribute")
    let n = attributes[0].rows
    precondition(labels.count == n && predictions.count == n, "a value for each row")
    precondition(weights == nil || weights!.count == n, "a weight for each row")
    for column in [labels, predictions] {
      let bad = (0..<n).lazy.filter { !column[$0].isFinite }
      if let first = bad.first { throw .badScore(row: first, of: bad.count) }
    }
    if let weights {
      let bad = (0..<n).lazy.filter { !(weights[$0] >= 0 && weights[$0].isFinite) }
      if let first = bad.first { throw .badWeight(row: first, of: bad.count) }
    }
    let layout = KeyLayout(attributes, pool)
    let codes = layout.codes(of: attributes)
    let chunks = (n + Self.chunkRows - 1) / Self.chunkRows
    let center = Self.mean(labels, weights, pool)
    var empty = RegressionTally()
    empty.center = center
    let start = Array(repeating: empty, count: layout.keys)
    var sums = start
    pool.orderedReduce(
      chunks, makePartial: { start },
      body: { chunk, partial in
        partial = start
        for i in chunk * Self.chunkRows..<min(n, (chunk + 1) * Self.chunkRows) {
          partial[Int(codes[i])].take(
            label: labels[i], prediction: predictions[i], weight: weights?[i] ?? 1)
        }
      }, merge: { partial in for k in sums.indices { sums[k] += partial[k] } })
    let seen = sums.indices.filter { sums[$0].rows > 0 }
    self.attributes = attributes.map(\.attribute)
    levels = attributes.map(\.names)
    combinations = seen.map { layout.combination(of: $0) }
    tallies = seen.map { sums[$0] }
  }

  private static func mean(
    _ labels: Buffer<Double>, _ weights: Buffer<Double>?, _ pool: WorkerPool
  ) -> Double {
    var sum = 0.0, total = 0.0
    pool.orderedReduce(
      (labels.count + chunkRows - 1) / chunkRows, makePartial: { (0.0, 0.0) },
      body: { chunk, partial in
        partial = (0, 0)
        for i in chunk * chunkRows..<min(labels.count, (chunk + 1) * chunkRows) {
          partial.0 += (weights?[i] ?? 1) * labels[i]
          partial.1 += weights?[i] ?? 1
        }
      },
      merge: {
        sum += $0.0
        total += $0.1
      })
    return total > 0 ? sum / total : 0
  }
}
