#!/usr/bin/env bash
# The C interface from the outside: header as C99 and C++17, the example, and misuse of every call,
# plainly and, where they are installed, under AddressSanitizer and valgrind.
set -euo pipefail
cd "$(dirname "$0")/../.."
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
built="${EQUIPOISE_BUILT:-$(swift build -c release --show-bin-path)}"
abi="$(sed -n 's/^#define EQP_ABI_VERSION \([0-9]*\)/\1/p' Sources/CEquipoise/include/equipoise.h)"
cc="${CC:-cc}" cxx="${CXX:-c++}"
strict="-Wall -Wextra -pedantic -Werror"

Scripts/install.sh "$place" >/dev/null
for page in equipoise equipoise-audit equipoise-report-model-card; do
  [ -s "$place/share/man/man1/$page.1" ] || { echo "no manual page $page" >&2; exit 1; }
done
bash -n "$place/share/bash-completion/completions/equipoise"
export PKG_CONFIG_PATH="$place/lib/pkgconfig" LD_LIBRARY_PATH="$place/lib"
flags="$(pkg-config --cflags --libs equipoise)"

# shellcheck disable=SC2086
{
  $cc -std=c99 $strict -fsyntax-only -x c Sources/CEquipoise/include/equipoise.h
  $cxx -std=c++17 $strict -fsyntax-only -x c++ Sources/CEquipoise/include/equipoise.h
  $cc -std=c99 $strict -O1 Examples/C/compare.c $flags -o "$place/compare"
  "$place/compare"
  $cc -std=c99 $strict -O1 Examples/C/audit_report.c $flags -o "$place/audit_report"
  "$place/audit_report" "$place/report.html"
  grep -q '<table' "$place/report.html"
  $cc -std=c99 $strict -O1 Examples/C/arrow_fit.c $flags -lm -o "$place/arrow_fit"
  "$place/arrow_fit" "$place/model.eqp"
  [ -s "$place/model.eqp" ]
  $cc -std=c99 $strict -O1 Examples/C/parts_fit.c $flags -o "$place/parts_fit"
  "$place/parts_fit" "$place"
  [ -s "$place/parts_fit.eqp" ]
  $cc -std=c99 $strict -g -O1 Tests/C/abuse.c $flags -lm -lpthread -o "$place/abuse"
  "$place/abuse"
  $cc -std=c99 $strict -g -O1 Tests/C/arrow.c $flags -lm -o "$place/arrow"
  "$place/arrow"
  $cc -std=c99 $strict -g -O1 -DSTANDALONE Tests/C/fuzz.c $flags -o "$place/fuzz"
  "$place/fuzz" 3
  if [ "$(uname)" = Linux ]; then
    # 10 GB of features in an address space of 4 GB.
    $cc -std=c99 $strict -O1 Tests/C/scarce.c $flags -o "$place/scarce"
    (ulimit -v 4194304 && "$place/scarce" 10000000 125)
    stray="$(nm -D --defined-only "$place/lib/libequipoise.so" | awk '$2 ~ /[A-Z]/ && $3 !~ /^eqp_/ {print $3}')"
    [ -z "$stray" ] || { echo "exported besides the interface: $stray" >&2; exit 1; }
  fi
  if echo 'int main(void){return 0;}' | $cc -fsanitize=address -x c - -o "$place/probe" 2>/dev/null; then
    $cc -std=c99 $strict -g -O1 -fsanitize=address,undefined Tests/C/abuse.c $flags -lm -lpthread \
      -o "$place/abuse-sanitized"
    "$place/abuse-sanitized"
    $cc -std=c99 $strict -g -O1 -fsanitize=address,undefined Tests/C/arrow.c $flags -lm \
      -o "$place/arrow-sanitized"
    "$place/arrow-sanitized"
    for example in audit_report arrow_fit parts_fit; do
      $cc -std=c99 $strict -g -O1 -fsanitize=address,undefined "Examples/C/$example.c" $flags -lm \
        -o "$place/$example-sanitized"
    done
    "$place/audit_report-sanitized" "$place/report.html"
    "$place/arrow_fit-sanitized" "$place/model.eqp"
    "$place/parts_fit-sanitized" "$place"
  fi
  # libFuzzer comes with clang, where it is installed.
  if echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return d && n < 0; }' |
    clang -fsanitize=fuzzer -x c - -o "$place/probe" 2>/dev/null; then
    clang -g -O1 -fsanitize=fuzzer,address Tests/C/fuzz.c $flags -o "$place/fuzzer" 2>/dev/null
    "$place/fuzzer" -max_total_time=3 -max_len=4096 -timeout=60 -verbosity=0 -print_final_stats=1 \
      -artifact_prefix="$place/" 2>&1 | grep -a -v '# Uses:\|#####'
  fi
}
if command -v valgrind >/dev/null 2>&1; then
  # With the names of functions, by which what is the Swift runtime's own is let pass.
  mkdir "$place/named"
  strip -g -o "$place/named/libequipoise.so.$abi" "$built/libEquipoiseC.so"
  for program in abuse arrow; do
    LD_LIBRARY_PATH="$place/named" valgrind -q --suppressions=Tests/C/swift.supp --leak-check=full \
      --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=9 "$place/$program"
  done
fi
