#!/usr/bin/env bash
# Builds the program and the C library, and installs them: install.sh [PREFIX] (default /usr/local).
# DESTDIR is put before every path, for packages. EQUIPOISE_BUILT names a folder in which both lie already.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/dependencies.sh

prefix="${1:-/usr/local}"
root="${DESTDIR:-}$prefix"
version="$(sed -n 's/.*current = "\(.*\)"/\1/p' Sources/Models/EquipoiseVersion.swift)"
abi="$(sed -n 's/^#define EQP_ABI_VERSION \([0-9]*\)/\1/p' Sources/CEquipoise/include/equipoise.h)"

built="${EQUIPOISE_BUILT:-}"
if [ -z "$built" ]; then
  require_swift
  install_dependencies
  say "building (a few minutes the first time)"
  swift build -c release --product equipoise
  swift build -c release --product EquipoiseC
  built="$(swift build -c release --show-bin-path)"
fi

say "installing into $root"
mkdir -p "$root/bin" "$root/lib/pkgconfig" "$root/include"
install -m 755 "$built/equipoise" "$root/bin/equipoise"
install -m 644 Sources/CEquipoise/include/equipoise.h "$root/include/equipoise.h"
if [ "$(uname)" = Darwin ]; then
  install -m 755 "$built/libEquipoiseC.dylib" "$root/lib/libequipoise.$abi.dylib"
  install_name_tool -id "$prefix/lib/libequipoise.$abi.dylib" "$root/lib/libequipoise.$abi.dylib"
  ln -sf "libequipoise.$abi.dylib" "$root/lib/libequipoise.dylib"
else
  install -m 755 "$built/libEquipoiseC.so" "$root/lib/libequipoise.so.$version"
  strip --strip-unneeded "$root/lib/libequipoise.so.$version"
  ln -sf "libequipoise.so.$version" "$root/lib/libequipoise.so.$abi"
  ln -sf "libequipoise.so.$abi" "$root/lib/libequipoise.so"
fi
cat >"$root/lib/pkgconfig/equipoise.pc" <<END
prefix=$prefix
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: equipoise
Description: Trains debiased models and audits any model
Version: $version
Libs: -L\${libdir} -lequipoise
Cflags: -I\${includedir}
END
say "done: cc program.c \$(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --cflags --libs equipoise)"
