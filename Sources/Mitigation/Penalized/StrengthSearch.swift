import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Models
import Optimization
import RowSums

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
  ) throws -> TargetFit {
    try fit(
      problem.source(base.pool), problem.cells, targetGap: targetGap, threshold: threshold)
  }

  /// The same of rows wherever they are, in the cells that are given.
  func fit(
    _ source: any RowSource, _ cells: CellIndex, targetGap: Double,
    threshold: Double = Decisions.usualThreshold
  ) throws -> TargetFit {
    var search = StrengthSearch(
      cells: cells, objective: objective(source, cells, strength: 0), base: base,
      targetGap: targetGap, threshold: threshold)
    return try search.run()
  }
}

/// The search for a strength, with what it has tried.
private struct StrengthSearch {
  typealias TargetFit = PenalizedLogisticRegression.TargetFit

  let cells: CellIndex
  let objective: LinearObjective
  let base: LogisticRegression
  let targetGap: Double
  let threshold: Double
  private var tried: [TargetFit] = []
  private var memory = NewtonMemory()

  private static let growth = 4.0
  private static let start = 0.05
  /// A strength of start·4^20 is about 5e10: nothing changes any more.
  private static let growthSteps = 20
  private static let bisections = 30
  /// At this strength the means lie within a thousandth of their goals.
  private static let aimingStrength = 300.0
  private static let aimingSteps = 25

  init(
    cells: CellIndex, objective: LinearObjective, base: LogisticRegression, targetGap: Double,
    threshold: Double
  ) {
    self.cells = cells
    self.objective = objective
    self.base = base
    self.targetGap = targetGap
    self.threshold = threshold
  }

  mutating func run() throws -> TargetFit {
    let first = try attempt(0, from: nil)
    guard first.gap > targetGap else { return first.found }
    try bisect(from: first)
    if !tried.contains(where: { $0.gap <= targetGap }) { try aim() }
    let reaching = tried.filter { $0.gap <= targetGap }
    return reaching.min { $0.strength < $1.strength }
      ?? tried.min { $0.gap < $1.gap } ?? first.found
  }

  private mutating func bisect(from first: Attempt) throws {
    let side = first.rates.signedGap
    var low = first.found
    var last = first
    var high: Double?
    var strength = Self.start
    for _ in 0..<Self.growthSteps where high == nil && !base.rule.shouldStop() {
      last = try attempt(strength, from: low.fit.theta)
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
      last = try attempt(middle, from: low.fit.theta)
      if last.rates.signedGap * side > 0 { low = last.found } else { upper = middle }
    }
  }

  /// Aims the means of the first attribute's groups apart until the thresholded rates meet.
  private mutating func aim() throws {
    let indices = objective.terms.indices.dropFirst()
    guard let index = indices.first, var term = objective.terms[index].term as? SquaredGaps,
      let best = tried.min(by: { $0.gap < $1.gap })
    else { return }
    var last = try attempt(Self.aimingStrength, from: best.fit.theta)
    // A penalty on one label compares only the groups that have it.
    guard term.goals.count == last.rates.lacking.count else { return }
    for _ in 0..<Self.aimingSteps where last.gap > targetGap && !base.rule.shouldStop() {
      for (k, lacking) in last.rates.lacking.enumerated() { term.goals[k] -= lacking }
      objective.setTerm(term, at: index)
      last = try attempt(Self.aimingStrength, from: last.found.fit.theta)
    }
  }

  /// A fit with the rates that it gives.
  private struct Attempt {
    var found: TargetFit
    var rates: SelectionRates
    var gap: Double { found.gap }
  }

  private mutating func attempt(_ strength: Double, from start: [Double]?) throws -> Attempt {
    for index in objective.terms.indices.dropFirst() {
      objective.setFactor(strength, ofTerm: index)
    }
    let fit = try base.fit(objective, start: start, memory: &memory)
    let rates = try SelectionRates(
      objective.reader, cells: cells, fit.model, threshold: threshold)
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

  init(
    _ reader: RowReader, cells: CellIndex, _ model: LinearModel, threshold: Double
  ) throws {
    // A probability is at least the threshold where the score is at least its log-odds.
    var theta = model.theta
    theta[theta.count - 1] -= log(threshold / (1 - threshold))
    let positives = try reader.positives([theta])[0]
    // Groups that nothing binds are not among them.
    let bound = cells.groupMembers(attribute: 0)
    let selected = bound.map { $0.cells.reduce(0) { $0 + positives[$1] } }
    values = zip(selected, bound).map { $0 / $1.weight }
    let total = bound.reduce(0) { $0 + $1.weight }
    overall = total > 0 ? selected.reduce(0, +) / total : 0
  }
}
