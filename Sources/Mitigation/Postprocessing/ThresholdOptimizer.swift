import Criteria
import Datasets
import Models

/// Randomized thresholds that make one rate, or true and false positive rates, alike: Hardt's
/// method on a grid of rates, with the choices of Fairlearn's class of this name.
///
/// Each group's curve (constraint rate x, objective y) is replaced by its upper hull and read at
/// `grid_size` + 1 values of x. One rate: the x, or with a tolerance the window of x, of the
/// largest Σ_g share_g·y_g. Equalized odds: x = FPR, y = TPR, the lowest hull min_g y_g(x) is
/// reached by every group that ignores the score with probability (y_g − y_min)/(y_g − x) and
/// then selects with probability x. Shares are of all rows, also for objectives that are rates of
/// positives or negatives alone, as there.
public struct ThresholdOptimizer: Postprocessor {
  public static let name = "threshold-optimizer"
  public static let summary =
    "Mixes thresholds of a grid until groups have equal rates, as Fairlearn chooses them."
  public static let source =
    "Hardt, Price, Srebro, Equality of opportunity in supervised learning, NIPS 2016"
  public static let usualLeastGroup: Int? = GroupPolicy.usualLeastGroup
  /// What is made alike between groups, of ``Criterion/ofPredictions``.
  public var criterion = Criterion.demographicParity
  /// What is made as large as it can be.
  public var objective = Objective.accuracy
  /// Steps of the grid of rates.
  public var gridSize = 1000
  /// Allows to select scores below a threshold.
  public var flips = false
  /// Largest allowed difference of the rates; not for equalized odds.
  public var tolerance = 0.0

  public init() {}

  public init(
    criterion: Criterion = ThresholdOptimizer().criterion,
    objective: Objective = ThresholdOptimizer().objective,
    gridSize: Int = ThresholdOptimizer().gridSize
  ) {
    self.criterion = criterion
    self.objective = objective
    self.gridSize = gridSize
  }

  public static let table: [OptionRecord<ThresholdOptimizer>] = [
    .criterion(
      \.criterion, of: Criterion.ofPredictions, formerName: "constraint",
      "what is equalized between groups"),
    objectiveRecord,
    .integer("grid_size", \.gridSize, in: 1...1_000_000, "steps of the grid of rates"),
    .flag("flip", \.flips, "allow to select scores below a threshold"),
    .number(
      "rate_tolerance", \.tolerance, in: 0...1,
      "largest allowed difference of the rates; not for equalized odds"),
  ]

  private static let objectiveRecord: OptionRecord<ThresholdOptimizer> = {
    var synonyms: [String: OptionSynonym] = [:]
    for objective in Objective.all {
      for alias in objective.aliases { synonyms[alias] = OptionSynonym(value: objective.name) }
    }
    return OptionRecord.entry(
      "objective", of: Objective.all.map(\.name), "what is made as large as it can be",
      get: { $0.objective.name }
    ) { $0.objective = Objective.named($1) ?? $0.objective }
    .spelled(OptionAliases(synonyms: synonyms))
  }()

  /// A rate of each group, or the mean of two.
  public struct Objective: Sendable, Equatable {
    public let name: String
    let first: Rate
    let second: Rate?

    public static let all = [
      accuracy, balancedAccuracy, selectionRate, truePositiveRate, trueNegativeRate,
    ]

    public static let accuracy = Objective(.accuracy)
    public static let balancedAccuracy = Objective(
      "balanced_accuracy_score", .truePositiveRate, .trueNegativeRate)
    public static let selectionRate = Objective(.selectionRate)
    public static let truePositiveRate = Objective(.truePositiveRate)
    public static let trueNegativeRate = Objective(.trueNegativeRate)

    private init(_ rate: Rate) { self.init(rate.name, rate, nil) }

    private init(_ name: String, _ first: Rate, _ second: Rate?) {
      self.name = name
      self.first = first
      self.second = second
    }

    public static func named(_ name: String) -> Objective? { all.first { $0.name == name } }

    var aliases: [String] { second == nil ? first.aliases : ["balanced_accuracy"] }

    /// The labels that some row must have.
    var labelsNeeded: Set<Int> { first.labelsNeeded.union(second?.labelsNeeded ?? []) }

    func value(_ hits: Double, _ alarms: Double, _ curve: ThresholdCurve) -> Double {
      func value(_ rate: Rate) -> Double {
        rate.value(
          truePositives: hits, falsePositives: alarms, positives: curve.positives,
          negatives: curve.negatives) ?? .nan
      }
      guard let second else { return value(first) }
      return 0.5 * value(first) + 0.5 * value(second)
    }
  }

  /// What a group does: ignores the score with probability `ignored` and then selects with
  /// probability `constant`; otherwise decides by one of two thresholds.
  public struct Interpolation: Sendable, Equatable {
    public var firstWeight: Double
    public var first: ScoreThreshold
    public var firstIsBelow: Bool
    public var secondWeight: Double
    public var second: ScoreThreshold
    public var secondIsBelow: Bool
    public var ignored: Double
    public var constant: Double

    /// Summed in the order of Fairlearn, whose last bits its users compare.
    var function: StepFunction {
      let mixed = StepFunction([
        .init(firstWeight, first, isBelow: firstIsBelow),
        .init(secondWeight, second, isBelow: secondIsBelow),
      ])
      return StepFunction(
        cuts: mixed.cuts,
        values: mixed.values.map { StepFunction.snapped(ignored * constant + (1 - ignored) * $0) })
    }
  }

  public struct Solution: Sendable {
    /// Shape `(G)`.
    public var groups: [Interpolation]
    /// The rate of each group, shape `(G)`.
    public var rates: [Double]
    public var objective: Double
    /// The objective, or the true positive rate under equalized odds.
    public var reached: Double

    var mixtures: ThresholdMixtures {
      ThresholdMixtures(groups: groups, rates: rates, reached: reached)
    }

    /// The probability of a positive decision of each group, as a function of the score.
    public var functions: [StepFunction] { groups.map(\.function) }
  }

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    let solution = try Self.solve(
      rows, criterion, objective, gridSize: gridSize, flips: flips, tolerance: tolerance)
    return fitted(
      StepRule(meaning: .decisions, functions: solution.functions, mixtures: solution.mixtures),
      FitReport(
        status: .converged, iterations: 1, objective: 1 - solution.objective, seed: context.seed))
  }

  /// - Parameter criterion: of rates that are means of predictions.
  public static func solve(
    _ rows: ScoredRows, _ criterion: Criterion, _ objective: Objective, gridSize: Int = 1000,
    flips: Bool = false, tolerance: Double = 0
  ) throws(DataError) -> Solution {
    let curves = ThresholdCurve.all(rows)
    let labels = criterion.labelsNeeded.union(objective.labelsNeeded)
    try rows.requireLabels(
      curves, positives: labels.contains(1), negatives: labels.contains(0))
    let grid = (0...gridSize).map { $0 == gridSize ? 1 : Double($0) * (1 / Double(gridSize)) }
    guard let rate = criterion.rate else {
      guard tolerance == 0 else {
        throw .option(
          "rate_tolerance",
          "equalized odds have no tolerance here; the method 'relaxed-parity' has a bound")
      }
      guard objective == .accuracy || objective == .balancedAccuracy else {
        throw .option(
          "objective", value: objective.name,
          "equalized odds allow accuracy_score and balanced_accuracy_score")
      }
      return equalizedOdds(curves, objective, grid, flips)
    }
    return oneRate(curves, rate, objective, grid, flips, tolerance)
  }

  private static func oneRate(
    _ curves: [ThresholdCurve], _ rate: Rate, _ objective: Objective,
    _ grid: [Double], _ flips: Bool, _ tolerance: Double
  ) -> Solution {
    let total = curves.reduce(0) { $0 + $1.total }
    let shares = curves.map { $0.total / total }
    let lines = curves.map { curve in
      TradeoffHull(curve, x: rate, flips: flips) { objective.value($0, $1, curve) }
        .interpolated(grid)
    }
    let values = zip(lines, shares).map { line, share in line.map { share * $0.y } }
    var indices: [Int]
    if tolerance > 0 {
      indices = GridWindow.best(grid, values, tolerance: tolerance)
    } else {
      var best = 0, largest = -Double.infinity
      for k in grid.indices {
        let sum = values.reduce(0) { $0 + $1[k] }
        if sum > largest { (best, largest) = (k, sum) }
      }
      indices = [Int](repeating: best, count: curves.count)
    }
    let reached = zip(values, indices).reduce(0) { $0 + $1.0[$1.1] }
    return Solution(
      groups: curves.indices.map { interpolation(lines[$0][indices[$0]], curves[$0]) },
      rates: indices.map { grid[$0] }, objective: reached, reached: reached)
  }

  /// Fairlearn rounds the objective to this many decimals before it takes the first largest.
  private static let rounding = 1e15

  private static func equalizedOdds(
    _ curves: [ThresholdCurve], _ objective: Objective, _ grid: [Double], _ flips: Bool
  ) -> Solution {
    let lines = curves.map { curve in
      TradeoffHull(curve, x: .falsePositiveRate, flips: flips) { hits, _ in hits / curve.positives }
        .interpolated(grid)
    }
    let positives = curves.reduce(0) { $0 + $1.positives }
    let negatives = curves.reduce(0) { $0 + $1.negatives }
    var best = 0, largest = -Double.infinity, lowest = 0.0
    for (k, x) in grid.enumerated() {
      let y = lines.map { $0[k].y }.min() ?? 0
      let value =
        objective == .accuracy
        ? (positives * y + negatives * (1 - x)) / (positives + negatives)
        : 0.5 * (positives * y) / positives + 0.5 * (negatives * (1 - x)) / negatives
      let rounded = (value * rounding).rounded(.toNearestOrEven) / rounding
      if rounded > largest { (best, largest, lowest) = (k, rounded, y) }
    }
    let x = grid[best]
    let groups = zip(lines, curves).map { line, curve in
      var group = interpolation(line[best], curve)
      let y = line[best].y
      group.ignored = y == x ? 0 : (y - lowest) / (y - x)
      group.constant = x
      return group
    }
    return Solution(
      groups: groups, rates: [Double](repeating: x, count: curves.count), objective: largest,
      reached: lowest)
  }

  private static func interpolation(
    _ point: TradeoffHull.Interpolation, _ curve: ThresholdCurve
  ) -> Interpolation {
    // Halfway between two scores nobody is selected, from above or from below.
    Interpolation(
      firstWeight: point.weight,
      first: curve.threshold(point.first.cut, includingMiddle: point.first.isBelow),
      firstIsBelow: point.first.isBelow, secondWeight: 1 - point.weight,
      second: curve.threshold(point.second.cut, includingMiddle: point.second.isBelow),
      secondIsBelow: point.second.isBelow, ignored: 0, constant: 0)
  }
}
