/// What a watch says: of gaps that ever were, or of bounds that have begun to be broken.
public enum WatchDocument: Sendable, Equatable, Encodable {
  case gaps(WatchReport)
  case bounds(DetectorReport)

  public var isRaised: Bool {
    switch self {
    case .gaps(let report): report.isRaised
    case .bounds(let report): report.isRaised
    }
  }

  /// Pairs of groups; none of a detector.
  public var gaps: [WatchReport.Gap] {
    if case .gaps(let report) = self { report.gaps } else { [] }
  }

  /// What detectors know; nil without them.
  public var detector: DetectorReport? {
    if case .bounds(let report) = self { report } else { nil }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .gaps(let report): try report.encode(to: encoder)
    case .bounds(let report): try report.encode(to: encoder)
    }
  }
}
