import CEquipoise
import Models

@c @implementation
public func eqp_abi_version() -> Int32 { EQP_ABI_VERSION }

@c @implementation
public func eqp_version() -> UnsafePointer<CChar>? {
  ConstantText.pointer(EquipoiseVersion.current)
}

@c @implementation
public func eqp_status_name(_ status: eqp_status) -> UnsafePointer<CChar>? {
  let names: [UInt32: String] = [
    EQP_OK.rawValue: "EQP_OK", EQP_NOT_CONVERGED.rawValue: "EQP_NOT_CONVERGED",
    EQP_ERROR_ARGUMENT.rawValue: "EQP_ERROR_ARGUMENT",
    EQP_ERROR_DATA.rawValue: "EQP_ERROR_DATA", EQP_ERROR_HANDLE.rawValue: "EQP_ERROR_HANDLE",
    EQP_ERROR_MEMORY.rawValue: "EQP_ERROR_MEMORY", EQP_ERROR_IO.rawValue: "EQP_ERROR_IO",
    EQP_ERROR_CANCELLED.rawValue: "EQP_ERROR_CANCELLED",
    EQP_ERROR_CALLBACK.rawValue: "EQP_ERROR_CALLBACK",
    EQP_ERROR_CAPACITY.rawValue: "EQP_ERROR_CAPACITY",
    EQP_EXCEEDED.rawValue: "EQP_EXCEEDED",
    EQP_ERROR_INTERNAL.rawValue: "EQP_ERROR_INTERNAL",
  ]
  return ConstantText.pointer(names[status.rawValue] ?? "unknown")
}
