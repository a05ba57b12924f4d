import Criteria
import LinearAlgebra
import Optimization

/// A mixture of classifiers whose rate in every linear subgroup g of the sensitive attributes is
/// near that of all rows: α(g)·|r(g) − r| ≤ γ, α(g) the share of g among the rows that count.
///
/// A game of a learner, who wants few errors, against an auditor, who picks the subgroup that is
/// treated worst. The auditor's heuristic (`SubgroupCells`) is two regressions with every threshold;
/// what it reports is a true violation, and the ceiling over all unions of cells bounds what it may
/// have missed.
///
/// Kearns, Neel, Roth and Wu, Preventing fairness gerrymandering, ICML 2018, algorithm 4; An
/// empirical study of rich subgroup fairness for machine learning, FAT* 2019.
public struct SubgroupParity: Sendable {
  public enum Algorithm: String, Sendable, CaseIterable {
    /// Solves the game over the subgroups found so far exactly, then asks for another.
    case fast
    /// Both sides play against the mean of what the other has played (fictitious play).
    case faithful
  }

  public var rate: Rate
  /// γ.
  public var bound: Double
  public var algorithm: Algorithm
  /// Most rounds of the auditor.
  public var rounds: Int
  /// Faithful: C, the price of a unit of violation.
  public var price: Double
  public var costs: ErrorCosts
  public var shouldStop: @Sendable () -> Bool

  /// Violations above the bound by less than this are rounding.
  static let tolerance = 1e-6
  public static let fastRounds = 50
  public static let faithfulRounds = 200

  public init(
    rate: Rate, bound: Double, algorithm: Algorithm = .fast, rounds: Int? = nil,
    price: Double = 10, costs: ErrorCosts = ErrorCosts(),
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    precondition(bound >= 0 && price > 0 && rounds ?? 1 > 0, "bounds cannot be negative")
    precondition(rate.countedPrediction != nil, "\(rate) is no mean of predictions")
    self.rate = rate
    self.bound = bound
    self.algorithm = algorithm
    self.rounds = rounds ?? (algorithm == .fast ? Self.fastRounds : Self.faithfulRounds)
    self.price = price
    self.costs = costs
    self.shouldStop = shouldStop
  }

  public struct Result: Sendable {
    public var members: [(hypothesis: Hypothesis, weight: Double)]
    /// The mixture's sums over cells, as a predictor computes them.
    public var cellSums: [Double]
    public var objective: Double
    /// α(g)·|r(g) − r| of the worst subgroup found; 0 where no rate exists.
    public var violation: Double
    /// No subgroup, linear or not, has more.
    public var ceiling: Double
    /// Subgroups that the learner was confronted with.
    public var subgroups: Int
    /// How far the objective is above the best mixture of the learner's responses.
    public var gap: Double
    public var status: FitStatus
    public var stopReason: String
    public var rounds: Int
    public var oracleCalls: Int
    public var passes: Double
    public var seconds: Double
  }

  public func fit(_ scope: ConstraintScope, learner: inout some WeightedLearner) throws -> Result {
    let clock = ContinuousClock(), began = clock.now, passes = learner.passes
    var result =
      algorithm == .fast
      ? try solve(scope, &learner) : try play(scope, &learner)
    result.seconds = (clock.now - began) / .seconds(1)
    result.passes = learner.passes - passes
    return result
  }

  private func requirement(_ subgroups: [BoundedSubgroup]) -> SubgroupRequirement {
    SubgroupRequirement(rate: rate, subgroups: subgroups, bound: bound)
  }

  // MARK: - Fast

  /// The reduction over the subgroups so far, until the auditor finds no other.
  private func solve(
    _ scope: ConstraintScope, _ learner: inout some WeightedLearner
  ) throws -> Result {
    var subgroups: [BoundedSubgroup] = []
    var options = ColumnGenerationOptions(shouldStop: shouldStop)
    options.dryRounds = 0
    var run = try ColumnGenerationRun(
      ColumnGeneration([requirement([])], costs: costs, options: options), scope,
      sums: learner.sums)
    var calls = 0, round = 0
    var end: (status: FitStatus, reason: String)?
    var last: (reduction: ReductionResult, audit: SubgroupAudit?)
    repeat {
      round += 1
      run.move(to: [requirement(subgroups)])
      let draft = try run.solve(&learner)
      let reduction = try run.finish([draft], &learner)[0]
      calls += reduction.oracleCalls
      let audit = SubgroupRequirement.audit(reduction.cellSums, rate: rate, cells: scope.cells)
      last = (reduction, audit)
      end = verdict(reduction, audit, bounded: subgroups)
      if let audit, end == nil { subgroups.append(audit.subgroup) }
    } while end == nil && round < rounds
    let (status, reason) =
      end ?? (.iterationLimit, "\(rounds) rounds without holding the bound")
    return Result(
      members: last.reduction.members.map { ($0.hypothesis, $0.weight) },
      cellSums: last.reduction.cellSums, objective: last.reduction.objective,
      violation: last.audit?.violation ?? 0, ceiling: last.audit?.ceiling ?? 0,
      subgroups: subgroups.count, gap: last.reduction.gap, status: status, stopReason: reason,
      rounds: round, oracleCalls: calls, passes: 0, seconds: 0)
  }

  /// Why the rounds end here; nil while the auditor has a subgroup to add.
  private func verdict(
    _ reduction: ReductionResult, _ audit: SubgroupAudit?, bounded: [BoundedSubgroup]
  ) -> (status: FitStatus, reason: String)? {
    guard let audit, audit.violation > bound + Self.tolerance else {
      return (reduction.status, "the auditor finds no subgroup above the bound")
    }
    if reduction.status == .stopped || reduction.status == .infeasible {
      return (reduction.status, reduction.stopReason)
    }
    // The rows' own rounding: the program holds what the recount exceeds.
    return bounded.contains(audit.subgroup)
      ? (.stalled, "the worst subgroup is bounded already, and exceeded by rounding") : nil
  }

  // MARK: - Faithful

  /// What has been played: hypotheses with their sums, and subgroups with how often.
  private struct Plays {
    var hypotheses: [(hypothesis: Hypothesis, count: Int)] = []
    var sums: [Double]
    var subgroups: [(subgroup: BoundedSubgroup, count: Int)] = []

    mutating func add(_ hypothesis: Hypothesis, _ cellSums: [Double]) {
      sums.add(1, times: cellSums)
      if let known = hypotheses.firstIndex(where: { $0.hypothesis == hypothesis }) {
        hypotheses[known].count += 1
      } else {
        hypotheses.append((hypothesis, 1))
      }
    }

    /// Adds the learner's answer to the multipliers.
    ///
    /// - Returns: whether it took a fit.
    mutating func respond(
      to multipliers: [Double], _ game: SaddlePoint, _ learner: inout some WeightedLearner,
      round: Int
    ) throws -> Bool {
      let request = game.request(game.costs(multipliers))
      if let positive = game.constantResponse(request) {
        add(.constant(positive: positive), game.constantSums(positive: positive))
        return false
      }
      let fitted = try learner.fit(request)
      add(
        .fitted(identifier: fitted.identifier, member: 0),
        try game.checked(fitted.cellSums, round: round))
      return true
    }

    mutating func add(_ subgroup: BoundedSubgroup) {
      if let known = subgroups.firstIndex(where: { $0.subgroup == subgroup }) {
        subgroups[known].count += 1
      } else {
        subgroups.append((subgroup, 1))
      }
    }
  }

  /// Fictitious play; the mean of all plays is the result.
  private func play(
    _ scope: ConstraintScope, _ learner: inout some WeightedLearner
  ) throws -> Result {
    try SaddlePoint.validate(scope, [], learner.sums)
    var plays = Plays(sums: Array(repeating: 0, count: scope.cells.count))
    var status = FitStatus.iterationLimit, reason = "\(rounds) rounds without holding the bound"
    var audit: SubgroupAudit?
    var calls = 0
    for round in 1...rounds {
      // 1. The learner answers the mean of the auditor's subgroups.
      let game = SaddlePoint(
        scope, requirements: [requirement(plays.subgroups.map(\.subgroup))], costs: costs,
        form: .pairwise, sums: learner.sums)
      let multipliers = plays.subgroups.map { price * Double($0.count) / Double(round) }
      if try plays.respond(to: multipliers, game, &learner, round: round) { calls += 1 }
      // 2. The auditor answers the mean of the learner's hypotheses.
      let mean = plays.sums.scaled(by: 1 / Double(round))
      audit = SubgroupRequirement.audit(mean, rate: rate, cells: scope.cells)
      guard let found = audit, found.violation > bound + Self.tolerance else {
        status = .converged
        reason = "the auditor finds no subgroup above the bound"
        break
      }
      plays.add(found.subgroup)
      if shouldStop() {
        status = .stopped
        reason = "stopped after \(round) rounds on request"
        break
      }
    }
    let played = plays.hypotheses.reduce(0) { $0 + $1.count }
    let mean = plays.sums.scaled(by: 1 / Double(played))
    return Result(
      members: plays.hypotheses.map { ($0.hypothesis, Double($0.count) / Double(played)) },
      cellSums: mean, objective: costs.functional(scope.cells, sums: learner.sums).value(mean),
      violation: audit?.violation ?? 0, ceiling: audit?.ceiling ?? 0,
      subgroups: plays.subgroups.count, gap: max(0, (audit?.violation ?? 0) - bound),
      status: status, stopReason: reason, rounds: played, oracleCalls: calls, passes: 0, seconds: 0)
  }
}
