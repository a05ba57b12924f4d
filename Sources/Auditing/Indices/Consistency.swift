import Criteria
import Datasets
import LinearAlgebra

/// How alike persons with like features are treated: 1 − E|y_i − mean of y over i's k nearest|.
///
/// Neighbours are exact in Euclidean distance. Rows that are equally far as the k-th are taken in
/// equal parts, so the value does not depend on the order of rows. A row of weight 2 counts as two
/// rows. AIF360 counts a row among its own neighbours and lets ties fall as they lie.
///
/// R. Zemel et al., *Learning fair representations*, ICML 2013, §4.2 (yNN).
public struct Consistency: Sendable {
  public static let defaultNeighbors = 5
  /// Rows that one task looks at.
  static let rowsPerTask = 256

  /// How many neighbours are looked at; all rows when there are fewer.
  public let neighbors: Int
  /// Whether a row is among its own neighbours.
  public let includesSelf: Bool

  public init(neighbors: Int = defaultNeighbors, includesSelf: Bool = false) {
    precondition(neighbors > 0, "consistency needs a neighbour")
    self.neighbors = neighbors
    self.includesSelf = includesSelf
  }

  /// - Parameters:
  ///   - features: shape `(n, d)`, finite; their scales decide what is near.
  ///   - outcomes: shape `(n)`: labels, predictions or scores.
  ///   - weights: shape `(n)`, at least 0; nil means 1.
  public func value(
    features: Matrix<Double>, outcomes: [Double], weights: [Double]? = nil,
    pool: WorkerPool = .default
  ) -> MetricValue {
    let n = features.rows
    precondition(outcomes.count == n, "an outcome for each row")
    precondition(weights == nil || weights!.count == n, "a weight for each row")
    let tree = NeighborTree(features)
    var masses = Array(repeating: Mass(), count: tree.count)
    for i in 0..<n {
      let weight = weights?[i] ?? 1
      masses[tree.pointOfRow[i]].take(weight, weight * outcomes[i])
    }
    let total = masses.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return .absent("no rows") }
    guard includesSelf || total > 1 else { return .absent("a single row has no neighbour") }
    var gaps = 0.0
    let all = masses
    pool.orderedReduce(
      (n + Self.rowsPerTask - 1) / Self.rowsPerTask,
      makePartial: { (NeighborTree.Scratch(), 0.0) },
      body: { task, partial in
        partial.1 = 0
        for i in task * Self.rowsPerTask..<min(n, (task + 1) * Self.rowsPerTask) {
          let weight = weights?[i] ?? 1
          guard weight > 0 else { continue }
          let own = includesSelf ? 0 : min(1, weight)
          let mean = mean(
            around: tree.pointOfRow[i], without: own, outcomes[i], tree, all, &partial.0)
          partial.1 += weight * abs(outcomes[i] - mean)
        }
      }, merge: { gaps += $0.1 })
    return .value(1 - gaps / total)
  }

  /// The weight and the weighted outcomes of a point, or of all points at one distance.
  private struct Mass {
    var distance = 0.0
    var weight = 0.0
    var sum = 0.0

    mutating func take(_ weight: Double, _ sum: Double) {
      self.weight += weight
      self.sum += sum
    }
  }

  /// The mean outcome of the nearest rows, whose total weight is `neighbors`.
  private func mean(
    around point: Int, without own: Double, _ outcome: Double, _ tree: NeighborTree,
    _ masses: [Mass], _ scratch: inout NeighborTree.Scratch
  ) -> Double {
    var shells: [Mass] = []
    var held = 0.0
    let wanted = Double(neighbors)
    tree.search(around: point, scratch: &scratch) { other, distance in
      var mass = masses[other]
      if other == point { mass.take(-own, -own * outcome) }
      if mass.weight > 0 {
        var place = shells.count
        while place > 0 && shells[place - 1].distance >= distance { place -= 1 }
        if place < shells.count && shells[place].distance == distance {
          shells[place].take(mass.weight, mass.sum)
        } else {
          mass.distance = distance
          shells.insert(mass, at: place)
        }
        held += mass.weight
        while let last = shells.last, held - last.weight >= wanted {
          held -= last.weight
          shells.removeLast()
        }
      }
      return held >= wanted ? shells.last!.distance : .infinity
    }
    guard let last = shells.last else { return outcome }
    let before = shells.dropLast()
    let weight = before.reduce(0) { $0 + $1.weight }, sum = before.reduce(0) { $0 + $1.sum }
    let share = min(1, (wanted - weight) / last.weight)
    return (sum + share * last.sum) / (weight + share * last.weight)
  }
}

extension Consistency {
  /// More columns than this make no neighbourhood: all rows are about equally far.
  static let largestWidth = 512

  /// The consistency of predictions, or of labels where there are none, by the features of a data
  /// set: numbers as the encoder scales them, and 1/√2 in each differing level of a category, so
  /// that two different categories are 1 apart.
  public func value<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, _ outcomes: Outcomes, pool: WorkerPool = .default
  ) throws(AuditError) -> MetricValue {
    let codes = data.features.categorical, dense = data.features.dense
    let width = dense.columns + codes.reduce(0) { $0 + $1.levels }
    guard width <= Self.largestWidth else {
      throw .tooWide(columns: width, limit: Self.largestWidth)
    }
    guard let results = outcomes.decisions else {
      return .absent("neither predictions nor labels")
    }
    let features = Matrix<Double>(rows: data.rows, columns: width)
    for i in 0..<data.rows {
      for j in 0..<dense.columns { features[i, j] = Double(dense[i, j]) }
      var start = dense.columns
      for column in codes {
        features[i, start + Int(column.codes[i])] = 0.5.squareRoot()
        start += column.levels
      }
    }
    return value(
      features: features, outcomes: results, weights: outcomes.weights?.array, pool: pool)
  }
}

extension Outcomes {
  /// Predictions, those of the threshold, or else labels, as numbers.
  fileprivate var decisions: [Double]? {
    if let predictions { return predictions.array.map(Double.init) }
    if let scores { return scores.array.map { $0 >= threshold ? 1 : 0 } }
    return labels?.array.map(Double.init)
  }
}
