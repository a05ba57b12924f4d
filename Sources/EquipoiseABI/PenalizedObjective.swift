import CEquipoise
import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models

@c @implementation
public func eqp_penalized_objective(
  _ dataset: OpaquePointer?, _ options: OpaquePointer?, _ theta: UnsafePointer<Double>?,
  _ dimension: Int64, _ value: UnsafeMutablePointer<Double>?,
  _ gradient: UnsafeMutablePointer<Double>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    let settings = try CallSettings(options)
    let request = try settings.request(Penalized.self)
    let value = try require(value, "value")
    guard dimension == Int64(parts.columns + 1), let theta else {
      throw CallError.argument(
        "theta has \(dimension) entries, and \(parts.columns + 1) are needed", column: "theta")
    }
    // SAFETY: the caller's array of `dimension` numbers, and room for as many.
    let point = Array(UnsafeBufferPointer(start: theta, count: Int(dimension)))
    guard let bad = point.firstIndex(where: { !$0.isFinite }) else {
      let found =
        switch parts.assembled() {
        case .float(let data): try evaluate(data, parts, request, at: point)
        case .double(let data): try evaluate(data, parts, request, at: point)
        }
      value.pointee = found.value
      gradient?.update(from: found.gradient, count: found.gradient.count)
      return EQP_OK
    }
    throw CallError.argument("theta[\(bad)] is \(point[bad])", column: "theta")
  }
}

private func evaluate<Scalar: KernelScalar>(
  _ data: Dataset<Scalar>, _ parts: DatasetParts, _ request: FitRequest, at theta: [Double]
) throws -> (value: Double, gradient: [Double]) {
  var needs = Penalized.needs(request.options)
  needs.features = .inRange
  try MemoryGuard.requireWorkspace(data, request.pool)
  let rows = try FitRows(data, needs, pool: request.pool)
  parts.markFinite()
  return try Penalized(request.options).objective(rows, request.context, at: theta)
}
