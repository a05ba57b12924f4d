// The shared library `libequipoise`: everything in it is in `EquipoiseABI`. This target only carries
// how it is linked, so that tests can use the interface without.
@_exported import EquipoiseABI
