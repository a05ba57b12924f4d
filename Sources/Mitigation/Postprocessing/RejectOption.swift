import Criteria
import Datasets
import Models

/// Decides near the threshold in favour of a deprived group: scores in (t − m, t + m] are selected
/// for the deprived group and rejected for the others.
///
/// That is a threshold t − m for the deprived rows and t + m for the rest, so that the whole grid of
/// (t, m) is looked up in the two groups' sorted scores. Among the pairs whose metric (deprived −
/// others) lies within ±bound, the one of largest balanced accuracy is taken, the first of equals;
/// if there is none, the one whose metric is nearest 0, and the report says `infeasible`.
public struct RejectOption: Postprocessor {
  public static let name = "reject-option"
  public static let summary =
    "Decides uncertain cases, near the threshold, in favour of a deprived group."
  public static let source =
    "Kamiran, Karim, Zhang, Decision theory for discrimination-aware classification, ICDM 2012"
  public static let usualLeastGroup: Int? = GroupPolicy.usualLeastGroup
  /// The groups to favour; nil: the one selected least at 0.5.
  public var deprived: [String]?
  /// Whose difference is bounded, of several rates the mean.
  public var criterion = Criterion.demographicParity
  /// Largest allowed size of the difference.
  public var bound = 0.05
  public var grid = Grid()

  public init() {}

  public init(
    deprived: [String]? = nil, criterion: Criterion = RejectOption().criterion,
    bound: Double = RejectOption().bound
  ) {
    self.deprived = deprived
    self.criterion = criterion
    self.bound = bound
  }

  public static let table: [OptionRecord<RejectOption>] = [
    .names(
      "deprived", \.deprived,
      "groups to favour, separated by commas"
    ).derived("the one selected least at 0.5"),
    .criterion(
      \.criterion, of: Criterion.all, formerName: "metric",
      "whose difference is bounded, of several rates the mean"),
    .number("bound", \.bound, in: 0...1, "largest allowed size of the difference"),
    .number("low", \.grid.low, in: 0...1, "smallest threshold of the grid"),
    .number("high", \.grid.high, in: 0...1, "largest threshold of the grid"),
    .integer("thresholds", \.grid.thresholds, in: 1...100_000, "thresholds of the grid"),
    .integer("margins", \.grid.margins, in: 1...100_000, "margins at each threshold"),
  ]

  public struct Grid: Sendable {
    public var low = 0.01
    public var high = 0.99
    public var thresholds = 100
    public var margins = 50

    public init(low: Double = 0.01, high: Double = 0.99, thresholds: Int = 100, margins: Int = 50) {
      self.low = low
      self.high = high
      self.thresholds = thresholds
      self.margins = margins
    }
  }

  public struct Solution: Sendable, Equatable {
    public var threshold: Double
    public var margin: Double
    public var metric: Double
    public var balancedAccuracy: Double
    public var isFeasible: Bool
  }

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    var method = self
    let isDeprived = try method.deprivedGroups(rows)
    let found = try Self.solve(rows, deprived: isDeprived, criterion, bound: bound, grid)
    let thresholds = isDeprived.map {
      ScoreThreshold(($0 ? found.threshold - found.margin : found.threshold + found.margin).nextUp)
    }
    return method.fitted(
      ThresholdRule(thresholds: thresholds),
      FitReport(
        status: found.isFeasible ? .converged : .infeasible, iterations: 1,
        objective: 1 - found.balancedAccuracy, seed: context.seed))
  }

  /// Marks each group as deprived or not, and records who is.
  private mutating func deprivedGroups(_ rows: ScoredRows) throws(DataError) -> [Bool] {
    let names = rows.groups.names
    guard let stated = deprived else {
      let rates = LabelTable.all(rows, cut: ScoreThreshold(0.5)).map {
        ($0.truePositives + $0.falsePositives)
          / max($0.positives + $0.negatives, .leastNormalMagnitude)
      }
      let least = rates.firstIndex(of: rates.min() ?? 0) ?? 0
      if names.count > 1 { deprived = [names[least]] }
      return names.indices.map { $0 == least && names.count > 1 }
    }
    // All rows as one group have nobody to favour.
    if rows.attributes.isEmpty { return names.map { _ in false } }
    let wanted = NameList.rejoined(stated, among: names, isKnown: names.contains)
    for name in wanted {
      _ = try NearestName.find(
        name, in: names, what: "group", hint: " (there are \(names.joined(separator: ", ")))"
      ) { $0 }
    }
    deprived = wanted
    return names.map { wanted.contains($0) }
  }

  public static func solve(
    _ rows: ScoredRows, deprived: [Bool], _ criterion: Criterion, bound: Double,
    _ grid: Grid = Grid()
  ) throws(DataError) -> Solution {
    let curves = ThresholdCurve.all(rows)
    let sides = [true, false].map { side in
      curves.indices.filter { deprived[$0] == side }.map { curves[$0] }
    }
    let positives = curves.reduce(0) { $0 + $1.positives }
    let negatives = curves.reduce(0) { $0 + $1.negatives }
    guard positives > 0, negatives > 0 else {
      throw rows.oneClass(0, positivesMissing: positives == 0)
    }
    var best: Solution?, nearest: Solution?
    for threshold in evenly(grid.low, grid.high, grid.thresholds) {
      let widest = threshold <= 0.5 ? threshold : 1 - threshold
      for margin in evenly(0, widest, grid.margins) {
        let favoured = Counts(sides[0], above: threshold - margin)
        let others = Counts(sides[1], above: threshold + margin)
        guard let value = difference(criterion, favoured, others) else { continue }
        let accuracy =
          0.5 * (favoured.hits + others.hits) / positives
          + 0.5 * (negatives - favoured.alarms - others.alarms) / negatives
        let next = Solution(
          threshold: threshold, margin: margin, metric: value, balancedAccuracy: accuracy,
          isFeasible: abs(value) <= bound)
        if next.isFeasible && accuracy > best?.balancedAccuracy ?? -1 { best = next }
        if abs(value) < abs(nearest?.metric ?? .infinity) { nearest = next }
      }
    }
    if let found = best ?? nearest { return found }
    // A difference that exists nowhere bounds nothing.
    return Solution(
      threshold: 0.5, margin: 0, metric: 0, balancedAccuracy: 0, isFeasible: sides[0].isEmpty)
  }

  /// `count` numbers from `low` to `high`, both included; `low` alone for one.
  private static func evenly(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    guard count > 1 else { return [low] }
    let step = (high - low) / Double(count - 1)
    return (0..<count).map { $0 == count - 1 ? high : Double($0) * step + low }
  }

  /// What one side selects above a score.
  private struct Counts {
    var hits = 0.0
    var alarms = 0.0
    var positives = 0.0
    var negatives = 0.0

    init(_ curves: [ThresholdCurve], above score: Double) {
      for curve in curves {
        let cut = curve.cut(above: score)
        hits += curve.truePositives[cut]
        alarms += curve.falsePositives[cut]
        positives += curve.positives
        negatives += curve.negatives
      }
    }

    func rate(_ rate: Rate) -> Double? {
      rate.value(
        truePositives: hits, falsePositives: alarms, positives: positives, negatives: negatives)
    }
  }

  /// The mean over the criterion's rates of deprived − others; nil where a rate is absent.
  private static func difference(
    _ criterion: Criterion, _ deprived: Counts, _ others: Counts
  ) -> Double? {
    var sum = 0.0
    for rate in criterion.rates {
      guard let a = deprived.rate(rate), let b = others.rate(rate) else { return nil }
      sum += a - b
    }
    return sum / Double(criterion.rates.count)
  }
}

extension ThresholdCurve {
  /// The cut that selects the scores above a number.
  func cut(above score: Double) -> Int {
    var low = 0, high = scores.count
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] > score { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
