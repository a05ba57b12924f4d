import Essentials
import LinearAlgebra

/// Cox's recalibration of probabilities: logit P(Y = 1) = a + b·logit S.
///
/// The slope is b (1 when spread is right, below 1 when scores are too extreme). The intercept is a
/// with b held at 1 (0 when the mean is right). Both by maximum likelihood.
///
/// D. Cox, *Two further applications of a model for binary regression*, Biometrika 45, 1958;
/// B. Van Calster et al., *Calibration: the Achilles heel of predictive analytics*, BMC Medicine 17,
/// 2019.
public struct Recalibration: Sendable, Equatable {
  public let slope: MetricValue
  public let intercept: MetricValue

  /// Scores nearer to 0 or 1 than this count as this near: their logit would be infinite.
  static let smallestProbability = 1e-12
  /// Newton steps; four to eight are usual.
  static let iterations = 60
  /// A fit is done when the gradient is below this share of the total weight.
  static let tolerance = 1e-12
  /// How far a sum over millions of points may be off, relative to itself.
  static let roundingOfSums = 1e-10
  /// Points of the first, coarse fit that the full one starts from.
  static let coarsePoints = 2_048

  init(absent reason: String) {
    self.init(slope: .absent(reason), intercept: .absent(reason))
  }

  public init(_ scores: SortedScores) { self.init(ScorePoints(scores)) }

  /// - Parameter points: probabilities in 0…1.
  public init(_ points: ScorePoints) {
    let positive = points.totalPositive, negative = points.totalNegative
    guard positive > 0 && negative > 0 else {
      self.init(absent: positive > 0 ? "no negative labels" : "no positive labels")
      return
    }
    let full = LogitPoints(points), coarse = LogitPoints(points.coarse(Self.coarsePoints))
    let start = coarse.fit(slope: false, from: (0, 1)) ?? (0, 1)
    let level = full.fit(slope: false, from: start)
    self.init(
      slope: Self.slope(points, full, coarse, start),
      intercept: level.map { .value($0.0) } ?? Self.notFound)
  }

  private init(slope: MetricValue, intercept: MetricValue) {
    self.slope = slope
    self.intercept = intercept
  }

  private static func slope(
    _ points: ScorePoints, _ full: LogitPoints, _ coarse: LogitPoints, _ start: (Double, Double)
  ) -> MetricValue {
    if let reason = noSlope(points) { return .absent(reason) }
    let near = coarse.fit(slope: true, from: start) ?? start
    let found = full.fit(slope: true, from: near) ?? full.fit(slope: true, from: (0, 0))
    return found.map { .value($0.1) } ?? notFound
  }

  private static let notFound = MetricValue.absent("the fit did not converge")

  /// A likelihood has a maximum unless a cut of the scores separates the labels.
  private static func noSlope(_ points: ScorePoints) -> String? {
    let positive = points.positives.indices.filter { points.positives[$0] > 0 }
    let negative = points.negatives.indices.filter { points.negatives[$0] > 0 }
    if points.count < 2 { return "all scores are equal" }
    if negative.last! <= positive.first! || positive.last! <= negative.first! {
      return "the scores separate the labels: the slope is unbounded"
    }
    return nil
  }
}

/// Points on the logit scale.
private struct LogitPoints {
  let logits: [Double]
  let positives: [Double]
  let totals: [Double]
  let weight: Double

  init(_ points: ScorePoints) {
    let least = Recalibration.smallestProbability
    logits = points.scores.map { score in
      let p = min(max(score, least), 1 - least)
      return log(p / (1 - p))
    }
    positives = points.positives
    totals = zip(points.positives, points.negatives).map { $0 + $1 }
    weight = totals.reduce(0, +)
  }

  /// Newton's method with halved steps on the convex negative log-likelihood; nil when it does not
  /// converge. With `slope` false only the intercept moves.
  func fit(slope: Bool, from start: (Double, Double)) -> (Double, Double)? {
    var (a, b) = start
    var state = evaluate(a, b)
    for _ in 0..<Recalibration.iterations {
      let size = slope ? max(abs(state.da), abs(state.db)) : abs(state.da)
      if size <= Recalibration.tolerance * weight { return (a, b) }
      let determinant = state.aa * state.bb - state.ab * state.ab
      var step = (state.aa > 0 ? state.da / state.aa : 0, 0.0)
      if slope && determinant > 0 {
        step = (
          (state.bb * state.da - state.ab * state.db) / determinant,
          (state.aa * state.db - state.ab * state.da) / determinant
        )
      }
      guard step.0.isFinite && step.1.isFinite && (step.0 != 0 || step.1 != 0) else { return nil }
      var next = evaluate(a - step.0, b - step.1)
      // Near the optimum the value of many points is flat to the rounding of its sum.
      let slack = Recalibration.roundingOfSums * abs(state.value)
      while next.value > state.value + slack {
        step = (0.5 * step.0, 0.5 * step.1)
        if abs(step.0) + abs(step.1) < 1e-15 { return (a, b) }
        next = evaluate(a - step.0, b - step.1)
      }
      let moved = (a - step.0, b - step.1)
      if moved == (a, b) { return moved }
      (a, b) = moved
      state = next
    }
    return nil
  }

  private struct State {
    var value = 0.0, da = 0.0, db = 0.0, aa = 0.0, ab = 0.0, bb = 0.0
  }

  /// Points whose curve is computed at once.
  private static let block = 512

  private func evaluate(_ a: Double, _ b: Double) -> State {
    var state = State()
    var z = [Double](repeating: 0, count: Self.block), probabilities = z, softplus = z
    for start in stride(from: 0, to: logits.count, by: Self.block) {
      let count = min(Self.block, logits.count - start)
      for i in 0..<count { z[i] = a + b * logits[start + i] }
      // SAFETY: all three have room for `count` numbers.
      unsafe Double.Kernels.sigmoidSoftplus(z, count, &probabilities, &softplus)
      for i in 0..<count {
        let point = start + i, x = logits[point], p = probabilities[i]
        state.value += totals[point] * softplus[i] - positives[point] * z[i]
        let gap = totals[point] * p - positives[point], curvature = totals[point] * p * (1 - p)
        state.da += gap
        state.db += gap * x
        state.aa += curvature
        state.ab += curvature * x
        state.bb += curvature * x * x
      }
    }
    return state
  }
}
