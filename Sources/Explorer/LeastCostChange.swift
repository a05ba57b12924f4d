/// The cheapest change of a row that a linear score of at least a cut asks for, with a proof.
///
/// minimize Σ_f c_f·|Δ_f| + a_f·[Δ_f ≠ 0] subject to a gain Σ_f g_f(Δ_f) of at least what is missing.
/// A number gains |β_f| a unit up to a limit; a category gains a fixed amount for each other level.
/// Depth first over the columns, each tried untouched and touched; a branch is left where the cost of
/// filling the rest at the lower convex envelope of each column's costs is no less than the best found
/// (a multiple-choice knapsack: Sinha and Zoltners, Operations Research 27, 1979). When the search ends
/// nothing is cheaper. As integer programs: Ustun, Spangher, Liu, *Actionable recourse in linear
/// classification*, FAT* 2019.
public struct LeastCostChange: Sendable {
  /// What may be done to a column.
  public struct Lever: Sendable {
    public enum Kind: Sendable {
      /// Gain of one unit in the helpful direction, above 0; cost of a unit; units at most.
      case number(gain: Double, cost: Double, limit: Double)
      /// The gain of each level that may be taken instead.
      case category(gains: [Double])
    }

    public var name: String
    public var kind: Kind
    /// What touching the column costs at all.
    public var fixedCost: Double

    public init(name: String, kind: Kind, fixedCost: Double) {
      self.name = name
      self.kind = kind
      self.fixedCost = fixedCost
    }
  }

  public enum Step: Sendable, Equatable {
    /// Units in the helpful direction.
    case units(Double)
    /// The place of the level among the lever's.
    case level(Int)
  }

  public struct Solution: Sendable, Equatable {
    /// By place of the lever; those that are not touched are not there.
    public var steps: [Int: Step]
    public var cost: Double
  }

  private struct Piece {
    var lever: Int
    var gain: Double
    var rate: Double
  }

  public let levers: [Lever]
  private let pieces: [Piece]

  public init(_ levers: [Lever]) {
    self.levers = levers
    pieces = levers.indices.flatMap { Self.envelope(levers[$0], $0) }.sorted { $0.rate < $1.rate }
  }

  /// The most that can be gained.
  public var reach: Double { pieces.reduce(0) { $0 + $1.gain } }

  /// The lower convex envelope of a lever's costs over gains, from nothing on.
  private static func envelope(_ lever: Lever, _ place: Int) -> [Piece] {
    switch lever.kind {
    case .number(let gain, let cost, let limit):
      guard gain > 0, limit > 0 else { return [] }
      let whole = gain * limit
      return [Piece(lever: place, gain: whole, rate: (lever.fixedCost + cost * limit) / whole)]
    case .category(let gains):
      // All levels cost the same, so the largest gain alone is on the envelope.
      guard let most = gains.max(), most > 0 else { return [] }
      return [Piece(lever: place, gain: most, rate: lever.fixedCost / most)]
    }
  }

  private struct Search {
    var best: Solution?
    var steps: [Int: Step] = [:]
  }

  /// The least cost for a gain; nil where no change reaches it.
  public func solve(gain needed: Double) -> Solution? {
    if needed <= 0 { return Solution(steps: [:], cost: 0) }
    var search = Search()
    descend(0, needed, 0, [], &search)
    return search.best
  }

  /// - Parameter open: touched numbers, whose units are chosen last.
  private func descend(
    _ place: Int, _ needed: Double, _ cost: Double, _ open: [Int], _ search: inout Search
  ) {
    guard let rest = bound(place, needed, open), cost + rest < search.best?.cost ?? .infinity else {
      return
    }
    guard place < levers.count else {
      finish(needed, cost, open, &search)
      return
    }
    let lever = levers[place]
    switch lever.kind {
    case .number:
      descend(place + 1, needed, cost + lever.fixedCost, open + [place], &search)
      if lever.fixedCost > 0 { descend(place + 1, needed, cost, open, &search) }
    case .category(let gains):
      for level in gains.indices where gains[level] > 0 {
        search.steps[place] = .level(level)
        descend(place + 1, needed - gains[level], cost + lever.fixedCost, open, &search)
      }
      search.steps[place] = nil
      descend(place + 1, needed, cost, open, &search)
    }
  }

  private func rate(_ place: Int) -> (rate: Double, whole: Double, gain: Double) {
    guard case .number(let gain, let cost, let limit) = levers[place].kind, gain > 0, limit > 0
    else { return (.infinity, 0, 0) }
    return (cost / gain, gain * limit, gain)
  }

  /// The least that a gain can cost from here on, over the envelopes; nil where it is out of reach.
  private func bound(_ place: Int, _ needed: Double, _ open: [Int]) -> Double? {
    var all = pieces.filter { $0.lever >= place }
    for lever in open {
      let found = rate(lever)
      all.append(Piece(lever: lever, gain: found.whole, rate: found.rate))
    }
    var rest = needed, cost = 0.0
    for piece in all.sorted(by: { $0.rate < $1.rate }) where rest > 0 {
      let taken = min(rest, piece.gain)
      if taken > 0 { cost += taken * piece.rate }
      rest -= taken
    }
    return rest <= Self.rounding * max(1, abs(needed)) ? cost : nil
  }

  private static let rounding = 1e-12

  private func finish(
    _ needed: Double, _ paid: Double, _ open: [Int], _ search: inout Search
  ) {
    var rest = needed, cost = paid
    var steps = search.steps
    for lever in open.sorted(by: { rate($0).rate < rate($1).rate }) where rest > 0 {
      let found = rate(lever), taken = min(rest, found.whole)
      guard taken > 0 else { continue }
      steps[lever] = .units(taken / found.gain)
      cost += taken * found.rate
      rest -= taken
    }
    if cost < search.best?.cost ?? .infinity { search.best = Solution(steps: steps, cost: cost) }
  }
}
