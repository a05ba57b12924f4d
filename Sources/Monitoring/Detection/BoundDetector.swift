import Essentials

/// Says when the rates of groups have begun to leave a bound.
///
/// A mixture of ``ShiryaevRoberts`` detectors over the alternatives: M = Σ wⱼMⱼ with Σ wⱼ ≤ 1. A quarter of the weight
/// is on the groups' own rates in the past, the rest on each group in turn (``ErrorBudget/groupShare(_:known:)``). Its
/// state does not grow with time, and two detectors that saw the same ticks are equal.
public struct BoundDetector: Sendable, Equatable, Codable {
  public let null: ConvexNull
  /// Groups that were there at the first tick.
  public private(set) var known = 0
  private(set) var past = PastRates()
  private var shared: [ShiryaevRoberts]
  private(set) var groups: [[ShiryaevRoberts]] = []

  public init(_ null: ConvexNull) {
    self.null = null
    shared = Array(
      repeating: ShiryaevRoberts(), count: Alternatives.sharedCount(of: null))
  }

  /// Adds a tick.
  ///
  /// - Parameters:
  ///   - counts: a group each, always in the same order; new groups come last.
  ///   - tick: its number.
  ///   - null: the bound in this tick where it moves with what is known before the outcomes, as that of
  ///     calibration does with the mean scores; of the same kind. nil: the detector's.
  public mutating func take(_ counts: [RateCounts], tick: Int, against null: ConvexNull? = nil) {
    let null = null ?? self.null
    precondition(null.groupCount ?? counts.count == counts.count, "a group for each rate bounded")
    precondition(counts.count >= groups.count, "groups do not go away")
    if groups.isEmpty { known = counts.count }
    let each = Alternatives.count(ofGroupIn: null)
    while groups.count < counts.count {
      groups.append(Array(repeating: ShiryaevRoberts(), count: each))
    }
    let alternatives = Alternatives(null: null, past: past, groups: counts.count)
    func evidence(_ backed: [Double]?) -> Double {
      backed.map { TickEvidence.log(of: counts, against: null, backing: $0) } ?? 0
    }
    for j in shared.indices { shared[j].take(evidence(alternatives.shared(j)), tick: tick) }
    for g in groups.indices {
      for j in groups[g].indices {
        // A group without rows says nothing of itself.
        let rates = counts[g].rows == 0 ? nil : alternatives.group(g, j)
        groups[g][j].take(evidence(rates), tick: tick)
      }
    }
    past.take(counts)
  }

  /// Forgets the evidence, not the rates: a fix begins a new watch.
  public mutating func restart() {
    shared = shared.map { _ in ShiryaevRoberts() }
    groups = groups.map { $0.map { _ in ShiryaevRoberts() } }
  }

  /// ln M.
  public var logValue: Double {
    let weighted = weighted
    return weighted.dropFirst().reduce(weighted[0].logValue) { logSum($0, $1.logValue) }
  }

  /// The tick at which the change most likely began, by the strongest part of the mixture.
  public var start: Int { strongest?.detector.start ?? 0 }

  /// The group for which the evidence is strongest that it alone lies outside of the bound; nil where the bound is about
  /// all groups.
  public var suspect: Int? {
    weighted.filter { $0.group != nil }.max { $0.logValue < $1.logValue }?.group
  }

  private struct Part {
    var logValue: Double
    var group: Int?
    var detector: ShiryaevRoberts
  }

  private var strongest: Part? { weighted.max { $0.logValue < $1.logValue } }

  /// The parts of the mixture with their weights laid on.
  private var weighted: [Part] {
    let ownWeight = groups.first?.isEmpty ?? true ? 1 : Alternatives.ownShare
    let sharedParts = shared.enumerated().map { j, detector in
      let weight =
        shared.count == 1
        ? ownWeight
        : j == 0 ? Alternatives.ownShare : (1 - Alternatives.ownShare) / Double(shared.count - 1)
      return Part(logValue: log(weight) + detector.logValue, group: nil, detector: detector)
    }
    return sharedParts
      + groups.enumerated().flatMap { g, detectors in
        let weight =
          (1 - Alternatives.ownShare) * ErrorBudget.groupShare(g, known: max(1, known))
          / Double(max(1, detectors.count))
        return detectors.map {
          Part(logValue: log(weight) + $0.logValue, group: g, detector: $0)
        }
      }
  }
}
