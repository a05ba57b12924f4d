import Essentials

/// A detector of a change whose time nobody knows: M ← L · (M + 1) from M = 0, with the evidence L of each tick.
///
/// M is the sum, over every tick at which a change may have begun, of the evidence from there on. If each L
/// has a mean of at most 1 given the past, M − t is a supermartingale. Then the mean number of ticks to
/// M ≥ A is at least A, and, as M + (T − t) is a supermartingale that is not negative up to T, the chance
/// that M reaches A within T ticks is at most T/A. A tick without data has L = 1.
///
/// A. Shiryaev (1963) and S. Roberts (1966) with likelihood ratios; with e-values in their
/// place: J. Shin, A. Ramdas, A. Rinaldo, *E-detectors: a nonparametric framework for
/// sequential change detection*, New England J. Statistics in Data Science 2, 2024.
public struct ShiryaevRoberts: Sendable, Equatable, Codable {
  /// ln M; −∞ at the start.
  public private(set) var logValue = -Double.infinity
  /// ln of the largest term of M: the evidence from the likeliest start on.
  public private(set) var logPeak = -Double.infinity
  /// The tick at which the change most likely began.
  public private(set) var start = 0

  public init() {}

  /// - Parameters:
  ///   - logEvidence: ln L.
  ///   - tick: the number of this tick, for ``start``.
  public mutating func take(_ logEvidence: Double, tick: Int) {
    logValue = logEvidence + logSum(logValue, 0)
    if logPeak <= 0 {
      logPeak = 0
      start = tick
    }
    logPeak += logEvidence
  }
}
