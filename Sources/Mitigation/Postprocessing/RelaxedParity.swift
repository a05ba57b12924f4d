import Criteria
import Datasets
import Models
import Optimization

/// The cheapest randomized thresholds, one mixture a group, whose rates lie within a bound: relaxed
/// equalized odds in the ∞-, 1- or 2-norm, or one relaxed rate; exactly, over all thresholds.
///
/// A group reaches the hull of its ROC points; its upper part is enough, since moving a point onto
/// it (or onto the diagonal) never lengthens a distance and never costs more. The 2-norm is the
/// limit of all directions: those in which two groups lie too far apart are added until none do.
public struct RelaxedParity: FrontierPostprocessor {
  public static let name = "relaxed-parity"
  public static let summary =
    "Mixes thresholds at the least cost within a bound on rates, by linear programming."
  public static let source =
    "Cruz and Hardt, Unprocessing seven years of algorithmic fairness, ICLR 2024"
  public static let usualLeastGroup: Int? = GroupPolicy.usualLeastGroup
  /// Which rates are bounded, of ``Criterion/ofPredictions``.
  public var criterion = Criterion.equalizedOdds
  /// Largest allowed distance of two groups.
  public var bound = 0.01
  /// How the distance of true and false positive rates is measured, for equalized odds.
  public var norm = Norm.infinity
  /// Any objective but F1.
  public var utility = UtilitySettings()

  public init() {}

  public init(
    criterion: Criterion = RelaxedParity().criterion, bound: Double = RelaxedParity().bound,
    norm: Norm = RelaxedParity().norm
  ) {
    self.criterion = criterion
    self.bound = bound
    self.norm = norm
  }

  public static let table: [OptionRecord<RelaxedParity>] =
    [
      .criterion(
        \.criterion, of: Criterion.ofPredictions, formerName: "constraint",
        "which rates are bounded"),
      .number(dial, \.bound, in: 0...1, "largest allowed distance of two groups"),
      .choice(
        "norm", \.norm,
        "how the distance of true and false positive rates is measured, for equalized odds"),
    ] + UtilitySettings.linearTable.map { $0.nested(in: \.utility) }
  public static let dial = "bound"
  public static let dialSettings = GroupThresholds.dialSettings

  public enum Norm: String, Sendable, CaseIterable { case infinity, one, two }

  public func fit(_ rows: ScoredRows, _ context: FitContext) -> PostprocessingFit {
    let curves = ThresholdCurve.all(rows)
    let solved = Self.solve(
      curves, utility.utility(curves), criterion, norm: norm, bound: bound)
    return fitted(
      StepRule(
        meaning: .decisions,
        functions: solved.mixtures.map { mixture in
          StepFunction(mixture.map { .init($0.weight, $0.threshold) })
        }),
      FitReport(
        status: solved.status, iterations: solved.iterations, objective: solved.cost,
        certificate: Certificate(
          kind: .dualityGap, value: solved.cost - solved.lowerBound,
          boundOnSuboptimality: max(0, solved.cost - solved.lowerBound)), seed: context.seed))
  }

  public struct Solution: Sendable {
    public var status: FitStatus
    /// The thresholds that each group mixes, with their probabilities.
    public var mixtures: [[(weight: Double, threshold: ScoreThreshold)]]
    /// Per group; nil where a rate does not exist.
    public var truePositiveRates: [Double?]
    public var falsePositiveRates: [Double?]
    public var cost: Double
    /// Proved from the duals.
    public var lowerBound: Double
    public var iterations: Int
  }

  /// - Parameter criterion: of rates that are means of predictions.
  public static func solve(
    _ curves: [ThresholdCurve], _ utility: DecisionUtility, _ criterion: Criterion,
    norm: Norm = .infinity, bound: Double
  ) -> Solution {
    let cuts = curves.map(\.hullCuts)
    let groups = zip(curves, cuts).map { curve, cuts in
      RandomizedParity.Choices(curve, utility, cuts: cuts)
    }
    let parity = RandomizedParity(groups: groups, bound: bound)
    let solved =
      criterion.rate == nil && norm == .two
      ? solveEuclidean(parity) : parity.solve(directions(criterion, norm, groups))
    func expected(_ g: Int, _ rates: [Double]?) -> Double? {
      rates.map { zip($0, solved.weights[g]).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    return Solution(
      status: solved.status,
      mixtures: curves.indices.map { g in
        let weights = solved.weights[g], total = weights.reduce(0, +)
        return zip(weights, cuts[g]).filter { $0.0 > negligible }
          .map { ($0.0 / total, curves[g].threshold($0.1)) }
      },
      truePositiveRates: groups.indices.map { expected($0, groups[$0].truePositiveRates) },
      falsePositiveRates: groups.indices.map { expected($0, groups[$0].falsePositiveRates) },
      cost: solved.cost, lowerBound: solved.lowerBound, iterations: solved.iterations)
  }

  /// Weights below this are rounding of the simplex method.
  static let negligible = 1e-12
  /// A distance above the bound by less than this is rounding.
  static let roundingOfDistance = 1e-9
  /// More directions than the 2-norm has been seen to need by far.
  static let directionLimit = 200

  private static func directions(
    _ criterion: Criterion, _ norm: Norm, _ groups: [RandomizedParity.Choices]
  ) -> [RandomizedParity.Direction] {
    typealias Direction = RandomizedParity.Direction
    if let rate = criterion.rate { return [Direction(rate)] }
    let axes = [Direction(onFalsePositives: 1), Direction(onTruePositives: 1)]
    guard norm == .one else { return axes }
    let diagonals = [
      Direction(onFalsePositives: 1, onTruePositives: 1),
      Direction(onFalsePositives: 1, onTruePositives: -1),
    ]
    // A group that lacks one label has no diagonals; its other rate is bounded still.
    let isWhole = groups.allSatisfy {
      $0.falsePositiveRates != nil && $0.truePositiveRates != nil
    }
    return isWhole ? diagonals : diagonals + axes
  }

  private static func solveEuclidean(_ parity: RandomizedParity) -> RandomizedParity.Solution {
    typealias Direction = RandomizedParity.Direction
    var directions = [Direction(onFalsePositives: 1), Direction(onTruePositives: 1)]
    var solved = parity.solve(directions), iterations = solved.iterations
    while solved.status == .converged {
      let points = parity.groups.indices.compactMap { g -> (x: Double, y: Double)? in
        guard let x = parity.groups[g].falsePositiveRates,
          let y = parity.groups[g].truePositiveRates
        else { return nil }
        let w = solved.weights[g]
        return (
          zip(x, w).reduce(0) { $0 + $1.0 * $1.1 }, zip(y, w).reduce(0) { $0 + $1.0 * $1.1 }
        )
      }
      var farthest = parity.bound + roundingOfDistance
      var added: Direction?
      for a in points.indices {
        for b in 0..<a {
          let x = points[a].x - points[b].x, y = points[a].y - points[b].y
          let distance = (x * x + y * y).squareRoot()
          guard distance > farthest else { continue }
          farthest = distance
          added = Direction(onFalsePositives: x / distance, onTruePositives: y / distance)
        }
      }
      guard let added else { break }
      guard directions.count < directionLimit else {
        solved.status = .iterationLimit
        break
      }
      directions.append(added)
      solved = parity.solve(directions)
      iterations += solved.iterations
    }
    solved.iterations = iterations
    return solved
  }
}

extension RandomizedParity.Direction {
  /// Along a rate that is a mean of predictions; one that counts rejections differs by as much.
  init(_ rate: Rate) {
    switch rate.labels {
    case [1]: self.init(onTruePositives: 1)
    case [0]: self.init(onFalsePositives: 1)
    default: self.init(onSelection: 1)
    }
  }
}

extension ThresholdCurve {
  /// The cuts on the upper hull of (FPR, TPR); both ends alone where a label is missing.
  public var hullCuts: [Int] {
    guard positives > 0, negatives > 0 else { return count > 1 ? [0, count - 1] : [0] }
    var cuts: [Int] = []
    for next in 0..<count {
      while cuts.count >= 2 {
        let first = cuts[cuts.count - 2], middle = cuts[cuts.count - 1]
        let rise = truePositives[middle] - truePositives[first]
        let run = falsePositives[middle] - falsePositives[first]
        guard
          rise * (falsePositives[next] - falsePositives[first])
            <= (truePositives[next] - truePositives[first]) * run
        else { break }
        cuts.removeLast()
      }
      cuts.append(next)
    }
    return cuts
  }
}

extension RandomizedParity.Choices {
  init(_ curve: ThresholdCurve, _ utility: DecisionUtility, cuts: [Int]) {
    costs = cuts.map { cut in
      utility.cost(
        utility: utility.value(curve.truePositives[cut], curve.falsePositives[cut]),
        positives: curve.positives)
    }
    truePositiveRates =
      curve.positives > 0 ? cuts.map { curve.truePositives[$0] / curve.positives } : nil
    falsePositiveRates =
      curve.negatives > 0 ? cuts.map { curve.falsePositives[$0] / curve.negatives } : nil
    selectionRates = cuts.map { cut in
      curve.total > 0
        ? (curve.truePositives[cut] + curve.falsePositives[cut]) / curve.total : 0
    }
  }
}
