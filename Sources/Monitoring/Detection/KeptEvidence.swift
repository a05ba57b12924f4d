import Essentials

/// Evidence that a bound is kept, from a start on: a certificate, not the absence of an alarm.
///
/// What lies outside of the bound is a union of half-spaces: one for each ordered pair of groups whose rates
/// could differ too much. For each of them E = Π L over the ticks since the start, or since a group came, is a process with a mean of
/// at most 1 if that half-space held in every tick, and by Ville's inequality it reaches 1/α with a chance
/// of at most α. The bound is shown to be kept when every one of them has, so the level is α for the union too
/// (intersection and union of tests). Each E is the mean of two: one bets on the groups' own rates in the past, one on a
/// common rate.
public struct KeptEvidence: Sendable, Equatable, Codable {
  /// A way to break the bound, and ln of the evidence against it.
  struct Breach: Sendable, Equatable, Codable {
    var groups: [Int]
    var coefficients: [Double]
    var atMost: Double
    var own = 0.0
    var common = 0.0

    var logEvidence: Double { logSum(own, common) - log(2) }
  }

  public let null: ConvexNull
  /// The first tick that counts.
  public private(set) var start: Int
  /// The tick at which the evidence sufficed; nil before.
  public private(set) var shown: Int?
  public let alpha: Double
  private var breaches: [Breach] = []
  private var groups = 0

  public init(_ null: ConvexNull, from start: Int, alpha: Double = 0.05) {
    precondition(alpha > 0 && alpha < 1, "α is between 0 and 1")
    self.null = null
    self.start = start
    self.alpha = alpha
  }

  /// ln of the evidence against the way to break the bound that is least refuted.
  public var logEvidence: Double { breaches.map(\.logEvidence).min() ?? 0 }

  mutating func take(_ counts: [RateCounts], past: PastRates, tick: Int) {
    if counts.count > groups {
      let open = Self.breaches(of: null, 0..<counts.count)
      let fresh = open.filter { breach in breach.groups.contains { $0 >= groups } }
      breaches += fresh
      if !fresh.isEmpty { shown = nil }
      groups = counts.count
    }
    guard let whole = past.rate(of: 0..<groups) else { return }
    for b in breaches.indices {
      let part = breaches[b].groups
      let kept = ConvexNull.halfSpace(
        coefficients: breaches[b].coefficients, atMost: breaches[b].atMost)
      let rows = part.map { counts[$0] }
      let common = past.rate(of: part) ?? whole
      breaches[b].own += TickEvidence.log(
        of: rows, against: kept, backing: part.map { past.rate(of: [$0]) ?? common })
      breaches[b].common += TickEvidence.log(
        of: rows, against: kept, backing: part.map { _ in common })
    }
    if shown == nil && !breaches.isEmpty && logEvidence >= -log(alpha) { shown = tick }
  }

  /// The half-spaces whose union is what lies outside of the bound.
  private static func breaches(of null: ConvexNull, _ part: Range<Int>) -> [Breach] {
    func pairs(_ breach: (Int, Int) -> Breach) -> [Breach] {
      part.flatMap { a in part.filter { $0 != a }.map { breach(a, $0) } }
    }
    switch null {
    case .difference(let bound):
      return pairs { Breach(groups: [$0, $1], coefficients: [-1, 1], atMost: -bound) }
    case .ratio(let bound):
      return pairs { Breach(groups: [$0, $1], coefficients: [1, -bound], atMost: 0) }
    case .each(let range):
      return part.flatMap { Self.breaches(of: $0, range) }
    case .ranges(let ranges):
      return zip(part, ranges).flatMap(Self.breaches)
    case .halfSpace(let coefficients, let bound):
      return [Breach(groups: Array(part), coefficients: coefficients.map { -$0 }, atMost: -bound)]
    case .blocks(let blocks):
      var start = part.lowerBound
      return blocks.flatMap { block in
        defer { start += block.groups }
        return breaches(of: block.null, start..<start + block.groups)
      }
    }
  }

  private static func breaches(of group: Int, _ range: ConvexNull.RateRange) -> [Breach] {
    var found: [Breach] = []
    if range.low > 0 {
      found.append(Breach(groups: [group], coefficients: [1], atMost: range.low))
    }
    if range.high < 1 {
      found.append(Breach(groups: [group], coefficients: [-1], atMost: -range.high))
    }
    return found
  }
}
