import CEquipoise
import Mitigation
import Models

@c @implementation
public func eqp_model_write(
  _ model: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try ModelStore.write(
      try Handles.models.object(model).model, to: try text(path, "path"))
    return EQP_OK
  }
}

@c @implementation
public func eqp_model_read(
  _ path: UnsafePointer<CChar>?, _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(model, "model")
    target.pointee = try Handles.models.insert(
      ModelBox(try ModelStore.read(try text(path, "path"))))
    return EQP_OK
  }
}

@c @implementation
public func eqp_model_to_bytes(
  _ model: OpaquePointer?, _ bytes: UnsafeMutablePointer<UInt8>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let model = try Handles.models.object(model).model
    return try deliver(
      ModelFile.encode(ModelStore.contents(model, dataDigest: nil)), to: bytes,
      capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_model_from_bytes(
  _ bytes: UnsafePointer<UInt8>?, _ count: Int64, _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(model, "model")
    guard let bytes, count >= 0 else { throw CallError.argument("bytes are NULL") }
    // SAFETY: the caller's `count` bytes.
    let contents = try ModelFile.decode(
      Array(UnsafeBufferPointer(start: bytes, count: Int(count))), file: "memory")
    target.pointee = try Handles.models.insert(
      ModelBox(try ModelStore.model(contents, file: "memory")))
    return EQP_OK
  }
}
