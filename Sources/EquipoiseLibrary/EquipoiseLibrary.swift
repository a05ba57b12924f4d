// The shared library `libequipoise`: everything in it is in `EquipoiseABI`, and the program in
// `EquipoiseCLI`. This target carries how they are linked, so that tests can use them without.
import CEquipoise
@_exported import EquipoiseABI
import EquipoiseCLI

@c @implementation
public func eqp_main(_ argc: Int32, _ argv: UnsafePointer<UnsafePointer<CChar>?>?) -> Int32 {
  EquipoiseProgram.main((0..<Int(argc)).compactMap { k in argv?[k].map { String(cString: $0) } })
}
