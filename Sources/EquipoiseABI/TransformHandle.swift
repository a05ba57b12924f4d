import CEquipoise
import Datasets
import LinearAlgebra
import Mitigation

/// A fitted transform behind a handle.
final class TransformBox: Sendable {
  let fitted: FittedTransform
  init(_ fitted: FittedTransform) { self.fitted = fitted }
}

@c @implementation
public func eqp_transform_fit(
  _ method: UnsafePointer<CChar>?, _ dataset: OpaquePointer?, _ options: OpaquePointer?,
  _ transform: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(transform, "transform")
    let method = try Preprocessors.named(try text(method, "method"))
    let parts = try Handles.datasets.object(dataset)
    let settings = try CallSettings(options)
    let request = try settings.request(method.options, of: method.name)
    let fitted =
      switch parts.assembled() {
      case .float(let data): try fitTransform(method, data, parts, request)
      case .double(let data): try fitTransform(method, data, parts, request)
      }
    try settings.requireNotCancelled()
    target.pointee = try Handles.transforms.insert(TransformBox(fitted))
    return fitted.report.status.callStatus
  }
}

private func fitTransform<Scalar: KernelScalar>(
  _ method: any Preprocessor.Type, _ data: Dataset<Scalar>, _ parts: DatasetParts,
  _ request: FitRequest
) throws -> FittedTransform {
  try MemoryGuard.requireWorkspace(data, request.pool)
  let fit = try method.fit(data, request)
  parts.markFinite()
  return FittedTransform(
    method: method.name, options: fit.options.values, encoder: data.encoder,
    shape: FittedShape(data), transform: fit.transform, report: fit.report)
}

@c @implementation
public func eqp_transform_destroy(
  _ transform: UnsafeMutablePointer<OpaquePointer?>?
) -> eqp_status {
  destroy(transform, in: Handles.transforms)
}

@c @implementation
public func eqp_transform_training(
  _ transform: OpaquePointer?, _ dataset: OpaquePointer?,
  _ changed: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) { try change(transform, dataset, changed, forTraining: true) }
}

@c @implementation
public func eqp_transform_apply(
  _ transform: OpaquePointer?, _ dataset: OpaquePointer?,
  _ changed: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) { try change(transform, dataset, changed, forTraining: false) }
}

private func change(
  _ transform: OpaquePointer?, _ dataset: OpaquePointer?,
  _ changed: UnsafeMutablePointer<OpaquePointer?>?, forTraining: Bool
) throws -> eqp_status {
  let target = try require(changed, "changed")
  let fitted = try Handles.transforms.object(transform).fitted
  let parts = try Handles.datasets.object(dataset)
  let result =
    switch parts.assembled() {
    case .float(let data): try change(fitted, data, parts, forTraining)
    case .double(let data): try change(fitted, data, parts, forTraining)
    }
  target.pointee = try Handles.datasets.insert(result)
  return EQP_OK
}

private func change<Scalar: KernelScalar>(
  _ fitted: FittedTransform, _ data: Dataset<Scalar>, _ parts: DatasetParts, _ forTraining: Bool
) throws -> DatasetParts {
  let pool = WorkerPool.default, transform = fitted.transform
  try fitted.requireLike(data, forTraining: forTraining)
  if forTraining {
    _ = try FitRows(data, RowNeeds(method: fitted.method, groups: false), pool: pool)
    parts.markFinite()
  } else {
    try data.requireCombinations()
    try parts.requireFinite(data, pool)
  }
  let changed =
    forTraining
    ? try transform.training(data, pool: pool) : try transform.applied(to: data, pool: pool)
  return DatasetParts(changed, predictions: nil, scores: nil)
}

@c @implementation
public func eqp_model_after(
  _ model: OpaquePointer?, _ transform: OpaquePointer?,
  _ joined: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(joined, "joined")
    let model = try Handles.models.object(model).model
    let fitted = try Handles.transforms.object(transform).fitted
    target.pointee = try Handles.models.insert(ModelBox(try model.after(fitted)))
    return EQP_OK
  }
}

@c @implementation
public func eqp_transform_json(
  _ transform: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try deliver(
      TransformStore.text(try Handles.transforms.object(transform).fitted), to: text,
      capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_transform_from_json(
  _ json: UnsafePointer<CChar>?, _ transform: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(transform, "transform")
    target.pointee = try Handles.transforms.insert(
      TransformBox(try TransformStore.transform(try text(json, "text"))))
    return EQP_OK
  }
}
