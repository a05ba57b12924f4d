import Datasets
import Models

/// Ranks rows by score with a smallest share of every group in every prefix of the ranking.
///
/// Among the first k rows group g is due ⌊k·p_g⌋, and is to have at most ⌈k·p_g⌉. At each place a
/// group below its minimum comes first, the one with the best next score; else one below its
/// maximum: the best score (`greedy`), the one that will be due soonest, ⌈k·p_g⌉/p_g smallest
/// (`conservative`), or ⌈⌈k·p_g⌉/p_g⌉ smallest with ties by score (`relaxed`). Filled place by
/// place, groups may become due together with too few places left: that cannot happen to `greedy`
/// with two groups and to the other two with three. `constrained` has every minimum for any number
/// of groups: it inserts each row when its group becomes due and lets better ones move up while
/// nobody falls behind. When a group runs out, its places go to the others.
///
/// The value of a row depends on the rows beside it: it is its place, written so that 0.5 parts the
/// selected from the rest.
public struct Reranking: Postprocessor {
  public static let name = "reranking"
  public static let summary =
    "Ranks by score and guarantees each group a smallest share of every prefix."
  public static let source =
    "Geyik, Ambler, Kenthapadi, Fairness-aware ranking in search and recommendation systems, "
    + "KDD 2019, algorithms 1-3"
  /// How places are filled.
  public var algorithm = Algorithm.constrained
  public var shares = Shares.observed
  /// Shares of groups, as `Female=0.5,Male=0.5`; groups that it does not name divide what is left in
  /// the proportions of `shares`.
  public var targetShares: String?
  /// Share of the rows that count as selected; nil: the share of positive labels.
  public var selected: Double?

  public init() {}

  public init(_ algorithm: Algorithm, selected: Double? = nil) {
    self.algorithm = algorithm
    self.selected = selected
  }

  public static let table: [OptionRecord<Reranking>] = [
    .choice("ranking", \.algorithm, "how places are filled"),
    .choice(
      "shares", \.shares,
      "the share that a group is due: its share of the rows, or the same for each"),
    .text(
      "target_shares", \.targetShares,
      "shares that groups are due, as Female=0.5,Male=0.5; the others divide what is left"),
    .number(
      "selected", \.selected, in: 0...1,
      "share of the rows that count as selected"
    ).derived("the share of positive labels"),
  ]

  /// The share that a group is due.
  public enum Shares: String, CaseIterable, Sendable {
    /// Its share of the rows.
    case observed
    case equal
  }

  public enum Algorithm: String, Sendable, Codable, CaseIterable {
    case greedy, conservative, relaxed, constrained
  }

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    let curves = ThresholdCurve.all(rows)
    let total = curves.reduce(0) { $0 + $1.total }
    guard total > 0 else {
      throw DataError.option("weights", "every weight is 0")
    }
    let due = try due(usual: curves.map { shares == .equal ? 1 : $0.total }, of: rows)
    let share = selected ?? curves.reduce(0) { $0 + $1.positives } / total
    var method = self
    method.selected = share
    return method.fitted(
      RankingRule(algorithm: algorithm, shares: due, selected: share),
      FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }

  /// The share of each group, adding up to 1: those that people have set, and the rest divided among
  /// the others in proportion to `usual`.
  private func due(usual: [Double], of rows: ScoredRows) throws(DataError) -> [Double] {
    // All rows as one group are of no group that has a share of its own.
    let text = rows.attributes.isEmpty ? nil : targetShares
    let stated = try text.map { text throws(DataError) in
      try GroupNumbers.read(text, of: "target_shares", groups: rows.groups.names)
    }
    let set = rows.groups.names.map { stated?[$0] }
    let open = zip(usual, set).reduce(0) { $1.1 == nil ? $0 + $1.0 : $0 }
    let left = 1 - set.reduce(0) { $0 + ($1 ?? 0) }
    func bad(_ reason: Phrase) -> DataError {
      .option("target_shares", value: text ?? "", reason)
    }
    guard set.allSatisfy({ (0...1).contains($0 ?? 0) }) else {
      throw bad("a share is from 0 to 1")
    }
    guard left > -Self.rounding else { throw bad("the shares add up to more than 1") }
    guard open > 0 || left < Self.rounding else {
      throw bad("the shares of all groups add up to less than 1")
    }
    return zip(usual, set).map { $1 ?? max(left, 0) * $0 / open }
  }

  /// What shares that are typed in decimals may be off by.
  private static let rounding = 1e-9
}

/// Ranks whichever rows it is given.
public struct RankingRule: DecisionRule, Equatable {
  public static let kind = "ranking"

  public let algorithm: Reranking.Algorithm
  /// Shape `(G)`, adding up to 1.
  public let shares: [Double]
  /// Share of the rows whose value is at least 0.5.
  public let selected: Double

  public init(algorithm: Reranking.Algorithm, shares: [Double], selected: Double) {
    self.algorithm = algorithm
    self.shares = shares
    self.selected = selected
  }

  public var meaning: RuleMeaning { .scores }
  public var usesGroups: Bool { shares.count > 1 }
  public var groupCount: Int { shares.count }
  public var isConsistent: Bool {
    shares.allSatisfy { (0...1).contains($0) } && (0...1).contains(selected)
  }

  public func values(scores: [Double], groups: [Int]) -> [Double] {
    let order = ranking(scores: scores, groups: groups)
    let n = Double(scores.count), first = (n * selected).rounded()
    var values = [Double](repeating: 0, count: scores.count)
    for (place, row) in order.enumerated() {
      let k = Double(place)
      values[row] = k < first ? 1 - 0.5 * k / first : 0.5 * (n - k) / (n - first + 1)
    }
    return values
  }

  /// The rows from the first place to the last.
  public func ranking(scores: [Double], groups: [Int]) -> [Int] {
    var queues = [[Int]](repeating: [], count: shares.count)
    for row in scores.indices.sorted(by: { (scores[$0], $1) > (scores[$1], $0) }) {
      queues[groups[row]].append(row)
    }
    return algorithm == .constrained
      ? constrained(queues, scores) : filled(queues, scores)
  }

  /// k·p without the rounding that makes 3·(1/3) less than 1.
  private static let rounding = 1e-9
  private func least(_ group: Int, _ k: Int) -> Int {
    Int((Double(k) * shares[group] + Self.rounding).rounded(.down))
  }
  private func most(_ group: Int, _ k: Int) -> Int {
    Int((Double(k) * shares[group] - Self.rounding).rounded(.up))
  }

  private func filled(_ queues: [[Int]], _ scores: [Double]) -> [Int] {
    var next = [Int](repeating: 0, count: queues.count)
    let total = queues.reduce(0) { $0 + $1.count }
    return (0..<total).map { place in
      let k = place + 1
      let open = queues.indices.filter { next[$0] < queues[$0].count }
      let due = open.filter { next[$0] < least($0, k) }
      let free = open.filter { next[$0] < most($0, k) }
      func head(_ group: Int) -> Double { scores[queues[group][next[group]]] }
      let chosen: Int
      if !due.isEmpty {
        chosen = first(due) { head($0) > head($1) }
      } else {
        let pool = free.isEmpty ? open : free
        chosen = first(pool) { a, b in
          switch algorithm {
          case .greedy, .constrained: return head(a) > head(b)
          case .conservative:
            let (x, y) = (deadline(a, k), deadline(b, k))
            return x != y ? x < y : head(a) > head(b)
          case .relaxed:
            let (x, y) = (deadline(a, k).rounded(.up), deadline(b, k).rounded(.up))
            return x != y ? x < y : head(a) > head(b)
          }
        }
      }
      next[chosen] += 1
      return queues[chosen][next[chosen] - 1]
    }
  }

  /// The number of places at which the group's minimum reaches ⌈k·p⌉.
  private func deadline(_ group: Int, _ k: Int) -> Double {
    shares[group] > 0 ? Double(most(group, k)) / shares[group] : .infinity
  }

  private func first(_ groups: [Int], _ precedes: (Int, Int) -> Bool) -> Int {
    groups.dropFirst().reduce(groups[0]) { precedes($1, $0) ? $1 : $0 }
  }

  /// Rows enter as their groups become due, the best first, and move up past worse ones that may
  /// still fall behind without missing their own last place.
  private func constrained(_ queues: [[Int]], _ scores: [Double]) -> [Int] {
    let total = queues.reduce(0) { $0 + $1.count }
    var next = [Int](repeating: 0, count: queues.count)
    var minimum = next
    var order: [Int] = [], latest: [Int] = []
    var k = 0
    while order.count < total && k < total {
      k += 1
      let due = queues.indices.filter { next[$0] < queues[$0].count && least($0, k) > minimum[$0] }
      for group in queues.indices { minimum[group] = max(minimum[group], least(group, k)) }
      for group in due.sorted(by: {
        (scores[queues[$0][next[$0]]], $1) > (scores[queues[$1][next[$1]]], $0)
      }) {
        let row = queues[group][next[group]]
        order.append(row)
        latest.append(k)
        next[group] += 1
        var place = order.count - 1
        while place > 0, latest[place - 1] >= place + 1, scores[order[place - 1]] < scores[row] {
          order.swapAt(place, place - 1)
          latest.swapAt(place, place - 1)
          place -= 1
        }
      }
    }
    let left = queues.indices.flatMap { queues[$0][next[$0]...] }
    return order + left.sorted { (scores[$0], $1) > (scores[$1], $0) }
  }
}
