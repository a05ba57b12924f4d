import CEquipoise
import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models
import Optimization

/// What a reduction over the caller's learner found.
final class ReductionBox: Sendable {
  let result: ReductionResult
  init(_ result: ReductionResult) { self.result = result }
}

@c @implementation
public func eqp_reduction_fit(
  _ dataset: OpaquePointer?, _ options: OpaquePointer?, _ learner: eqp_learner_fn?,
  _ context: UnsafeMutableRawPointer?, _ reduction: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(reduction, "reduction")
    let parts = try Handles.datasets.object(dataset)
    let settings = try CallSettings(options)
    let request = try settings.request(Reductions.self)
    guard let learner else { throw CallError.argument("the learner is NULL", column: "learner") }
    let callback = LearnerCallback(function: learner, context: context)
    let result =
      switch parts.assembled() {
      case .float(let data): try reduce(data, request, callback)
      case .double(let data): try reduce(data, request, callback)
      }
    try settings.requireNotCancelled()
    target.pointee = try Handles.reductions.insert(ReductionBox(result))
    return result.status.callStatus
  }
}

private func reduce<Scalar: KernelScalar>(
  _ data: Dataset<Scalar>, _ request: FitRequest, _ callback: LearnerCallback
) throws -> ReductionResult {
  var needs = Reductions.needs(request.options)
  // What the caller's learner looks at is its own affair.
  needs.features = .anything
  try MemoryGuard.require(bytes: data.rows * 64, for: "the reduction")
  let rows = try FitRows(data, needs, pool: request.pool)
  return try Reductions(request.options).reduce(
    rows, request.context, learner: callback.learner)
}

/// The caller's learner: cells' labels and weights become one of each a row, and decisions become
/// sums over cells.
final class LearnerCallback: @unchecked Sendable {
  private let function: eqp_learner_fn
  private let context: UnsafeMutableRawPointer?
  private var fits = 0

  init(function: @escaping eqp_learner_fn, context: UnsafeMutableRawPointer?) {
    self.function = function
    self.context = context
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// The learner for rows with these cells.
  func learner(_ cells: CellIndex, _ weights: [Double]?) -> ClosureLearner {
    ClosureLearner { request in try self.fit(request, cells, weights) }
  }

  private func fit(
    _ request: CellRequest, _ cells: CellIndex, _ weights: [Double]?
  ) throws -> FittedHypothesis {
    let rows = cells.codes.count
    var labels = [Double](repeating: 0, count: rows), costs = labels, decisions = labels
    for i in 0..<rows {
      let cell = Int(cells.codes.pointer[i])
      labels[i] = Double(request.labels[cell])
      costs[i] = request.weights[cell] * (weights?[i] ?? 1)
    }
    let number = fits
    fits += 1
    // SAFETY: arrays of `rows` numbers that live through the call.
    guard function(context, Int64(number), labels, costs, Int64(rows), &decisions) == 0 else {
      throw Failure(description: "the learner reported a failure")
    }
    var sums = [Double](repeating: 0, count: cells.count)
    for i in 0..<rows {
      guard decisions[i] >= 0, decisions[i] <= 1 else {
        throw Failure(description: "the decision for row \(i) is \(decisions[i]), not in 0...1")
      }
      sums[Int(cells.codes.pointer[i])] += (weights?[i] ?? 1) * decisions[i]
    }
    return FittedHypothesis(cellSums: sums, identifier: number)
  }
}

@c @implementation
public func eqp_reduction_destroy(
  _ reduction: UnsafeMutablePointer<OpaquePointer?>?
) -> eqp_status {
  destroy(reduction, in: Handles.reductions)
}

@c @implementation
public func eqp_reduction_members(
  _ reduction: OpaquePointer?, _ numbers: UnsafeMutablePointer<Int64>?,
  _ weights: UnsafeMutablePointer<Double>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let members = try Handles.reductions.object(reduction).result.members
    let identifiers = members.map { member in
      switch member.hypothesis {
      case .constant(let positive): Int64(positive ? -2 : -1)
      case .fitted(let identifier, _): Int64(identifier)
      }
    }
    let status = try deliver(identifiers, to: numbers, capacity: capacity, needed: needed)
    guard numbers != nil else { return status }
    return try deliver(members.map(\.weight), to: weights, capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_reduction_report(
  _ reduction: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let result = try Handles.reductions.object(reduction).result
    return try deliver(
      try CanonicalJSON.text(ReductionDocument(result)), to: text, capacity: capacity,
      needed: needed)
  }
}

/// What a caller reads of a reduction.
struct ReductionDocument: Encodable {
  var status: String
  var stopReason: String
  var objective, error: Double
  var disparity, violation, toOverall, betweenGroups, boundOnSuboptimality: Double?
  var gap: Double?
  var iterations, bestIteration, oracleCalls, constantCalls, failedFits: Int
  var multipliers: [Double]

  init(_ result: ReductionResult) {
    status = result.status.rawValue
    stopReason = result.stopReason
    objective = result.objective
    error = result.error
    disparity = result.disparity
    violation = result.violation
    toOverall = result.disparities.toOverall
    betweenGroups = result.disparities.betweenGroups
    boundOnSuboptimality = result.boundOnSuboptimality
    gap = result.gap.isFinite ? result.gap : nil
    iterations = result.iterations
    bestIteration = result.bestIteration
    oracleCalls = result.oracleCalls
    constantCalls = result.constantCalls
    failedFits = result.failedFits
    multipliers = result.multipliers
  }

  enum CodingKeys: String, CodingKey {
    case status, objective, error, disparity, violation, gap, iterations, multipliers
    case stopReason = "stop_reason"
    case toOverall = "to_overall"
    case betweenGroups = "between_groups"
    case boundOnSuboptimality = "bound_on_suboptimality"
    case bestIteration = "best_iteration"
    case oracleCalls = "oracle_calls"
    case constantCalls = "constant_calls"
    case failedFits = "failed_fits"
  }
}
