import Criteria
import Mitigation

/// What a line of a pack measures.
public struct RuleMeasure: Sendable, Equatable, Codable {
  /// On which side of its number the line wants a measure.
  public enum Bound: String, Sendable, Codable {
    case atLeast = "at-least"
    case atMost = "at-most"
  }

  /// As in an audit: `selection_rate.ratio`.
  public var metric: String
  /// nil where the text has no number.
  public var bound: Bound?

  public init(_ metric: String, _ bound: Bound? = nil) {
    self.metric = metric
    self.bound = bound
  }
}

/// Whether sensitive attributes may be used, as a pack reads its text.
public enum AttributePermission: String, Sendable, Codable, CaseIterable, Comparable {
  case allowed
  /// With a reason that somebody states and stands for.
  case justified
  /// Contested, or lawful in narrow cases only.
  case warned
  case refused

  /// From the mildest to the strictest.
  public static func < (a: AttributePermission, b: AttributePermission) -> Bool {
    allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
  }
}

/// What a line of a pack says of uses of sensitive attributes.
public struct AttributeLine: Sendable, Equatable, Codable {
  public var uses: [AttributeUse]
  public var permission: AttributePermission

  public init(_ permission: AttributePermission, _ uses: AttributeUse...) {
    self.permission = permission
    self.uses = uses
  }
}

/// What a line of a pack wants to be written, kept or told.
public enum RuleDuty: String, Sendable, Codable, CaseIterable {
  case document, retention, notice, review, report
}

/// What a pack must be told before some of its lines apply: no answer is taken for granted.
public struct PackQuestion: Sendable, Equatable, Codable {
  public var name: String
  public var asks: String
  public var oneOf: [String]

  public init(_ name: String, _ asks: String, oneOf: [String]) {
    self.name = name
    self.asks = asks
    self.oneOf = oneOf
  }

  enum CodingKeys: String, CodingKey {
    case name, asks
    case oneOf = "one_of"
  }
}

extension Rule {
  /// Whether the line still binds or advises anybody: repealed and withdrawn lines are shown and decide
  /// nothing, and a proposal decides nothing yet.
  public var isLive: Bool {
    switch status {
    case .inForce, .amended, .future: true
    case .repealed, .proposed, .withdrawn: false
    }
  }

  /// Whether the line applies under answers to the pack's questions.
  public func applies(under given: [String: String]) -> Bool {
    (answers ?? [:]).allSatisfy { given[$0.key] == $0.value }
  }
}
