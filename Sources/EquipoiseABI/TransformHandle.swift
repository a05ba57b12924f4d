import CEquipoise
import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models

/// The columns and rows that a transform was fitted to: it changes others of the same columns.
struct FittedShape: Codable, Equatable {
  var numbers: Int
  /// Levels of each category.
  var levels: [Int]
  var rows: Int

  init<Scalar: KernelScalar>(_ data: Dataset<Scalar>) {
    numbers = data.features.dense.columns
    levels = data.features.categorical.map(\.levels)
    rows = data.rows
  }

  /// Throws when rows have other columns, or for training are other rows.
  func require(_ other: FittedShape, forTraining: Bool) throws(CallError) {
    guard numbers == other.numbers, levels == other.levels else {
      throw .argument(
        "the transform was fitted to \(numbers) numbers and categories of \(levels) levels, the data "
          + "have \(other.numbers) and \(other.levels)")
    }
    guard !forTraining || rows == other.rows else {
      throw .argument("the transform was fitted to \(rows) rows, the data have \(other.rows)")
    }
  }
}

/// A fitted transform with how it was fitted: also the document that keeps it.
struct StoredTransform: Codable, Sendable {
  var method: String
  var options: [String: OptionValue]
  var report: FitReport
  var shape: FittedShape
  var transform: any Transform

  private enum Key: String, CodingKey {
    case method, options, report, shape, kind, transform, tensors
    case needsAttributes = "needs_attributes"
    case changesFeatures = "changes_features"
  }

  init(
    method: String, options: [String: OptionValue], report: FitReport, shape: FittedShape,
    transform: any Transform
  ) {
    self.method = method
    self.options = options
    self.report = report
    self.shape = shape
    self.transform = transform
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(method, forKey: .method)
    try container.encode(options, forKey: .options)
    try container.encode(report, forKey: .report)
    try container.encode(shape, forKey: .shape)
    try container.encode(type(of: transform).kind, forKey: .kind)
    try container.encode(transform.needsAttributes, forKey: .needsAttributes)
    try container.encode(transform.changesFeatures, forKey: .changesFeatures)
    try transform.encode(to: container.superEncoder(forKey: .transform))
    try container.encode(transform.tensors.map { StoredTensor($0) }, forKey: .tensors)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    method = try container.decode(String.self, forKey: .method)
    options = try container.decode([String: OptionValue].self, forKey: .options)
    report = try container.decode(FitReport.self, forKey: .report)
    shape = try container.decode(FittedShape.self, forKey: .shape)
    let name = try container.decode(String.self, forKey: .kind)
    guard let kind = Preprocessors.transforms.first(where: { $0.kind == name }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "no transform of kind '\(name)'")
    }
    let tensors = try container.decode([StoredTensor].self, forKey: .tensors).map(\.tensor)
    func restored<T: Transform>(_ kind: T.Type) throws -> any Transform {
      try T(from: try container.superDecoder(forKey: .transform)).restored(tensors: tensors)
    }
    transform = try restored(kind)
  }
}

/// Numbers beside a transform, which stand in the document as well.
private struct StoredTensor: Codable {
  var name: String
  var shape: [Int]
  var values: [Double]
  var isSingle: Bool

  private enum CodingKeys: String, CodingKey {
    case name, shape, values
    case isSingle = "is_single"
  }

  init(_ tensor: NamedTensor) {
    name = tensor.name
    shape = tensor.shape
    values = tensor.doubles
    if case .float32 = tensor.numbers { isSingle = true } else { isSingle = false }
  }

  var tensor: NamedTensor {
    NamedTensor(
      name, shape: shape, isSingle ? .float32(values.map { Float($0) }) : .float64(values))
  }
}

/// A fitted transform behind a handle.
final class TransformBox: Sendable {
  let stored: StoredTransform
  init(_ stored: StoredTransform) { self.stored = stored }
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
    let (fit, shape) =
      switch parts.assembled() {
      case .float(let data): (try fitTransform(method, data, parts, request), FittedShape(data))
      case .double(let data): (try fitTransform(method, data, parts, request), FittedShape(data))
      }
    try settings.requireNotCancelled()
    target.pointee = try Handles.transforms.insert(
      TransformBox(
        StoredTransform(
          method: method.name, options: fit.options.values, report: fit.report, shape: shape,
          transform: fit.transform)))
    return fit.report.status.callStatus
  }
}

private func fitTransform<Scalar: KernelScalar>(
  _ method: any Preprocessor.Type, _ data: Dataset<Scalar>, _ parts: DatasetParts,
  _ request: FitRequest
) throws -> PreprocessingFit {
  try MemoryGuard.requireWorkspace(data, request.pool)
  let fit = try method.fit(data, request)
  parts.markFinite()
  return fit
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
  let stored = try Handles.transforms.object(transform).stored
  let parts = try Handles.datasets.object(dataset)
  let result =
    switch parts.assembled() {
    case .float(let data): try change(stored, data, parts, forTraining)
    case .double(let data): try change(stored, data, parts, forTraining)
    }
  target.pointee = try Handles.datasets.insert(result)
  return EQP_OK
}

private func change<Scalar: KernelScalar>(
  _ stored: StoredTransform, _ data: Dataset<Scalar>, _ parts: DatasetParts, _ forTraining: Bool
) throws -> DatasetParts {
  let pool = WorkerPool.default, transform = stored.transform
  try stored.shape.require(FittedShape(data), forTraining: forTraining)
  if forTraining {
    _ = try FitRows(data, RowNeeds(method: stored.method, groups: false), pool: pool)
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
public func eqp_transform_json(
  _ transform: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try deliver(
      try CallJSON.document(try Handles.transforms.object(transform).stored), to: text,
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
      TransformBox(try CallJSON.read(document: try text(json, "text"))))
    return EQP_OK
  }
}
