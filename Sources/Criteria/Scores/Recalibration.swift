import Essentials

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

  private func evaluate(_ a: Double, _ b: Double) -> State {
    var state = State()
    for i in logits.indices {
      let x = logits[i], z = a + b * x
      let e = exp(-abs(z))
      let p = z >= 0 ? 1 / (1 + e) : e / (1 + e)
      state.value += totals[i] * (max(z, 0) + log1p(e)) - positives[i] * z
      let gap = totals[i] * p - positives[i], curvature = totals[i] * p * (1 - p)
      state.da += gap
      state.db += gap * x
      state.aa += curvature
      state.ab += curvature * x
      state.bb += curvature * x * x
    }
    return state
  }
}
