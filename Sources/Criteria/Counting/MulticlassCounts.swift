import Datasets
import LinearAlgebra

/// Confusion matrices of several classes by group, from which each class against the rest follows.
public struct MulticlassCounts: Sendable, Equatable {
  public let classes: [String]
  public let attributes: [String]
  public let levels: [[String]]
  public let combinations: [[Int]]
  /// `matrices[k][label·C + prediction]`: the rows of a combination, and their weight.
  public let rows: [[Int]]
  public let weights: [[Double]]
  public let squares: [[Double]]

  /// - Parameters:
  ///   - attributes: at least one, all of n rows.
  ///   - classes: names of the C classes.
  ///   - labels: shape `(n)`, class numbers below C.
  ///   - predictions: shape `(n)`, class numbers below C.
  ///   - weights: shape `(n)`, finite and at least 0; nil means 1.
  public init(
    attributes: [GroupIndex], classes: [String], labels: Buffer<UInt16>,
    predictions: Buffer<UInt16>, weights: Buffer<Double>? = nil, pool: WorkerPool = .default
  ) throws(CountingError) {
    precondition(!attributes.isEmpty, "counts need at least one attribute")
    let n = attributes[0].rows, size = classes.count
    precondition(labels.count == n && predictions.count == n, "a class for each row")
    precondition(weights == nil || weights!.count == n, "a weight for each row")
    for (name, column) in [("label", labels), ("prediction", predictions)] {
      if let row = (0..<n).first(where: { Int(column[$0]) >= size }) {
        throw .badGroup(attribute: name, row: row, code: Int(column[row]), groups: size)
      }
    }
    if let weights {
      let bad = (0..<n).lazy.filter { !(weights[$0] >= 0 && weights[$0].isFinite) }
      if let first = bad.first { throw .badWeight(row: first, of: bad.count) }
    }
    let layout = KeyLayout(attributes, pool)
    let codes = layout.codes(of: attributes)
    var rows = Array(repeating: Array(repeating: 0, count: size * size), count: layout.keys)
    var sums = Array(
      repeating: Array(repeating: 0.0, count: size * size),
      count: weights == nil ? 0 : layout.keys)
    var squares = sums
    for i in 0..<n {
      let key = Int(codes[i]), cell = Int(labels[i]) * size + Int(predictions[i])
      rows[key][cell] += 1
      guard let weight = weights?[i] else { continue }
      sums[key][cell] += weight
      squares[key][cell] += weight * weight
    }
    let seen = rows.indices.filter { rows[$0].contains { $0 > 0 } }
    self.classes = classes
    self.attributes = attributes.map(\.attribute)
    levels = attributes.map(\.names)
    combinations = seen.map { layout.combination(of: $0) }
    self.rows = seen.map { rows[$0] }
    self.weights = seen.map { weights == nil ? rows[$0].map(Double.init) : sums[$0] }
    self.squares = seen.map { weights == nil ? rows[$0].map(Double.init) : squares[$0] }
    isWeighted = weights != nil
  }

  public let isWeighted: Bool

  /// The binary counts of one class against all others.
  public func oneVersusRest(_ positive: Int) -> OutcomeCounts {
    OutcomeCounts(
      attributes: attributes, levels: levels, combinations: combinations,
      tallies: combinations.indices.map { binary($0, positive) },
      inputs: [.labels, .predictions], weighted: isWeighted, threshold: 0.5)
  }

  /// The rows of a combination as selected where the class is right.
  public func correctness(of k: Int) -> Tally {
    var count = SIMD4<Int>.zero, weight = SIMD4<Double>.zero, square = SIMD4<Double>.zero
    for label in classes.indices {
      for prediction in classes.indices {
        let slot = label == prediction ? 1 : 0, cell = label * classes.count + prediction
        count[slot] += rows[k][cell]
        weight[slot] += weights[k][cell]
        square[slot] += squares[k][cell]
      }
    }
    return Tally(rows: count, weights: weight, squares: square)
  }

  private func binary(_ k: Int, _ positive: Int) -> Tally {
    var count = SIMD4<Int>.zero, weight = SIMD4<Double>.zero, square = SIMD4<Double>.zero
    for label in classes.indices {
      for prediction in classes.indices {
        let slot = (label == positive ? 2 : 0) + (prediction == positive ? 1 : 0)
        let cell = label * classes.count + prediction
        count[slot] += rows[k][cell]
        weight[slot] += weights[k][cell]
        square[slot] += squares[k][cell]
      }
    }
    return Tally(rows: count, weights: weight, squares: square)
  }

  /// P(Ŷ = Y) of a combination over all classes.
  public func accuracy(of k: Int) -> MetricValue {
    let total = weights[k].reduce(0, +)
    guard total > 0 else { return .absent("no rows") }
    return .value(
      classes.indices.reduce(0) { $0 + weights[k][$1 * classes.count + $1] } / total)
  }

  /// The mean over the classes of a metric of each class against the rest, and over how many
  /// classes it could be taken.
  public func macro(_ metric: Metric, of k: Int) -> (value: MetricValue, classes: Int) {
    macro(metric, over: [k])
  }

  /// The same over several combinations together.
  public func macro(
    _ metric: Metric, over cells: [Int]
  ) -> (value: MetricValue, classes: Int) {
    let values = classes.indices.compactMap { positive in
      metric.measure(cells.reduce(into: Tally()) { $0 += binary($1, positive) }).value
    }
    guard !values.isEmpty else { return (.absent(metric.whenEmpty), 0) }
    return (.value(values.reduce(0, +) / Double(values.count)), values.count)
  }
}
