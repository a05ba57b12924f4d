import Criteria
import LinearAlgebra

/// The best deterministic thresholds, one a group, whose rates lie close together: exactly.
///
/// maximize Σ_g u_g(k_g) over the cuts k_g of each group, subject to r_max − r_min ≤ bound or to
/// r_min / r_max ≥ bound, where r_g(k_g) is the rate of group g at its cut and u_g its utility. All
/// candidates (rate, utility) of all groups are sorted by rate; a window that meets the limit
/// slides over them, and one monotone queue a group holds the best utility inside. The lowest rate
/// of an optimal choice is some candidate's, so one of the windows holds it. O(N log N) for N
/// candidates, for any number of groups and any rate, monotone in the cut or not.
///
/// A cut whose rate does not exist (nobody to divide by) is no candidate; a group whose rate exists
/// at no cut is bound by nothing and takes its best one.
public struct ThresholdSearch: Sendable {
  /// How far rates may lie apart.
  public enum Limit: Sendable, Equatable {
    case none
    /// Largest minus smallest, at most this.
    case difference(Double)
    /// Smallest over largest, at least this; rates that are all 0 are alike.
    case ratio(Double)

    func allows(_ low: Double, _ high: Double) -> Bool {
      switch self {
      case .none: true
      case .difference(let bound): high - low <= bound
      case .ratio(let bound): high == 0 || low / high >= bound
      }
    }
  }

  /// A rate that every group must reach ("levelling up").
  public struct Floor: Sendable, Equatable {
    public var rate: Rate
    public var value: Double

    public init(_ rate: Rate, _ value: Double) {
      self.rate = rate
      self.value = value
    }
  }

  public struct Choice: Sendable, Equatable {
    /// The cut of each group, shape `(G)`.
    public var cuts: [Int]
    public var utility: Double
    /// False when no choice meets the limit and the floor: then the cuts come nearest to them.
    public var isFeasible: Bool
  }

  public let curves: [ThresholdCurve]
  public let rate: Rate
  public let limit: Limit
  public let floor: Floor?
  private let candidates: Candidates
  private let free: [Bool]
  private let meetsFloor: Bool

  public init(
    _ curves: [ThresholdCurve], rate: Rate, limit: Limit, floor: Floor? = nil
  ) {
    self.curves = curves
    self.rate = rate
    self.limit = limit
    self.floor = floor
    var allowed: [[Bool]?] = [], met = true
    for curve in curves {
      let (cuts, reached) = Self.allowedCuts(curve, floor)
      allowed.append(cuts)
      met = met && reached
    }
    candidates = Candidates(curves, rate: limit == .none ? nil : rate, allowed: allowed)
    var free = [Bool](repeating: true, count: curves.count)
    for group in candidates.groups { free[Int(group)] = false }
    self.free = free
    // The floor may leave a group only cuts at which the rate does not exist.
    let lost = curves.indices.contains { group in
      free[group] && (0..<curves[group].count).contains { rate.value(curves[group], $0) != nil }
    }
    meetsFloor = met && (limit == .none || !lost)
    allowedCuts = allowed
  }

  /// nil allows every cut.
  private let allowedCuts: [[Bool]?]

  /// The cuts that reach the floor; where none does, those of the highest rate.
  private static func allowedCuts(
    _ curve: ThresholdCurve, _ floor: Floor?
  ) -> (cuts: [Bool]?, reached: Bool) {
    guard let floor else { return (nil, true) }
    let rates = (0..<curve.count).map { floor.rate.value(curve, $0) }
    guard let top = rates.compactMap({ $0 }).max() else { return (nil, true) }
    let bound = min(floor.value, top)
    return (rates.map { $0.map { $0 >= bound } ?? false }, top >= floor.value)
  }

  /// The optimum for a utility.
  public func best(_ utility: DecisionUtility) -> Choice {
    var cuts = [Int](repeating: 0, count: curves.count)
    for group in curves.indices where free[group] {
      cuts[group] = curves[group].best(utility, among: allowedCuts[group])
    }
    var feasible = meetsFloor
    if !candidates.groups.isEmpty {
      let values = candidates.utilities(utility, curves)
      var window = slide(values, limit)
      if window == nil {
        feasible = false
        window = slide(values, narrowestLimit())
      }
      if let window { take(window, values, into: &cuts) }
    }
    let total = curves.indices.reduce(0.0) {
      $0
        + utility.value(curves[$1].truePositives[cuts[$1]], curves[$1].falsePositives[cuts[$1]])
    }
    return Choice(cuts: cuts, utility: total, isFeasible: feasible)
  }

  /// The first window of the largest total, as a range of the sorted candidates.
  private func slide(_ values: [Double], _ limit: Limit) -> Range<Int>? {
    var queues = BestInWindow(groups: curves.count, bound: free.count { !$0 })
    var best: (total: Double, window: Range<Int>)?
    var right = 0
    for left in 0..<candidates.count {
      let low = candidates.rates[left]
      while right < candidates.count, limit.allows(low, candidates.rates[right]) {
        queues.push(right, group: Int(candidates.groups[right]), values)
        right += 1
      }
      if let total = queues.total, total > best?.total ?? -.infinity {
        best = (total, left..<right)
      }
      queues.drop(left, group: Int(candidates.groups[left]), values)
    }
    return best?.window
  }

  /// The smallest difference, or the largest ratio, at which every group has a candidate.
  private func narrowestLimit() -> Limit {
    var counts = [Int](repeating: 0, count: curves.count)
    var missing = free.count { !$0 }
    var left = 0, difference = Double.infinity, ratio = 0.0
    for right in 0..<candidates.count {
      let group = Int(candidates.groups[right])
      if counts[group] == 0 { missing -= 1 }
      counts[group] += 1
      while missing == 0 {
        let low = candidates.rates[left], high = candidates.rates[right]
        difference = min(difference, high - low)
        ratio = max(ratio, high > 0 ? low / high : 1)
        let first = Int(candidates.groups[left])
        counts[first] -= 1
        if counts[first] == 0 { missing += 1 }
        left += 1
      }
    }
    if case .ratio = limit { return .ratio(ratio) }
    return .difference(difference)
  }

  private func take(_ window: Range<Int>, _ values: [Double], into cuts: inout [Int]) {
    var best = [Double](repeating: -.infinity, count: curves.count)
    for index in window {
      let group = Int(candidates.groups[index])
      if values[index] > best[group] {
        best[group] = values[index]
        cuts[group] = Int(candidates.cuts[index])
      }
    }
  }
}

/// The cuts of all groups that have a rate, by ascending rate.
private struct Candidates: Sendable {
  var rates: [Double] = []
  var groups: [UInt16] = []
  var cuts: [Int32] = []
  var count: Int { rates.count }

  /// - Parameter rate: nil for no candidates at all.
  init(_ curves: [ThresholdCurve], rate: Rate?, allowed: [[Bool]?]) {
    guard let rate else { return }
    var unsorted: (rates: [Double], groups: [UInt16], cuts: [Int32]) = ([], [], [])
    for (group, curve) in curves.enumerated() {
      for cut in 0..<curve.count where allowed[group]?[cut] ?? true {
        guard let value = rate.value(curve, cut) else { continue }
        unsorted.rates.append(value)
        unsorted.groups.append(UInt16(group))
        unsorted.cuts.append(Int32(cut))
      }
    }
    let order = rowsSortedByScore(Buffer(unsorted.rates))
    rates.reserveCapacity(order.count)
    groups.reserveCapacity(order.count)
    cuts.reserveCapacity(order.count)
    for k in 0..<order.count {
      let index = Int(order[k])
      rates.append(unsorted.rates[index])
      groups.append(unsorted.groups[index])
      cuts.append(unsorted.cuts[index])
    }
  }

  func utilities(_ utility: DecisionUtility, _ curves: [ThresholdCurve]) -> [Double] {
    (0..<count).map { index in
      let group = Int(groups[index]), cut = Int(cuts[index])
      return utility.value(curves[group].truePositives[cut], curves[group].falsePositives[cut])
    }
  }
}

/// The largest value of each group among the candidates of a window, and their sum.
private struct BestInWindow {
  /// Of each group: candidates with descending values, from `heads` on.
  private var queues: [[Int32]]
  private var heads: [Int]
  private var sum: SumTree
  private var missing: Int

  /// - Parameter bound: how many groups have candidates at all.
  init(groups: Int, bound: Int) {
    queues = Array(repeating: [], count: groups)
    heads = Array(repeating: 0, count: groups)
    sum = SumTree(count: groups)
    missing = bound
  }

  /// nil while a group has no candidate in the window.
  var total: Double? { missing == 0 ? sum.total : nil }

  mutating func push(_ index: Int, group: Int, _ values: [Double]) {
    if heads[group] == queues[group].count { missing -= 1 }
    while queues[group].count > heads[group],
      values[Int(queues[group][queues[group].count - 1])] < values[index]
    {
      queues[group].removeLast()
    }
    queues[group].append(Int32(index))
    if queues[group].count == heads[group] + 1 { sum.set(group, values[index]) }
  }

  mutating func drop(_ index: Int, group: Int, _ values: [Double]) {
    guard heads[group] < queues[group].count, Int(queues[group][heads[group]]) == index else {
      return
    }
    heads[group] += 1
    if heads[group] == queues[group].count {
      missing += 1
      sum.set(group, 0)
    } else {
      sum.set(group, values[Int(queues[group][heads[group]])])
    }
  }
}
