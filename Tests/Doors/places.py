"""Where the program, the library, the package and the Swift door are: as the environment says, or as
the release build left them."""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = pathlib.Path(os.environ.get("EQUIPOISE_BUILT", ROOT / ".build" / "release"))
ENDING = "dylib" if sys.platform == "darwin" else "so"

PROGRAM = pathlib.Path(os.environ.get("EQUIPOISE_PROGRAM", BUILT / "equipoise"))
LIBRARY = pathlib.Path(os.environ.get("EQUIPOISE_LIBRARY", BUILT / f"libEquipoiseC.{ENDING}"))
SWIFT_DOOR = pathlib.Path(os.environ.get("EQUIPOISE_SWIFT_DOOR", BUILT / "SwiftDoor"))
# Where `import equipoise` finds the package; without a folder the installed one.
PACKAGE = os.environ.get("EQUIPOISE_PACKAGE", "")
HEADER = ROOT / "Sources" / "CEquipoise" / "include" / "equipoise.h"

# A process that dies says so at once, without a minute of backtraces.
QUIET = {"SWIFT_BACKTRACE": "enable=no"}

# The larger form of every test: all methods on all tables, and the whole fuzz.
LONG = bool(os.environ.get("EQUIPOISE_LONG"))
# Doors to test, where not all of them are built: names with commas.
WANTED = [name for name in os.environ.get("EQUIPOISE_DOORS", "").split(",") if name]
