/// What labels and predictions are.
public enum AuditTask: String, Sendable, Codable, CaseIterable {
  /// Two values.
  case binary
  /// Several classes: each against the rest, and all together.
  case multiclass
  /// Numbers.
  case regression
}

/// One class of several against all others.
public struct ClassAudit: Sendable, Equatable, Codable {
  public var name: String
  public var audit: AuditResult

  enum CodingKeys: String, CodingKey {
    case name = "class"
    case audit
  }
}
