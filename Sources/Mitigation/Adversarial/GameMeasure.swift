import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Models

/// How good and how even predictions on some rows are.
public struct GameMeasure: Sendable, Codable, Equatable {
  /// The share of right decisions; for numbers, the share of variance explained.
  public var accuracy: Double
  /// nil where a class is missing, or the prediction is not binary.
  public var auc: Double?
  /// The largest difference between groups that the goal speaks of, over all attributes; of a
  /// continuous one the change along one of its standard deviations.
  public var gap: Double
  /// Whether all predictions are alike.
  public var isConstant: Bool
  /// The mean loss without dropped units; nil in checkpoints of former versions.
  public var loss: Double?

  /// Whether the predictor has been driven to say nothing.
  var isCollapsed: Bool {
    isConstant || (auc.map { $0 < AdversarialSettings.collapsedAUC } ?? false)
  }
}

/// The rows that measures are taken on, with what is known of them.
struct WatchedRows: Sendable {
  let index: Buffer<UInt32>
  let labels: [Double]
  let weights: [Double]
  let attributes: [GroupIndex]
  /// The continuous attributes, shape `(n)` each.
  let numbers: [[Double]]
  let head: OutputHead
  let goal: AdversaryGoal

  /// - Parameter numbers: which of the attributes of `rows` are continuous.
  init<Scalar: KernelScalar>(
    _ index: [UInt32], _ rows: NetworkRows<Scalar>, _ attributes: [GroupIndex],
    numbers: [Int] = [], head: OutputHead, goal: AdversaryGoal
  ) {
    self.index = Buffer(index)
    labels = index.map { Double(rows.targets[Int($0)]) }
    weights = index.map { Double(rows.weights?[Int($0)] ?? 1) }
    self.attributes = attributes.map { $0.selecting(index.map(Int.init)) }
    self.numbers = numbers.map { a in index.map { Double(rows.attributes[a][Int($0)]) } }
    self.head = head
    self.goal = goal
  }

  /// - Parameter outputs: shape `(rows, outputs)`.
  func measure<Scalar: KernelScalar>(_ outputs: Buffer<Scalar>, shift: Double = 0) -> GameMeasure {
    switch head {
    case .binary:
      let scores = (0..<labels.count).map { Double(outputs[$0]) }
      let decisions = scores.map { $0 >= shift ? 1.0 : 0.0 }
      return measured(
        decisions, classes: 2, accuracy: agreement(decisions), auc: area(scores),
        loss: mean { log1p(exp(-abs(scores[$0]))) + max(scores[$0], 0) - labels[$0] * scores[$0] })
    case .classes(let count):
      let decisions = (0..<labels.count).map { i in
        Double((0..<count).max { outputs[i * count + $0] < outputs[i * count + $1] }!)
      }
      return measured(
        decisions, classes: count, accuracy: agreement(decisions), auc: nil,
        loss: mean { i in
          let scores = (0..<count).map { Double(outputs[i * count + $0]) }, top = scores.max()!
          return top + log(scores.reduce(0) { $0 + exp($1 - top) }) - scores[Int(labels[i])]
        })
    case .continuous:
      let values = (0..<labels.count).map { Double(outputs[$0]) }
      return measured(
        values, classes: nil, accuracy: explained(values), auc: nil,
        loss: mean { (values[$0] - labels[$0]) * (values[$0] - labels[$0]) / 2 })
    }
  }

  /// The mean of a number of each row.
  private func mean(_ value: (Int) -> Double) -> Double {
    var sum = 0.0, total = 0.0
    for i in labels.indices {
      sum += weights[i] * value(i)
      total += weights[i]
    }
    return total > 0 ? sum / total : 0
  }

  private func measured(
    _ values: [Double], classes: Int?, accuracy: Double, auc: Double?, loss: Double
  ) -> GameMeasure {
    let first = values.first ?? 0
    return GameMeasure(
      accuracy: accuracy, auc: auc, gap: gap(values, classes: classes),
      isConstant: values.allSatisfy { $0 == first }, loss: loss)
  }

  private func agreement(_ decisions: [Double]) -> Double {
    var right = 0.0, total = 0.0
    for i in decisions.indices {
      total += weights[i]
      if decisions[i] == labels[i] { right += weights[i] }
    }
    return total > 0 ? right / total : 0
  }

  private func explained(_ values: [Double]) -> Double {
    let total = weights.reduce(0, +)
    guard total > 0 else { return 0 }
    let mean = zip(weights, labels).reduce(0) { $0 + $1.0 * $1.1 } / total
    var residual = 0.0, variance = 0.0
    for i in values.indices {
      residual += weights[i] * (values[i] - labels[i]) * (values[i] - labels[i])
      variance += weights[i] * (labels[i] - mean) * (labels[i] - mean)
    }
    return variance > 0 ? 1 - residual / variance : 0
  }

  private func area(_ scores: [Double]) -> Double? {
    area(scores, of: labels.map { $0 > 0 })
  }

  /// How well scores rank rows of which `isPositive` holds above the others.
  func area(_ scores: [Double], of isPositive: [Bool]) -> Double? {
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    let one = GroupIndex(
      attribute: "", codes: Buffer(zeroed: scores.count), names: ["all"])
    return RankStatistic.exact(
      of: one, scores: Buffer(scores), labels: Buffer(isPositive.map { $0 ? 1 : 0 }),
      weights: Buffer(weights), order: Buffer(order.map { UInt32($0) }))[0]?.area
  }

  /// The largest difference between groups of the mean of 1[value = class], or of the value, over
  /// the classes, and over the labels where the goal compares rows of one label.
  private func gap(_ values: [Double], classes: Int?) -> Double {
    let strata: [Double?] =
      switch (goal, head) {
      case (.demographicParity, _), (.equalizedOdds, .continuous), (.equalOpportunity, .continuous):
        [nil]
      case (.equalOpportunity, _): [1]
      case (.equalizedOdds, .classes(let count)): (0..<count).map { Double($0) }
      case (.equalizedOdds, .binary): [0, 1]
      }
    var largest = 0.0
    for attribute in attributes {
      for stratum in strata {
        for outcome in outcomes(classes) {
          largest = max(largest, difference(values, attribute, stratum, outcome))
        }
      }
    }
    for number in numbers {
      for stratum in strata {
        for outcome in outcomes(classes) {
          largest = max(largest, change(values, number, stratum, outcome))
        }
      }
    }
    return largest
  }

  /// |cov(v, a)|/σ(a) over the rows of a stratum: how much the mean of the value, or of
  /// 1[value = outcome], changes along one standard deviation of a number.
  private func change(
    _ values: [Double], _ number: [Double], _ stratum: Double?, _ outcome: Double?
  ) -> Double {
    let rows = values.indices.filter { stratum == nil || labels[$0] == stratum }
    func shown(_ i: Int) -> Double { outcome.map { values[i] == $0 ? 1 : 0 } ?? values[i] }
    let total = rows.reduce(0) { $0 + weights[$1] }
    guard total > 0 else { return 0 }
    let center = rows.reduce(0) { $0 + weights[$1] * number[$1] } / total
    let mean = rows.reduce(0) { $0 + weights[$1] * shown($1) } / total
    var product = 0.0, square = 0.0
    for i in rows {
      product += weights[i] * (shown(i) - mean) * (number[i] - center)
      square += weights[i] * (number[i] - center) * (number[i] - center)
    }
    return square > 0 ? abs(product) / (square * total).squareRoot() : 0
  }

  private func outcomes(_ classes: Int?) -> [Double?] {
    guard let classes else { return [nil] }
    return (classes == 2 ? 1..<2 : 0..<classes).map { Double($0) }
  }

  private func difference(
    _ values: [Double], _ attribute: GroupIndex, _ stratum: Double?, _ outcome: Double?
  ) -> Double {
    var sums = [Double](repeating: 0, count: attribute.count), totals = sums
    for i in values.indices where stratum == nil || labels[i] == stratum {
      let group = attribute[i]
      totals[group] += weights[i]
      sums[group] += weights[i] * (outcome.map { values[i] == $0 ? 1 : 0 } ?? values[i])
    }
    let means = zip(sums, totals).compactMap { $1 > 0 ? $0 / $1 : nil }
    guard let low = means.min(), let high = means.max() else { return 0 }
    return high - low
  }
}
