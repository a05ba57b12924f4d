import Essentials

/// How small a breach a detector would find within a time: what "no alarm" is worth.
///
/// A detector of weight v needs about 2 ln(A/v) · V/(Δ − ε)² ticks for a breach Δ of a bound ε, where V is the variance
/// of one tick's estimate: r(1 − r)(1/n₁ + 1/n₂) for a group against the rest. Solved for Δ. It is a rule of thumb of
/// simulated delays, within about a third of them, and no part of any guarantee.
public enum SmallestGap {
  /// - Parameters:
  ///   - logNeeded: ln(A/v).
  ///   - variance: V; infinite where a group has no rows.
  ///   - ticks: the time that is allowed.
  /// - Returns: how far beyond the bound a breach must be.
  public static func beyondBound(logNeeded: Double, variance: Double, ticks: Double) -> Double {
    (2 * max(0, logNeeded) * variance / ticks).squareRoot()
  }
}

extension BoundDetector {
  /// The smallest breach beyond the bound by a group that would be found within some ticks; infinite for a group
  /// without rows.
  ///
  /// - Parameters:
  ///   - logLimit: ln A, less ln v of this detector.
  public func smallestBreach(_ group: Int, within ticks: Double, logLimit: Double) -> Double {
    let share = ErrorBudget.groupShare(group, known: max(1, known))
    return SmallestGap.beyondBound(
      logNeeded: logLimit - log((1 - Alternatives.ownShare) * share),
      variance: variance(of: group, in: null, 0..<groups.count), ticks: ticks)
  }

  private func variance(of group: Int, in null: ConvexNull, _ part: Range<Int>) -> Double {
    func spread(_ rate: Double?) -> Double { rate.map { $0 * (1 - $0) } ?? .infinity }
    switch null {
    case .difference, .ratio:
      let rest = part.reduce(0) { $1 == group ? $0 : $0 + past.rowsATick($1) }
      return spread(past.rate(of: part)) * (1 / past.rowsATick(group) + 1 / rest)
    case .each, .ranges: return spread(past.rate(of: [group])) / past.rowsATick(group)
    case .halfSpace(let coefficients, _):
      return coefficients.indices.reduce(0) {
        $0 + coefficients[$1] * coefficients[$1] * spread(past.rate(of: [$1]))
          / past.rowsATick($1)
      }
    case .blocks(let blocks):
      var start = part.lowerBound
      for block in blocks {
        let inner = start..<start + block.groups
        if inner.contains(group) { return variance(of: group, in: block.null, inner) }
        start = inner.upperBound
      }
      return .infinity
    }
  }
}
