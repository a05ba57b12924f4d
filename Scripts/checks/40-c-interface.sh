#!/usr/bin/env bash
# The C interface from the outside: header as C99 and C++17, the example, and misuse of every call,
# plainly and, where they are installed, under AddressSanitizer and valgrind.
set -euo pipefail
cd "$(dirname "$0")/../.."
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cc="${CC:-cc}" cxx="${CXX:-c++}"
strict="-Wall -Wextra -pedantic -Werror"

Scripts/install.sh "$place" >/dev/null
export PKG_CONFIG_PATH="$place/lib/pkgconfig" LD_LIBRARY_PATH="$place/lib"
flags="$(pkg-config --cflags --libs equipoise)"

# shellcheck disable=SC2086
{
  $cc -std=c99 $strict -fsyntax-only -x c Sources/CEquipoise/include/equipoise.h
  $cxx -std=c++17 $strict -fsyntax-only -x c++ Sources/CEquipoise/include/equipoise.h
  $cc -std=c99 $strict -O1 Examples/C/compare.c $flags -o "$place/compare"
  "$place/compare"
  $cc -std=c99 $strict -g -O1 Tests/C/abuse.c $flags -lm -lpthread -o "$place/abuse"
  "$place/abuse"
  if [ "$(uname)" = Linux ]; then
    stray="$(nm -D --defined-only "$place/lib/libequipoise.so" | awk '$2 ~ /[A-Z]/ && $3 !~ /^eqp_/ {print $3}')"
    [ -z "$stray" ] || { echo "exported besides the interface: $stray" >&2; exit 1; }
  fi
  if echo 'int main(void){return 0;}' | $cc -fsanitize=address -x c - -o "$place/probe" 2>/dev/null; then
    $cc -std=c99 $strict -g -O1 -fsanitize=address,undefined Tests/C/abuse.c $flags -lm -lpthread \
      -o "$place/abuse-sanitized"
    "$place/abuse-sanitized"
  fi
}
if command -v valgrind >/dev/null 2>&1; then
  valgrind -q --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
    --error-exitcode=9 "$place/abuse"
fi
