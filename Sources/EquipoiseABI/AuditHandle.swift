import Auditing
import CEquipoise
import Criteria
import Datasets
import LinearAlgebra

/// An audit behind a handle.
final class AuditBox: Sendable {
  let result: AuditResult
  init(_ result: AuditResult) { self.result = result }
}

@c @implementation
public func eqp_audit_run(
  _ dataset: OpaquePointer?, _ options: OpaquePointer?,
  _ audit: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(audit, "audit")
    let parts = try Handles.datasets.object(dataset)
    var settings = try CallSettings(options)
    let asked = try auditOptions(&settings)
    guard parts.rows > 0 else { throw CallError.data("there are no rows") }
    try MemoryGuard.require(bytes: parts.rows * 48, for: "the audit")
    let outcomes = try parts.outcomes(threshold: settings.threshold)
    let result = try Audit(options: asked).run(outcomes, pool: settings.pool)
    target.pointee = try Handles.audits.insert(AuditBox(result))
    return EQP_OK
  }
}

func auditOptions(_ settings: inout CallSettings) throws(CallError) -> AuditOptions {
  var options = AuditOptions()
  if let text = settings.take("confidence") {
    guard let value = Double(text), value > 0, value < 1 else {
      throw .option("confidence", text, "must be between 0 and 1")
    }
    options.confidence = value
  }
  if let text = settings.take("intersections") {
    guard let value = Int(text), (1...16).contains(value) else {
      throw .option("intersections", text, "expected a whole number from 1")
    }
    options.intersections = value
  }
  if let text = settings.take("reference") {
    if text == "largest" {
      options.reference = .largest
    } else {
      guard let sign = text.firstIndex(of: "=") else {
        throw .option("reference", nil, "expected 'largest' or COLUMN=GROUP")
      }
      options.reference = .named(
        [String(text[..<sign]): String(text[text.index(after: sign)...])])
    }
  }
  try settings.requireNothingLeft()
  return options
}

@c @implementation
public func eqp_audit_destroy(_ audit: UnsafeMutablePointer<OpaquePointer?>?) -> eqp_status {
  destroy(audit, in: Handles.audits)
}

@c @implementation
public func eqp_audit_json(
  _ audit: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let result = try Handles.audits.object(audit).result
    return try deliver(
      String(decoding: try result.json(), as: UTF8.self), to: text, capacity: capacity,
      needed: needed)
  }
}

@c @implementation
public func eqp_audit_metric(
  _ audit: OpaquePointer?, _ metric: UnsafePointer<CChar>?, _ attribute: UnsafePointer<CChar>?,
  _ group: UnsafePointer<CChar>?, _ value: UnsafeMutablePointer<Double>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let result = try Handles.audits.object(audit).result
    let target = try require(value, "value")
    let metric = try text(metric, "metric")
    let metrics: [String: Estimate]
    if attribute == nil {
      metrics = result.overall
    } else {
      let attribute = try text(attribute, "attribute"), group = try text(group, "group")
      guard
        let found = result.groups.first(where: { $0.attribute == attribute && $0.value == group })
      else { throw CallError.argument("there is no group '\(group)' in '\(attribute)'") }
      metrics = found.metrics
    }
    guard let estimate = metrics[metric] else {
      throw CallError.argument("the audit has no metric '\(metric)'", column: metric)
    }
    guard let number = estimate.value else {
      throw CallError.data("\(estimate.reason ?? "the metric cannot be estimated")", column: metric)
    }
    target.pointee = number
    return EQP_OK
  }
}

@c @implementation
public func eqp_count_outcomes(
  _ groups: UnsafePointer<eqp_vector>?, _ group_count: Int64,
  _ labels: UnsafePointer<eqp_vector>?, _ predictions: UnsafePointer<eqp_vector>?,
  _ weights: UnsafePointer<eqp_vector>?, _ options: OpaquePointer?,
  _ counts: UnsafeMutablePointer<Double>?, _ capacity: Int64,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    guard group_count > 0, group_count <= Int64(GroupIndex.maximumCount) else {
      throw CallError.argument("\(group_count) groups", column: "groups")
    }
    let names = (0..<Int(group_count)).map { "\($0)" }
    let codes = try OutsideVector(groups, "groups").codes(below: Int(group_count))
    let settings = try CallSettings(options)
    try settings.requireNothingLeft()
    let outcomes = Outcomes(
      attributes: [GroupIndex(attribute: "group", codes: codes, names: names)],
      labels: try OutsideVector(labels, rows: codes.count, "labels").bits(),
      predictions: try OutsideVector(predictions, rows: codes.count, "predictions").bits(),
      weights: try weights.map {
        Buffer(try OutsideVector($0, rows: codes.count, "weights").numbers(atLeast: 0))
      })
    let tallies = try OutcomeCounts(counting: outcomes, pool: settings.pool)
    var result = [Double](repeating: 0, count: 4 * Int(group_count))
    for (combination, tally) in zip(tallies.combinations, tallies.tallies) {
      for slot in 0..<4 { result[4 * combination[0] + slot] = tally.weights[slot] }
    }
    return try deliver(result, to: counts, capacity: capacity, needed: nil)
  }
}
