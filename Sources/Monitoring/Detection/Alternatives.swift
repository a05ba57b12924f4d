import Essentials

/// The rates that a detector bets on in a tick, chosen from the ticks before it.
///
/// The groups' own rates in the past serve where several groups have moved. Beside them every group in
/// turn lies outside of the bound by a few sizes, in both directions, as little may be known of a group that
/// is rare or new. Sizes are in units of 2√(r(1 − r)), which is 1 at a rate of ½.
struct Alternatives {
  /// How far outside of the bound.
  static let sizes = [0.02, 0.05, 0.1, 0.2]
  /// The weight of the groups' own rates in the mixture.
  static let ownShare = 0.25

  let null: ConvexNull
  let past: PastRates
  let groups: Int

  /// Alternatives of one group in turn: sizes times directions.
  static func count(ofGroupIn null: ConvexNull) -> Int {
    if case .halfSpace = null { return 0 }
    return 2 * sizes.count
  }

  /// Alternatives of all groups together.
  static func sharedCount(of null: ConvexNull) -> Int {
    if case .halfSpace = null { return 1 + sizes.count }
    return 1
  }

  /// The groups' rates in the past; nil where nothing is known.
  var own: [Double]? {
    guard let whole = past.rate(of: 0..<groups) else { return nil }
    return (0..<groups).map { past.rate(of: [$0]) ?? whole }
  }

  /// The `index`th alternative of all groups: their own rates, then half-spaces left by a size.
  func shared(_ index: Int) -> [Double]? {
    guard let own, index > 0, case .halfSpace(let coefficients, _) = null else { return own }
    let rows = (0..<groups).map { max(past.rowsATick($0), 1) }
    let nearest = null.projection(of: own.map(ConvexNull.inside), rows: rows).rates
    let length = coefficients.reduce(0) { $0 + $1 * $1 }
    let room = own.reduce(0) { $0 + Self.unit($1) } / Double(groups)
    // From the edge of the bound outward, so that Σ aθ exceeds it by the size.
    let edge = HalfSpace(coefficients: coefficients, bound: 0)
    guard case .halfSpace(_, let bound) = null else { return nil }
    let missing = bound - edge.value(nearest) + Self.sizes[index - 1] * room
    return zip(nearest, coefficients).map { Self.moved($0, by: missing * $1 / length) }
  }

  /// The `index`th alternative of a group: even ones lower it, odd ones raise it.
  func group(_ group: Int, _ index: Int) -> [Double]? {
    let size = Self.sizes[index / 2], isLower = index.isMultiple(of: 2)
    return outside(null, 0..<groups, group, size, isLower)
  }

  private func outside(
    _ null: ConvexNull, _ part: Range<Int>, _ group: Int, _ size: Double, _ isLower: Bool
  ) -> [Double]? {
    switch null {
    case .difference(let bound):
      guard let rate = past.rate(of: part) else { return nil }
      let step = bound + size * Self.unit(rate)
      return laid(rate, part, group, Self.moved(rate, by: isLower ? -step : step))
    case .ratio(let bound):
      guard let rate = past.rate(of: part) else { return nil }
      let start = isLower ? bound * rate : min(1, rate / bound), step = size * Self.unit(rate)
      return laid(rate, part, group, Self.moved(start, by: isLower ? -step : step))
    case .each(let range):
      let ranges = ConvexNull.ranges(part.map { _ in range })
      return outside(ranges, part, group, size, isLower)
    case .ranges(let ranges):
      guard let own else { return nil }
      let range = ranges[group - part.lowerBound]
      let start = isLower ? range.low : range.high, step = size * Self.unit(own[group])
      var rates = zip(part, ranges).map { min($1.high, max($1.low, own[$0])) }
      rates[group - part.lowerBound] = Self.moved(start, by: isLower ? -step : step)
      return rates
    case .halfSpace: return part.map { past.rate(of: [$0]) ?? 0.5 }
    case .blocks(let blocks): return inBlocks(blocks, group, size, isLower)
    }
  }

  /// One block has a group outside; the others keep their bounds.
  private func inBlocks(
    _ blocks: [ConvexNull.Block], _ group: Int, _ size: Double, _ isLower: Bool
  ) -> [Double]? {
    guard let own else { return nil }
    var rates: [Double] = [], start = 0
    for block in blocks {
      let part = start..<start + block.groups
      let inside = block.null.projection(
        of: part.map { ConvexNull.inside(own[$0]) },
        rows: part.map { max(past.rowsATick($0), 1) })
      if part.contains(group) {
        guard let moved = outside(block.null, part, group, size, isLower) else { return nil }
        rates += moved
      } else {
        rates += inside.rates
      }
      start = part.upperBound
    }
    return rates
  }

  private func laid(
    _ rate: Double, _ part: Range<Int>, _ group: Int, _ moved: Double
  ) -> [Double] {
    part.map { $0 == group ? moved : rate }
  }

  private static func unit(_ rate: Double) -> Double { 2 * (rate * (1 - rate)).squareRoot() }

  /// A rate moved, at most three quarters of the way to 0 or 1.
  private static func moved(_ rate: Double, by step: Double) -> Double {
    min(max(rate + step, 0.25 * rate), 1 - 0.25 * (1 - rate))
  }
}
