import Essentials

/// Which of many cells to mark in a picture, with a bound on the share of marks that are false.
///
/// An exploration, not an alarm: alarms go by ``ErrorBudget``.
public enum FalseDiscoveries {
  /// e-BH: sorted from the largest, the first k with eₖ ≥ K/(kα), for the largest such k. The expected share of false
  /// marks is at most α, however the e-values depend on each other.
  ///
  /// R. Wang, A. Ramdas, *False discovery rate control with e-values*, JRSS B 84, 2022.
  ///
  /// - Parameter logEvidence: ln of e-values at one time that was fixed in advance. Running maxima are not
  ///   e-values; ``logEvidence(ofPeak:)`` turns them into such.
  /// - Returns: the places that are marked, in order.
  public static func marked(_ logEvidence: [Double], alpha: Double) -> [Int] {
    precondition(alpha > 0 && alpha < 1, "α is between 0 and 1")
    let order = logEvidence.indices.sorted {
      logEvidence[$0] != logEvidence[$1] ? logEvidence[$0] > logEvidence[$1] : $0 < $1
    }
    let cells = Double(logEvidence.count)
    let last = order.indices.last {
      logEvidence[order[$0]] >= log(cells / (Double($0 + 1) * alpha))
    }
    return last.map { order[...$0].sorted() } ?? []
  }

  /// ln(√e − 1): the evidence that is left of the largest value that a process of e-values has had, as
  /// ∫₁^∞ (√y − 1)/y² dy = 1 and P(largest ≥ y) ≤ 1/y.
  public static func logEvidence(ofPeak logPeak: Double) -> Double {
    logPeak <= 0 ? -.infinity : 0.5 * logPeak + log1p(-exp(-0.5 * logPeak))
  }
}
