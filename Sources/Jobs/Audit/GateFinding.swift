import Auditing
import Criteria
import Reports

/// How a gate stands after an audit.
public struct GateFinding: Sendable, Equatable, Encodable {
  public var condition: String
  /// What was measured, in the names of this program.
  public var measure: MeasureName
  /// What the number is held against.
  public var limit: Double
  /// Where the number is worst; nil where no attribute has it, or it is of all rows.
  public var attribute: String?
  /// The groups where the metric is smallest and largest.
  public var lowGroup: String?
  public var highGroup: String?
  /// nil: it cannot be estimated, and the gate counts as exceeded.
  public var value: Double?
  public var low: Double?
  public var high: Double?
  /// What the number surely is, where the condition asks for that.
  var sureValue: Double?
  public var isExceeded: Bool
  /// Why there is no number, or over how many groups it was taken.
  public var reason: String?
  /// Whether there is a number without the interval that the condition asks for.
  var isSureOfNothing = false

  enum CodingKeys: String, CodingKey {
    case condition, measure, limit, attribute, value, low, high, reason, message
    case lowGroup = "low_group"
    case highGroup = "high_group"
    case isExceeded = "exceeded"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(condition, forKey: .condition)
    try container.encode(measure, forKey: .measure)
    try container.encode(limit, forKey: .limit)
    try container.encodeIfPresent(attribute, forKey: .attribute)
    try container.encodeIfPresent(lowGroup, forKey: .lowGroup)
    try container.encodeIfPresent(highGroup, forKey: .highGroup)
    try container.encodeIfPresent(value, forKey: .value)
    try container.encodeIfPresent(low, forKey: .low)
    try container.encodeIfPresent(high, forKey: .high)
    try container.encode(isExceeded, forKey: .isExceeded)
    try container.encodeIfPresent(reason, forKey: .reason)
    try container.encode(message, forKey: .message)
  }

  /// `selection_rate.ratio of sex (Female / Male) is 0.318 [0.290, 0.350]; the limit is 0.8`.
  public var message: String {
    let limit = "the limit is \(NumberText.plain(self.limit))"
    guard let value else {
      return "\(subject) is not estimable" + (reason.map { " (\($0))" } ?? "") + "; \(limit)"
    }
    var text = "\(subject) is \(NumberText.beside(value, limit: self.limit))"
    if let low, let high { text += " [\(NumberText.ratio(low)), \(NumberText.ratio(high))]" }
    if let sureValue {
      let side = low == sureValue ? "least" : "most"
      text += ", surely at \(side) \(NumberText.beside(sureValue, limit: self.limit))"
    }
    if let reason { text += " (\(reason))" }
    return text + "; \(limit)"
  }

  /// What was measured, of which groups.
  private var subject: String {
    var text = measure.description
    if let attribute { text += " of \(DisplayText.name(attribute))" }
    guard let lowGroup, let highGroup, let kind = measure.kind else { return text }
    let low = DisplayText.name(lowGroup), high = DisplayText.name(highGroup)
    return text + (kind == .ratio ? " (\(low) / \(high))" : " (\(high) − \(low))")
  }
}

extension NumberText {
  /// A number with three decimals, and with more where three would make it the limit that it is not.
  static func beside(_ value: Double, limit: Double) -> String {
    let enough = (3...9).first { decimals in
      value == limit || fixed(value, decimals) != fixed(limit, decimals)
    }
    return fixed(value, enough ?? 9)
  }
}
