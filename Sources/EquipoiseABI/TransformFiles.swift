import CEquipoise
import Mitigation

@c @implementation
public func eqp_transform_write(
  _ transform: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try TransformStore.write(
      try Handles.transforms.object(transform).fitted, to: try text(path, "path"))
    return EQP_OK
  }
}

@c @implementation
public func eqp_transform_read(
  _ path: UnsafePointer<CChar>?, _ transform: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(transform, "transform")
    target.pointee = try Handles.transforms.insert(
      TransformBox(try TransformStore.read(try text(path, "path"))))
    return EQP_OK
  }
}

@c @implementation
public func eqp_transform_to_bytes(
  _ transform: OpaquePointer?, _ bytes: UnsafeMutablePointer<UInt8>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try deliver(
      TransformStore.bytes(try Handles.transforms.object(transform).fitted), to: bytes,
      capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_transform_from_bytes(
  _ bytes: UnsafePointer<UInt8>?, _ count: Int64,
  _ transform: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(transform, "transform")
    guard let bytes, count >= 0 else { throw CallError.argument("bytes are NULL") }
    // SAFETY: the caller's `count` bytes.
    let fitted = try TransformStore.transform(
      Array(UnsafeBufferPointer(start: bytes, count: Int(count))), file: "memory")
    target.pointee = try Handles.transforms.insert(TransformBox(fitted))
    return EQP_OK
  }
}
