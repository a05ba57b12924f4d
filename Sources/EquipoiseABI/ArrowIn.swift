import CEquipoise
import Datasets
import Mitigation
import Models

@c @implementation
public func eqp_dataset_from_arrow(
  _ stream: UnsafeMutablePointer<ArrowArrayStream>?, _ options: OpaquePointer?,
  _ dataset: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let arrow = TakenStream(stream)
    let target = try require(dataset, "dataset")
    var settings = try CallSettings(options)
    let roles = try TableRoles(&settings, bundled: nil)
    target.pointee = try Handles.datasets.insert(
      try roles.read(try arrow.table(), encoder: nil, settings.pool))
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_from_arrow_for(
  _ model: OpaquePointer?, _ stream: UnsafeMutablePointer<ArrowArrayStream>?,
  _ options: OpaquePointer?, _ dataset: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let arrow = TakenStream(stream)
    let target = try require(dataset, "dataset")
    let model = try Handles.models.object(model).model
    target.pointee = try Handles.datasets.insert(
      try read(
        arrow, as: model.encoder, needsAttributes: model.predictor.needsAttributes, options))
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_from_arrow_for_transform(
  _ transform: OpaquePointer?, _ stream: UnsafeMutablePointer<ArrowArrayStream>?,
  _ options: OpaquePointer?, _ dataset: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let arrow = TakenStream(stream)
    let target = try require(dataset, "dataset")
    let fitted = try Handles.transforms.object(transform).fitted
    guard fitted.hasNamedColumns else {
      throw TransformError.unnamedColumns(method: fitted.method)
    }
    target.pointee = try Handles.datasets.insert(
      try read(
        arrow, as: fitted.encoder, needsAttributes: fitted.transform.needsAttributes, options))
    return EQP_OK
  }
}

/// Rows encoded as those of a fit.
private func read(
  _ arrow: TakenStream, as encoder: FeatureEncoder, needsAttributes: Bool,
  _ options: OpaquePointer?
) throws -> DatasetParts {
  var settings = try CallSettings(options)
  var roles = try TableRoles(&settings, bundled: nil)
  let fitted = encoder.options
  if needsAttributes {
    roles.options.sensitive += fitted.sensitive.filter { !roles.options.sensitive.contains($0) }
    roles.options.bins.merge(fitted.bins) { asked, _ in asked }
    roles.options.continuous += fitted.continuous.filter {
      !roles.options.continuous.contains($0)
    }
  }
  if roles.options.label != nil, roles.options.positive == nil,
    roles.options.label == fitted.label
  {
    roles.options.positive = encoder.positive
  }
  return try roles.read(try arrow.table(), encoder: encoder, settings.pool)
}

/// A stream that a call has taken over: released at the end of the call, used or not.
final class TakenStream {
  private var stream: ArrowArrayStream?

  init(_ source: UnsafeMutablePointer<ArrowArrayStream>?) {
    // SAFETY: the caller's struct, which is left released.
    guard let source, source.pointee.release != nil else { return }
    stream = source.pointee
    source.pointee.release = nil
  }

  func table() throws -> ArrowTable { try withStream { try ArrowTable(consuming: $0) } }

  /// Calls `body` with the address of the stream, which it consumes.
  func withStream<Result>(_ body: (UnsafeMutableRawPointer) throws -> Result) throws -> Result {
    guard var taken = stream else {
      throw CallError.argument("the stream is NULL or was released", column: "stream")
    }
    stream = nil
    return try withUnsafeMutablePointer(to: &taken) { try body(UnsafeMutableRawPointer($0)) }
  }

  deinit { stream?.release?(&stream!) }
}

/// A stream of one batch.
private final class SingleBatch {
  var array: ArrowArray
  var schema: ArrowSchema

  init(_ array: ArrowArray, _ schema: ArrowSchema) {
    self.array = array
    self.schema = schema
  }

  deinit {
    array.release?(&array)
    schema.release?(&schema)
  }

  static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> SingleBatch? {
    // SAFETY: `private_data` is what `eqp_arrow_stream` put there, until `release`.
    stream?.pointee.private_data.map {
      Unmanaged<SingleBatch>.fromOpaque($0).takeUnretainedValue()
    }
  }
}

/// Error numbers of the system that a stream answers with.
private let invalidArgument: Int32 = 22

@c @implementation
public func eqp_arrow_stream(
  _ array: UnsafeMutablePointer<ArrowArray>?, _ schema: UnsafeMutablePointer<ArrowSchema>?,
  _ stream: UnsafeMutablePointer<ArrowArrayStream>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(stream, "stream")
    let array = try require(array, "array"), schema = try require(schema, "schema")
    guard array.pointee.release != nil, schema.pointee.release != nil else {
      throw CallError.argument("the array or its schema was released", column: "array")
    }
    // SAFETY: the caller's structs, which are left released.
    let batch = SingleBatch(array.pointee, schema.pointee)
    array.pointee.release = nil
    schema.pointee.release = nil
    target.pointee = ArrowArrayStream(
      get_schema: { stream, out in
        guard let batch = SingleBatch.of(stream), let out, batch.schema.release != nil else {
          return invalidArgument
        }
        out.pointee = batch.schema
        batch.schema.release = nil
        return 0
      },
      get_next: { stream, out in
        guard let batch = SingleBatch.of(stream), let out else { return invalidArgument }
        out.pointee = batch.array
        batch.array.release = nil
        return 0
      },
      get_last_error: { _ in nil },
      release: { stream in
        guard let data = stream?.pointee.private_data else { return }
        Unmanaged<SingleBatch>.fromOpaque(data).release()
        stream?.pointee.private_data = nil
        stream?.pointee.release = nil
      }, private_data: Unmanaged.passRetained(batch).toOpaque())
    return EQP_OK
  }
}
