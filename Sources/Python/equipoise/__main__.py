"""The program, as `equipoise` on the path and as ``python -m equipoise``."""

from __future__ import annotations

import os
import pathlib
import sys

_MISSING = """\
equipoise: this installation has the library but not the program. It comes with a build from the
sources (pip install ./Sources/Python) and with Scripts/install.sh; EQUIPOISE_PROGRAM names one that
lies elsewhere. Its jobs can be called from Python: python -c "import equipoise; help(equipoise)"
"""


def program() -> pathlib.Path | None:
    """The program that came with the package, or the one that EQUIPOISE_PROGRAM names."""
    named = os.environ.get("EQUIPOISE_PROGRAM")
    place = pathlib.Path(named or pathlib.Path(__file__).parent / "_bin" / "equipoise")
    return place if os.access(place, os.X_OK) and place.is_file() else None


def main() -> int:
    """Becomes the program, with the arguments of this process."""
    found = program()
    if found is None:
        sys.stderr.write(_MISSING)
        return 127
    sys.stdout.flush()
    os.execv(found, ["equipoise", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
