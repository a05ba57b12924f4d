import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

extension PenalizedLogisticRegression {
  /// A fit whose thresholded selection rates meet a target, with the strength that gave it.
  public struct TargetFit: Sendable {
    public var fit: LinearFit
    public var strength: Double
    /// The largest selection rate of a group minus the smallest, on the training rows.
    public var gap: Double
    /// The smallest selection rate over the largest.
    public var ratio: Double
  }

  /// Looks for a gap in the thresholded selection rates of the first attribute of at most
  /// `targetGap`, with the weakest penalty found that gives it.
  ///
  /// First by bisection over the strength: with two groups on the sign of their difference, which a
  /// strong smooth penalty may turn round, with more on whether the gap is still above the target.
  /// Equal mean probabilities are not equal shares above a threshold, so no strength may do. Then,
  /// for penalties that are squared gaps, the means are aimed apart by what the thresholded rates
  /// lack: goals t ← t − (thresholded gaps), at a strong penalty, until they meet.
  ///
  /// Fits on the way are warm-started. Where nothing reaches the target the smallest gap is returned.
  public func fit<Scalar: KernelScalar>(
    _ problem: Problem<Scalar>, targetGap: Double, threshold: Double = Decisions.usualThreshold
  ) -> TargetFit {
    var search = StrengthSearch(
      problem: problem, objective: objective(problem, strength: 0), base: base,
      targetGap: targetGap, threshold: threshold)
    return search.run()
  }
}

/// The search for a strength, with what it has tried.
private struct StrengthSearch<Scalar: KernelScalar> {
  typealias TargetFit = PenalizedLogisticRegression.TargetFit

  let problem: PenalizedLogisticRegression.Problem<Scalar>
  let objective: LinearObjective<Scalar>
  let base: LogisticRegression
  let targetGap: Double
  let threshold: Double
  private var tried: [TargetFit] = []
  private var memory = NewtonMemory()

  private static var growth: Double { 4 }
  private static var start: Double { 0.05 }
  /// A strength of start·4^20 is about 5e10: nothing changes any more.
  private static var growthSteps: Int { 20 }
  private static var bisections: Int { 30 }
  /// At this strength the means lie within a thousandth of their goals.
  private static var aimingStrength: Double { 300 }
  private static var aimingSteps: Int { 25 }

  init(
    problem: PenalizedLogisticRegression.Problem<Scalar>, objective: LinearObjective<Scalar>,
    base: LogisticRegression, targetGap: Double, threshold: Double
  ) {
    self.problem = problem
    self.objective = objective
    self.base = base
    self.targetGap = targetGap
    self.threshold = threshold
  }

  mutating func run() -> TargetFit {
    let first = difference(evaluate(0, from: nil))
    guard tried[0].gap > targetGap else { return tried[0] }
    bisect(first)
    if !tried.contains(where: { $0.gap <= targetGap }) { aim() }
    let reaching = tried.filter { $0.gap <= targetGap }
    return reaching.min { $0.strength < $1.strength } ?? tried.min { $0.gap < $1.gap }!
  }

  private mutating func bisect(_ first: Double) {
    var low = (strength: 0.0, theta: tried[0].fit.theta)
    var high: Double?
    var strength = Self.start
    for _ in 0..<Self.growthSteps where high == nil && !base.rule.shouldStop() {
      let signed = difference(evaluate(strength, from: low.theta))
      if tried.last!.gap <= targetGap || signed * first < 0 {
        high = strength
      } else {
        low = (strength, tried.last!.fit.theta)
        strength *= Self.growth
      }
    }
    guard var upper = high else { return }
    for _ in 0..<Self.bisections where tried.last!.gap > targetGap && !base.rule.shouldStop() {
      let middle = low.strength == 0 ? upper / 2 : (low.strength * upper).squareRoot()
      let signed = difference(evaluate(middle, from: low.theta))
      if signed * first > 0 { low = (middle, tried.last!.fit.theta) } else { upper = middle }
    }
  }

  /// Aims the means of the first attribute's groups apart until the thresholded rates meet.
  private mutating func aim() {
    let indices = objective.terms.indices.dropFirst()
    guard let index = indices.first, var term = objective.terms[index].term as? SquaredGaps,
      let best = tried.min(by: { $0.gap < $1.gap })
    else { return }
    let count = problem.cells.groupMembers(attribute: 0).count
    guard term.gaps.count == (count == 2 ? 1 : count) else { return }
    var theta = best.fit.theta
    var rates = evaluate(Self.aimingStrength, from: theta)
    for _ in 0..<Self.aimingSteps where tried.last!.gap > targetGap && !base.rule.shouldStop() {
      theta = tried.last!.fit.theta
      let lacking =
        count == 2
        ? [rates.values[1] - rates.values[0]]
        : rates.values.map { $0 - rates.overall }
      for k in term.goals.indices { term.goals[k] -= lacking[k] }
      objective.setTerm(term, at: index)
      rates = evaluate(Self.aimingStrength, from: theta)
    }
  }

  /// With two groups the signed difference of their rates, with more the largest gap.
  private func difference(_ rates: SelectionRates) -> Double {
    rates.values.count == 2 ? rates.values[1] - rates.values[0] : tried.last!.gap
  }

  private mutating func evaluate(_ strength: Double, from start: [Double]?) -> SelectionRates {
    for index in objective.terms.indices.dropFirst() {
      objective.setFactor(strength, ofTerm: index)
    }
    let fit = base.fit(objective, start: start, memory: &memory)
    let rates = SelectionRates(problem, fit.model, threshold: threshold, pool: base.pool)
    let low = rates.values.min() ?? 0, high = rates.values.max() ?? 0
    tried.append(
      TargetFit(fit: fit, strength: strength, gap: high - low, ratio: high > 0 ? low / high : 1))
    return rates
  }
}

/// The weighted share above the threshold of each group of the first attribute that has weight.
private struct SelectionRates {
  var values: [Double]
  var overall: Double

  init<Scalar: KernelScalar>(
    _ problem: PenalizedLogisticRegression.Problem<Scalar>, _ model: LinearModel,
    threshold: Double, pool: WorkerPool
  ) {
    let probabilities = model.probabilities(problem.rows.features, pool: pool)
    let attribute = problem.cells.attributes[0]
    var selected = [Double](repeating: 0, count: attribute.count), all = selected
    for (i, probability) in probabilities.enumerated() {
      let weight = problem.rows.sampleWeights.map { Double($0[i]) } ?? 1
      all[attribute[i]] += weight
      if probability >= threshold { selected[attribute[i]] += weight }
    }
    values = zip(selected, all).compactMap { $1 > 0 ? $0 / $1 : nil }
    let total = all.reduce(0, +)
    overall = total > 0 ? selected.reduce(0, +) / total : 0
  }
}
