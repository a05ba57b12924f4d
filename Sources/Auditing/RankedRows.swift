import Criteria
import Datasets
import LinearAlgebra

/// The rows of an audit sorted by score once: every cross takes its groups' scores from them.
struct RankedRows: Sendable {
  let outcomes: Outcomes
  let counts: OutcomeCounts
  let pool: WorkerPool
  private let scores: Buffer<Double>
  private let order: Buffer<UInt32>

  /// Nil without scores.
  init?(_ outcomes: Outcomes, _ counts: OutcomeCounts, _ pool: WorkerPool) {
    guard let scores = outcomes.scores else { return nil }
    self.outcomes = outcomes
    self.counts = counts
    self.pool = pool
    self.scores = scores
    order = rowsSortedByScore(scores)
  }

  /// A group's scores, and what follows from their order.
  struct Group: Sendable {
    let scores: SortedScores
    let profile: ScoreProfile
  }

  /// By the levels of the chosen attributes; all rows under no level for none.
  func groups(of chosen: [Int]) -> [[Int]: Group] {
    let marginal = chosen.isEmpty ? nil : counts.marginal(of: chosen)
    let grouped = GroupedScores(
      codes: counts.groupCodes(of: chosen, marginal, in: outcomes, pool: pool),
      count: marginal?.names.count ?? 1, scores: scores, labels: outcomes.labels,
      weights: outcomes.weights, order: order)
    let profiles = grouped.map(pool: pool) { ScoreProfile($0) }
    let keys = marginal?.combinations ?? [[]]
    var groups: [[Int]: Group] = [:]
    for (index, key) in keys.enumerated() {
      groups[key] = Group(scores: grouped.groups[index], profile: profiles[index])
    }
    return groups
  }
}
