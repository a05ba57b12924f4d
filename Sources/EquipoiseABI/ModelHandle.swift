import CEquipoise
import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models
import Optimization

/// A fitted model behind a handle.
final class ModelBox: Sendable {
  let model: TrainedModel
  init(_ model: TrainedModel) { self.model = model }
}

extension FitStatus {
  /// A fit that ended early still has a result; only its tolerance is not what was asked for.
  var callStatus: eqp_status {
    switch self {
    case .converged: EQP_OK
    default: EQP_NOT_CONVERGED
    }
  }
}

@c @implementation
public func eqp_model_fit(
  _ method: UnsafePointer<CChar>?, _ dataset: OpaquePointer?, _ options: OpaquePointer?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(model, "model")
    let method = try Mitigations.named(try text(method, "method"))
    let parts = try Handles.datasets.object(dataset)
    let settings = try CallSettings(options)
    let request = try settings.request(method)
    let fitted =
      switch parts.assembled() {
      case .float(let data): try fit(method, data, parts, request)
      case .double(let data): try fit(method, data, parts, request)
      }
    try settings.requireNotCancelled()
    target.pointee = try Handles.models.insert(ModelBox(fitted))
    return fitted.report.status.callStatus
  }
}

private func fit<Scalar: KernelScalar>(
  _ method: any Mitigation.Type, _ data: Dataset<Scalar>, _ parts: DatasetParts,
  _ request: FitRequest
) throws -> TrainedModel {
  try MemoryGuard.requireWorkspace(data, request.pool)
  let model = try method.fit(data, request)
  parts.markFinite()
  return model
}

@c @implementation
public func eqp_model_fit_path(
  _ method: UnsafePointer<CChar>?, _ dataset: OpaquePointer?, _ options: OpaquePointer?,
  _ settings: UnsafePointer<Double>?, _ count: Int64,
  _ models: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let targets = try require(models, "models")
    let method = try Mitigations.named(try text(method, "method"))
    guard let dialled = method as? any FrontierMitigation.Type else {
      throw CallError.argument("'\(method.name)' has no dial", column: "method")
    }
    guard count > 0, count <= 100_000, let settings else {
      throw CallError.argument("\(count) settings of the dial", column: "settings")
    }
    // SAFETY: the caller's array of `count` numbers.
    let values = Array(UnsafeBufferPointer(start: settings, count: Int(count)))
    try dialled.check(settings: values)
    let parts = try Handles.datasets.object(dataset)
    let call = try CallSettings(options)
    let request = try call.request(method)
    let fitted =
      switch parts.assembled() {
      case .float(let data): try fitPath(dialled, data, parts, values, request)
      case .double(let data): try fitPath(dialled, data, parts, values, request)
      }
    try call.requireNotCancelled()
    // SAFETY: the caller's array has room for `count` handles.
    for (k, model) in fitted.enumerated() {
      targets[k] = try Handles.models.insert(ModelBox(model))
    }
    return fitted.allSatisfy { $0.report.status == .converged } ? EQP_OK : EQP_NOT_CONVERGED
  }
}

private func fitPath<Scalar: KernelScalar>(
  _ method: any FrontierMitigation.Type, _ data: Dataset<Scalar>, _ parts: DatasetParts,
  _ settings: [Double], _ request: FitRequest
) throws -> [TrainedModel] {
  try MemoryGuard.requireWorkspace(data, request.pool)
  let models = try method.frontier(data, settings: settings, request)
  parts.markFinite()
  return models
}

@c @implementation
public func eqp_model_destroy(_ model: UnsafeMutablePointer<OpaquePointer?>?) -> eqp_status {
  destroy(model, in: Handles.models)
}

@c @implementation
public func eqp_model_tensor(
  _ model: OpaquePointer?, _ name: UnsafePointer<CChar>?,
  _ values: UnsafeMutablePointer<Double>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ rank_shape: UnsafeMutablePointer<Int64>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let state = try Handles.models.object(model).model.predictor.state
    let name = try text(name, "name")
    guard let tensor = state.tensors.first(where: { $0.name == name }) else {
      let known = state.tensors.map(\.name).joined(separator: ", ")
      throw CallError.argument("the model has no tensor '\(name)'; it has \(known)", column: name)
    }
    if let rank_shape, tensor.shape.count <= 4 {
      // SAFETY: the caller's array has 5 entries.
      rank_shape[0] = Int64(tensor.shape.count)
      for (k, size) in tensor.shape.enumerated() { rank_shape[k + 1] = Int64(size) }
    }
    return try deliver(tensor.doubles, to: values, capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_model_report(
  _ model: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let model = try Handles.models.object(model).model
    return try deliver(
      try CanonicalJSON.text(ModelDocument(model)), to: text, capacity: capacity, needed: needed)
  }
}
