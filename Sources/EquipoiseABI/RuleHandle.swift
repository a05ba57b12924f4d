import CEquipoise
import Datasets
import Mitigation
import Models

/// A fitted rule behind a handle.
final class RuleBox: Sendable {
  let fitted: FittedRule
  init(_ fitted: FittedRule) { self.fitted = fitted }
}

@c @implementation
public func eqp_rule_fit(
  _ method: UnsafePointer<CChar>?, _ dataset: OpaquePointer?, _ options: OpaquePointer?,
  _ rule: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(rule, "rule")
    let method = try Postprocessors.named(try text(method, "method"))
    let parts = try Handles.datasets.object(dataset)
    var settings = try CallSettings(options)
    let policy = GroupPolicy(
      unseen: try unseenGroups(&settings), leastGroup: try leastGroup(&settings))
    let unknown = try unknownGroups(&settings)
    let request = try settings.request(method.options, of: method.name)
    try MemoryGuard.require(bytes: parts.rows * 200, for: "the rule")
    var rows = try parts.scoredRows(for: method)
    if let unknown { rows.unknown = unknown }
    let fitted = try GroupedRule.fit(method, rows, policy, request)
    try settings.requireNotCancelled()
    target.pointee = try Handles.rules.insert(
      RuleBox(
        FittedRule(
          method: method.name, options: fitted.fit.options.values, seed: request.seed,
          report: fitted.fit.report, rule: fitted.rule)))
    return fitted.fit.report.status.callStatus
  }
}

private func unseenGroups(_ settings: inout CallSettings) throws(CallError) -> UnseenGroupPolicy {
  guard let text = settings.take("unseen_group") else { return .error }
  guard let policy = UnseenGroupPolicy(rawValue: text) else {
    throw .option("unseen_group", text, "expected 'error' or 'pooled'")
  }
  return policy
}

/// What becomes of rows of unknown groups, where a call says so.
func unknownGroups(_ settings: inout CallSettings) throws(CallError) -> UnknownGroups? {
  guard let text = settings.take("unknown") else { return nil }
  guard let policy = UnknownGroups(rawValue: text) else {
    let names = UnknownGroups.allCases.map(\.rawValue).joined(separator: ", ")
    throw .option("unknown", text, "expected one of \(names)")
  }
  return policy
}

private func leastGroup(_ settings: inout CallSettings) throws(CallError) -> Int? {
  guard let text = settings.take("least_group") else { return nil }
  guard let count = Int(text), count >= 0 else {
    throw .option("least_group", text, "expected a whole number of at least 0")
  }
  return count
}

@c @implementation
public func eqp_rule_destroy(_ rule: UnsafeMutablePointer<OpaquePointer?>?) -> eqp_status {
  destroy(rule, in: Handles.rules)
}

@c @implementation
public func eqp_rule_values(
  _ rule: OpaquePointer?, _ dataset: OpaquePointer?, _ values: UnsafeMutablePointer<Double>?,
  _ capacity: Int64, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let fitted = try Handles.rules.object(rule).fitted
    let parts = try Handles.datasets.object(dataset)
    guard capacity >= Int64(parts.rows) else {
      throw CallError(
        EQP_ERROR_CAPACITY, "there is room for \(capacity), and \(parts.rows) are needed")
    }
    guard parts.rows > 0 else { return EQP_OK }
    let scored = try parts.scores()
    let found = try fitted.rule.values(scores: scored, attributes: parts.attributes)
    return try deliver(found, to: values, capacity: capacity, needed: nil)
  }
}

@c @implementation
public func eqp_rule_json(
  _ rule: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try deliver(
      RuleStore.text(try Handles.rules.object(rule).fitted), to: text, capacity: capacity,
      needed: needed)
  }
}

@c @implementation
public func eqp_rule_from_json(
  _ json: UnsafePointer<CChar>?, _ rule: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(rule, "rule")
    target.pointee = try Handles.rules.insert(RuleBox(try RuleStore.rule(try text(json, "text"))))
    return EQP_OK
  }
}

@c @implementation
public func eqp_rule_write(
  _ rule: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try RuleStore.write(try Handles.rules.object(rule).fitted, to: try text(path, "path"))
    return EQP_OK
  }
}

@c @implementation
public func eqp_rule_read(
  _ path: UnsafePointer<CChar>?, _ rule: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(rule, "rule")
    target.pointee = try Handles.rules.insert(RuleBox(try RuleStore.read(try text(path, "path"))))
    return EQP_OK
  }
}
