import Auditing
import Criteria
import Datasets

/// A condition on an audit under which a release is to stop: `selection_rate.difference>0.1`.
public struct Gate: Sendable, Equatable {
  public let text: String
  let metric: String
  let kind: Disparity.Kind
  let isAbove: Bool
  let bound: Double

  public init(_ text: String) throws(GateError) {
    guard let sign = text.firstIndex(where: { $0 == "<" || $0 == ">" }),
      let bound = Double(text[text.index(after: sign)...].filter { $0 != " " }), bound.isFinite
    else { throw GateError(text: text) }
    let name = text[..<sign].filter { $0 != " " }
    guard let dot = name.lastIndex(of: "."),
      let kind = Disparity.Kind(rawValue: String(name[name.index(after: dot)...])),
      dot > name.startIndex
    else { throw GateError(text: text) }
    self.text = text
    metric = String(name[..<dot])
    self.kind = kind
    isAbove = text[sign] == ">"
    self.bound = bound
  }

  /// What to say of a metric that no audit has; nil for one that merely could not be estimated.
  public func advice(for result: AuditResult) -> String? {
    let found = Set(result.disparities.map(\.metric))
    let known = found.union(Metrics.all.map(\.name)).union(Self.composites)
    guard !known.contains(metric) else { return nil }
    return "no metric '\(metric)'\(NearestName.suggestion(for: metric, among: known.sorted()))"
  }

  private static let composites = ["equalized_odds", "average_odds", "equal_opportunity"]

  /// Whether the condition holds for any attribute. What cannot be estimated, or does not exist,
  /// counts as exceeded: a gate must not open because nothing was measured.
  public func isExceeded(by result: AuditResult) -> Bool { finding(in: result).isExceeded }

  /// What the audit found of the condition, in the attribute where it is worst.
  public func finding(in result: AuditResult) -> GateFinding {
    let rows = result.disparities.filter {
      $0.metric == metric && $0.kind == kind && $0.method == .betweenGroups
    }
    let absent = rows.first { $0.value == nil }
    guard !rows.isEmpty, absent == nil else {
      return GateFinding(condition: text, attribute: absent?.attribute, isExceeded: true)
    }
    let worst = rows.max { a, b in
      isAbove ? a.value! < b.value! : a.value! > b.value!
    }!
    let value = worst.value!
    return GateFinding(
      condition: text, attribute: worst.attribute, value: value,
      low: worst.low.flatMap { $0.isFinite ? $0 : nil },
      high: worst.high.flatMap { $0.isFinite ? $0 : nil },
      isExceeded: isAbove ? value > bound : value < bound)
  }
}

/// How a gate stands after an audit.
public struct GateFinding: Sendable, Equatable, Encodable {
  public var condition: String
  /// Where the number is worst; nil where no attribute has it.
  public var attribute: String?
  /// nil: it cannot be estimated, and the gate counts as exceeded.
  public var value: Double?
  public var low: Double?
  public var high: Double?
  public var isExceeded: Bool

  enum CodingKeys: String, CodingKey {
    case condition, attribute, value, low, high
    case isExceeded = "exceeded"
  }
}

/// A gate that cannot be read.
public struct GateError: UserError, Equatable, CustomStringConvertible {
  /// What was given.
  public var text: String

  public var blame: Blame { .usage }
  public var culprit: String { "fail_on" }
  public var description: String { text(.swift) }

  public func text(_ dialect: Dialect) -> String {
    "\(dialect.setting(culprit, text)): expected METRIC.difference or METRIC.ratio, < or >, and a "
      + "number, as 'selection_rate.difference>0.1'"
  }
}
