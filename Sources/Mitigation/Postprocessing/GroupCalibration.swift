import Datasets
import Essentials
import Models

/// Scores that mean the same in every group: each group's scores become probabilities of its own.
///
/// `isotonic` takes the non-decreasing function nearest to the labels; `platt` fits
/// σ(a·logit(s) + b) (of the score itself where scores are no probabilities) to the smoothed
/// targets (P + 1)/(P + 2) and 1/(N + 2) by Newton's method.
public struct GroupCalibration: Postprocessor {
  public static let name = "group-calibration"
  public static let summary = "Calibrates the scores of each group on its own."
  public static let source =
    "Platt, Probabilistic outputs for support vector machines, 1999; Zadrozny and Elkan, "
    + "Transforming classifier scores into accurate multiclass probability estimates, KDD 2002"
  public static let attributeUse: Set<AttributeUse> = [.training, .decision]
  public var calibration = Calibration.platt

  public enum Calibration: String, CaseIterable, Sendable {
    /// A step function.
    case isotonic
    /// A sigmoid.
    case platt
  }

  public init() {}

  public init(_ calibration: Calibration) { self.calibration = calibration }

  public static let table: [OptionRecord<GroupCalibration>] = [
    .choice("calibration", \.calibration, "a step function or a sigmoid")
  ]

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    let curves = ThresholdCurve.all(rows)
    try rows.requireLabels(curves, positives: false, negatives: false)
    if calibration == .isotonic {
      return fitted(
        StepRule(meaning: .scores, functions: curves.compactMap { IsotonicFit.function($0) }),
        FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
    }
    let usesLogits = rows.scores.allSatisfy { $0 >= 0 && $0 <= 1 }
    let fits = curves.map { SigmoidFit($0, usesLogits: usesLogits) }
    return fitted(
      SigmoidRule(
        usesLogits: usesLogits, slopes: fits.map(\.slope), offsets: fits.map(\.offset)),
      FitReport(
        status: fits.allSatisfy(\.isConverged) ? .converged : .iterationLimit,
        iterations: fits.map(\.iterations).max() ?? 0, objective: nil, seed: context.seed))
  }
}

/// A sigmoid of the score, or of its logit, for each group.
public struct SigmoidRule: DecisionRule, Equatable {
  public static let kind = "sigmoids"

  public let usesLogits: Bool
  /// Shape `(G)` each.
  public let slopes: [Double]
  public let offsets: [Double]

  public var meaning: RuleMeaning { .scores }
  public var usesGroups: Bool { slopes.count > 1 }
  public var groupCount: Int { slopes.count }
  public var isConsistent: Bool { slopes.count == offsets.count }

  public func values(scores: [Double], groups: [Int]) -> [Double] {
    zip(scores, groups).map { score, group in
      Self.sigmoid(slopes[group] * Self.input(score, usesLogits) + offsets[group])
    }
  }

  /// Probabilities nearer to 0 or 1 than this have the logit of this one.
  package static let extreme = 1e-15

  static func input(_ score: Double, _ usesLogits: Bool) -> Double {
    guard usesLogits else { return score }
    let p = min(max(score, extreme), 1 - extreme)
    return log(p / (1 - p))
  }

  static func sigmoid(_ z: Double) -> Double {
    z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))
  }
}

/// Newton's method for σ(a·x + b) with smoothed targets.
///
/// Lin, Lin, Weng, *A note on Platt's probabilistic outputs for support vector machines*, Machine
/// Learning 2007.
struct SigmoidFit {
  private(set) var slope = 0.0
  private(set) var offset = 0.0
  private(set) var iterations = 0
  private(set) var isConverged = false

  private static let limit = 200
  private static let tolerance = 1e-10
  /// Newton's decrement, as a share of the loss, that sums of many rows do not resolve.
  private static let rounding = 1e-12
  /// Added to the Hessian's diagonal, for groups with one distinct score.
  private static let ridge = 1e-12
  private static let sufficient = 1e-4

  private let inputs: [Double]
  private let positives: [Double]
  private let negatives: [Double]
  private let high: Double
  private let low: Double

  init(_ curve: ThresholdCurve, usesLogits: Bool) {
    inputs = curve.scores.map { SigmoidRule.input($0, usesLogits) }
    positives = (1..<curve.count).map { curve.truePositives[$0] - curve.truePositives[$0 - 1] }
    negatives = (1..<curve.count).map { curve.falsePositives[$0] - curve.falsePositives[$0 - 1] }
    high = (curve.positives + 1) / (curve.positives + 2)
    low = 1 / (curve.negatives + 2)
    offset = log((curve.positives + 1) / (curve.negatives + 1))
    run(total: max(curve.total, 1))
  }

  private mutating func run(total: Double) {
    var value = loss(slope, offset)
    while iterations < Self.limit {
      iterations += 1
      let at = derivatives()
      guard max(abs(at.slope), abs(at.offset)) > Self.tolerance * total else {
        isConverged = true
        return
      }
      let determinant = at.aa * at.bb - at.ab * at.ab
      let stepA = -(at.bb * at.slope - at.ab * at.offset) / determinant
      let stepB = -(at.aa * at.offset - at.ab * at.slope) / determinant
      let decrease = at.slope * stepA + at.offset * stepB
      guard -decrease > Self.rounding * abs(value) else {
        // The loss is at its minimum but for rounding, and cannot judge the last step.
        (slope, offset) = (slope + stepA, offset + stepB)
        isConverged = true
        return
      }
      guard let next = descend(stepA, stepB, from: value, decrease: decrease) else {
        // Rounding: no step lowers the loss any more.
        isConverged = true
        return
      }
      value = next
    }
  }

  /// The gradient and the entries of the Hessian at the present slope and offset.
  private func derivatives() -> (
    slope: Double, offset: Double, aa: Double, ab: Double, bb: Double
  ) {
    var (gradientA, gradientB) = (0.0, 0.0)
    var (aa, ab, bb) = (Self.ridge, 0.0, Self.ridge)
    for (k, x) in inputs.enumerated() {
      let p = SigmoidRule.sigmoid(slope * x + offset)
      let residual = positives[k] * (p - high) + negatives[k] * (p - low)
      let curvature = (positives[k] + negatives[k]) * p * (1 - p)
      gradientA += residual * x
      gradientB += residual
      aa += curvature * x * x
      ab += curvature * x
      bb += curvature
    }
    return (gradientA, gradientB, aa, ab, bb)
  }

  /// Takes the largest halved step that lowers the loss enough; the loss there, nil without one.
  private mutating func descend(
    _ stepA: Double, _ stepB: Double, from value: Double, decrease: Double
  ) -> Double? {
    var size = 1.0
    while size > 1e-10 {
      let next = loss(slope + size * stepA, offset + size * stepB)
      if next <= value + Self.sufficient * size * decrease {
        (slope, offset) = (slope + size * stepA, offset + size * stepB)
        return next
      }
      size /= 2
    }
    return nil
  }

  private func loss(_ a: Double, _ b: Double) -> Double {
    var sum = 0.0
    for (k, x) in inputs.enumerated() {
      let z = a * x + b
      let softplus = max(z, 0) + log1p(exp(-abs(z)))
      sum += (positives[k] + negatives[k]) * softplus
      sum -= (positives[k] * high + negatives[k] * low) * z
    }
    return sum
  }
}
