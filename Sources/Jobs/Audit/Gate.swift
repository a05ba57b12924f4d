import Auditing
import Criteria
import Datasets
import Essentials

/// A condition on an audit under which a release is to stop.
///
/// - `selection_rate.difference>0.1` or `selection_rate.ratio<0.8`: between the groups of any attribute.
/// - `sex.selection_rate.ratio<0.8`: between the groups of one.
/// - `accuracy_score<0.8`: of all rows.
/// - `surely(selection_rate.difference>0.1)`: exceeded only when the whole interval is beyond the bound.
///
/// Names are those of `MeasureName`, its other spellings included: `disparate_impact<0.8`.
public struct Gate: Sendable, Equatable {
  public let text: String
  public let measure: MeasureName
  /// The whole interval must be beyond the bound.
  public let isSure: Bool
  let isAbove: Bool
  let bound: Double

  public init(_ text: String) throws(GateError) {
    var condition = text.trimmingBlanks
    let opening = "surely("
    isSure = condition.hasPrefix(opening)
    if isSure {
      // The bound stands inside or behind: surely(m>0.1) and surely(m)>0.1 are one condition.
      guard let end = condition.lastIndex(of: ")") else { throw GateError(text: text) }
      condition.remove(at: end)
      condition.removeFirst(opening.count)
    }
    guard let sign = condition.lastIndex(where: { $0 == "<" || $0 == ">" }),
      let bound = Double(String(condition[condition.index(after: sign)...]).trimmingBlanks),
      bound.isFinite
    else { throw GateError(text: text) }
    let name = String(condition[..<sign]).trimmingBlanks
    guard !name.isEmpty else { throw GateError(text: text) }
    measure = MeasureName(name)
    self.text = text
    isAbove = condition[sign] == ">"
    self.bound = bound
    if MeasureName.isCriterion(name) {
      throw GateError(
        text: text,
        reason: "'\(name)' compares groups: '\(name).difference' or '\(name).ratio' says how")
    }
    if let advice = measure.advice { throw GateError(text: text, reason: advice) }
    if measure.kind == nil && measure.attribute != nil {
      throw GateError(
        text: text,
        reason: "an attribute goes before METRIC.difference or METRIC.ratio, as '"
          + "\(measure.difference)'")
    }
  }

  /// What to say of a number that the audit does not have; nil for one that merely could not be
  /// estimated.
  public func advice(for result: AuditResult) -> String? {
    guard result.found(measure).isEmpty else { return nil }
    let attributes = Set(result.disparities.map(\.attribute)).sorted()
    if let attribute = measure.attribute, !attributes.contains(attribute) {
      return "no attribute '\(attribute)'"
        + NearestName.suggestionOrList(for: attribute, among: attributes)
    }
    let kind = measure.kind.map { ".\($0.rawValue)" } ?? ""
    let isOfLabels = measure.metric == "selection_rate" && result.overall["base_rate"] != nil
    return "this audit has no '\(measure)'"
      + (isOfLabels
        ? ": it is of labels and has 'base_rate\(kind)'; decisions, scores or a model bring the other"
        : "")
  }

  /// Whether the condition holds for any attribute. What cannot be estimated, or does not exist,
  /// counts as exceeded: a gate must not open because nothing was measured.
  public func isExceeded(by result: AuditResult) -> Bool { finding(in: result).isExceeded }

  /// What the audit found of the condition, in the attribute where it is worst.
  public func finding(in result: AuditResult) -> GateFinding {
    let found = result.found(measure)
    guard let first = found.first else {
      return GateFinding(
        condition: text, measure: measure, limit: bound, isExceeded: true,
        reason: advice(for: result))
    }
    if let absent = found.first(where: { $0.estimate.value == nil }) {
      return finding(absent, isExceeded: true)
    }
    if let open = found.first(where: { decisive($0.estimate) == nil }) {
      var found = finding(
        open, isExceeded: true, reason: "it has no interval, so nothing is sure")
      found.isSureOfNothing = true
      return found
    }
    let worst = found.dropFirst().reduce(first) { isWorse($1, than: $0) ? $1 : $0 }
    let value = decisive(worst.estimate) ?? .nan
    return finding(worst, isExceeded: isAbove ? value > bound : value < bound)
  }

  private func isWorse(_ a: AuditResult.Found, than b: AuditResult.Found) -> Bool {
    guard let first = decisive(a.estimate), let second = decisive(b.estimate) else { return false }
    return isAbove ? first > second : first < second
  }

  /// What is held against the bound: the value, or the nearest that it surely is.
  private func decisive(_ estimate: Estimate) -> Double? {
    guard isSure else { return estimate.value }
    return isAbove ? estimate.low : estimate.high
  }

  private func finding(
    _ found: AuditResult.Found, isExceeded: Bool, reason: String? = nil
  ) -> GateFinding {
    let estimate = found.estimate
    return GateFinding(
      condition: text, measure: measure.of(nil), limit: bound, attribute: found.attribute,
      lowGroup: found.lowGroup, highGroup: found.highGroup, value: estimate.value,
      low: estimate.low.flatMap { $0.isFinite ? $0 : nil },
      high: estimate.high.flatMap { $0.isFinite ? $0 : nil },
      sureValue: isSure ? decisive(estimate) : nil, isExceeded: isExceeded,
      reason: reason ?? (estimate.status == .lowCount ? nil : estimate.reason))
  }
}

/// A gate that cannot be read.
public struct GateError: UserError, Equatable, CustomStringConvertible {
  /// What a condition looks like.
  public static let form =
    "expected METRIC.difference or METRIC.ratio, < or >, and a number, as "
    + "'selection_rate.difference>0.1'"

  public var text: String
  public var reason = form

  public var blame: Blame { .usage }
  public var culprit: String { "fail_on" }
  public var description: String { text(.swift) }

  public func text(_ dialect: Dialect) -> String {
    "\(dialect.setting(culprit, text)): \(reason)"
  }
}
