"""The program, as `equipoise` on the path and as ``python -m equipoise``."""

from __future__ import annotations

import os
import pathlib
import sys

_MISSING = """\
equipoise: there is no program at {place}. It comes with the package, and EQUIPOISE_PROGRAM names one
that lies elsewhere. Its jobs can be called from Python: python -c "import equipoise; help(equipoise)"
"""


def _place() -> pathlib.Path:
    named = os.environ.get("EQUIPOISE_PROGRAM")
    return pathlib.Path(named or pathlib.Path(__file__).parent / "_bin" / "equipoise")


def program() -> pathlib.Path | None:
    """The program that came with the package, or the one that EQUIPOISE_PROGRAM names."""
    place = _place()
    return place if os.access(place, os.X_OK) and place.is_file() else None


def main() -> int:
    """Becomes the program, with the arguments of this process."""
    found = program()
    if found is None:
        sys.stderr.write(_MISSING.format(place=_place()))
        return 127
    sys.stdout.flush()
    os.execv(found, ["equipoise", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
