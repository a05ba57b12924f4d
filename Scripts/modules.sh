# Sourced by checks that compile against built modules: sets `flags` from `modules`, their folder.
flags=()
for room in COpenBLAS CClp CZlib CYaml CSQLite; do
  flags+=(-Xcc "-fmodule-map-file=Sources/$room/module.modulemap")
done
for room in CKernels CText CBundledData CPages; do
  flags+=(-Xcc "-fmodule-map-file=${modules%/Modules}/$room.build/module.modulemap")
done
# The system's own libraries lie where pkg-config says.
for flag in $(pkg-config --cflags-only-I openblas clp yaml-0.1 sqlite3 2>/dev/null); do flags+=(-Xcc "$flag"); done
