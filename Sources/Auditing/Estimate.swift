/// A number that an audit reports, with its interval and whether it can be relied on.
///
/// A rate with an empty denominator is absent with a reason: never 0, and never NaN.
public struct Estimate: Sendable, Equatable {
  public enum Status: String, Sendable, Codable {
    case estimate
    /// Fewer rows than the audit's limit for a reliable number.
    case lowCount = "low_n"
    case notEstimable = "not_estimable"
  }

  public var value: Double?
  public var low: Double?
  public var high: Double?
  /// The kind of interval, for example `"wilson"`.
  public var interval: String?
  public var status: Status
  public var reason: String?

  public init(
    value: Double?, low: Double? = nil, high: Double? = nil, interval: String? = nil,
    status: Status = .estimate, reason: String? = nil
  ) {
    self.value = value
    self.low = low
    self.high = high
    self.interval = interval
    self.status = status
    self.reason = reason
  }

  public static func notEstimable(_ reason: String) -> Estimate {
    Estimate(value: nil, status: .notEstimable, reason: reason)
  }
}

extension Estimate: CustomStringConvertible {
  /// `0.1234 [0.1011, 0.1457]`, or why there is no number.
  public var description: String {
    guard let value else { return "not estimable" + (reason.map { ": \($0)" } ?? "") }
    guard let low, let high else { return value.fixed(Self.decimals) }
    return
      "\(value.fixed(Self.decimals)) [\(low.fixed(Self.decimals)), \(high.fixed(Self.decimals))]"
  }

  /// Enough to tell rates of some thousand rows apart.
  private static let decimals = 4
}

extension Estimate: Codable {
  enum CodingKeys: String, CodingKey { case value, low, high, interval, status, reason }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(low, forKey: .low)
    try container.encode(high, forKey: .high)
    try container.encodeIfPresent(interval, forKey: .interval)
    try container.encode(status, forKey: .status)
    try container.encodeIfPresent(reason, forKey: .reason)
  }
}
