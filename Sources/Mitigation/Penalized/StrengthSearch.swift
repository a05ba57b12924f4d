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
    let first = attempt(0, from: nil)
    guard first.gap > targetGap else { return first.found }
    bisect(from: first)
    if !tried.contains(where: { $0.gap <= targetGap }) { aim() }
    let reaching = tried.filter { $0.gap <= targetGap }
    return reaching.min { $0.strength < $1.strength }
      ?? tried.min { $0.gap < $1.gap } ?? first.found
  }

  private mutating func bisect(from first: Attempt) {
    let side = first.rates.signedGap
    var low = first.found
    var last = first
    var high: Double?
    var strength = Self.start
    for _ in 0..<Self.growthSteps where high == nil && !base.rule.shouldStop() {
      last = attempt(strength, from: low.fit.theta)
      if last.gap <= targetGap || last.rates.signedGap * side < 0 {
        high = strength
      } else {
        low = last.found
        strength *= Self.growth
      }
    }
    guard var upper = high else { return }
    for _ in 0..<Self.bisections where last.gap > targetGap && !base.rule.shouldStop() {
      let middle = low.strength == 0 ? upper / 2 : (low.strength * upper).squareRoot()
      last = attempt(middle, from: low.fit.theta)
      if last.rates.signedGap * side > 0 { low = last.found } else { upper = middle }
    }
  }

  /// Aims the means of the first attribute's groups apart until the thresholded rates meet.
  private mutating func aim() {
    let indices = objective.terms.indices.dropFirst()
    guard let index = indices.first, var term = objective.terms[index].term as? SquaredGaps,
      let best = tried.min(by: { $0.gap < $1.gap })
    else { return }
    var last = attempt(Self.aimingStrength, from: best.fit.theta)
    // A penalty on one label compares only the groups that have it.
    guard term.goals.count == last.rates.lacking.count else { return }
    for _ in 0..<Self.aimingSteps where last.gap > targetGap && !base.rule.shouldStop() {
      for (k, lacking) in last.rates.lacking.enumerated() { term.goals[k] -= lacking }
      objective.setTerm(term, at: index)
      last = attempt(Self.aimingStrength, from: last.found.fit.theta)
    }
  }

  /// A fit with the rates that it gives.
  private struct Attempt {
    var found: TargetFit
    var rates: SelectionRates
    var gap: Double { found.gap }
  }

  private mutating func attempt(_ strength: Double, from start: [Double]?) -> Attempt {
    for index in objective.terms.indices.dropFirst() {
      objective.setFactor(strength, ofTerm: index)
    }
    let fit = base.fit(objective, start: start, memory: &memory)
    let rates = SelectionRates(problem, fit.model, threshold: threshold, pool: base.pool)
    let found = TargetFit(fit: fit, strength: strength, gap: rates.gap, ratio: rates.ratio)
    tried.append(found)
    return Attempt(found: found, rates: rates)
  }
}

/// The weighted share above the threshold of each bound group of the first attribute that has weight.
private struct SelectionRates {
  let values: [Double]
  let overall: Double

  var low: Double { values.min() ?? 0 }
  var high: Double { values.max() ?? 0 }
  var gap: Double { high - low }
  var ratio: Double { high > 0 ? low / high : 1 }

  /// With two groups the difference of their rates with its sign, with more the largest gap.
  var signedGap: Double { values.count == 2 ? values[1] - values[0] : gap }

  /// What the goals of squared gaps lack: one difference with two groups, with more each group's
  /// distance from the rate of all.
  var lacking: [Double] {
    values.count == 2 ? [values[1] - values[0]] : values.map { $0 - overall }
  }

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
    let bound = all.indices.filter { !problem.cells.unbound[0].contains($0) && all[$0] > 0 }
    values = bound.map { selected[$0] / all[$0] }
    let total = bound.reduce(0) { $0 + all[$1] }
    overall = total > 0 ? bound.reduce(0) { $0 + selected[$1] } / total : 0
  }
}
