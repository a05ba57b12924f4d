"""The program, as `equipoise` on the path and as ``python -m equipoise``."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

_MISSING = """\
equipoise: this installation has the library but not the program. It comes with a build from the
sources (pip install ./Sources/Python) and with Scripts/install.sh; EQUIPOISE_PROGRAM names one that
lies elsewhere. Its jobs can be called from Python: python -c "import equipoise; help(equipoise)"
"""
_WITHOUT_SWIFT = """\
equipoise: the program needs the runtime of the Swift that built it and finds no {library}: install \
Swift (https://www.swift.org/install/), or add the folder of its libraries to LD_LIBRARY_PATH.
"""
_WITHOUT_SYSTEM = """\
equipoise: the program finds no {library}: install the system's libraries that it needs (with apt: \
libopenblas0 liblapacke coinor-libclp1 zlib1g libsqlite3-0 libstdc++6).
"""
_SWIFT = re.compile(r"lib_?(swift|Foundation|dispatch|BlocksRuntime)")


def program() -> pathlib.Path | None:
    """The program that came with the package, or the one that EQUIPOISE_PROGRAM names."""
    named = os.environ.get("EQUIPOISE_PROGRAM")
    place = pathlib.Path(named or pathlib.Path(__file__).parent / "_bin" / "equipoise")
    return place if os.access(place, os.X_OK) and place.is_file() else None


def _unfound(found: pathlib.Path, environment: dict[str, str]) -> list[str]:
    """The shared libraries that the loader of Linux would not find for the program."""
    if not sys.platform.startswith("linux"):
        return []
    traced = {**environment, "LD_TRACE_LOADED_OBJECTS": "1"}
    listing = subprocess.run(
        [found], env=traced, stdin=subprocess.DEVNULL, capture_output=True, check=False
    ).stdout.decode(errors="replace")
    return re.findall(r"(\S+) => not found", listing)


def _with_installed_swift(environment: dict[str, str]) -> dict[str, str]:
    """The environment in which libraries of the Swift on the path are found as well."""
    swift = shutil.which("swift")
    if swift is None:
        return environment
    try:
        told = subprocess.run(
            [swift, "-print-target-info"], stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
        folders = json.loads(told.stdout)["paths"]["runtimeLibraryPaths"]
    except (OSError, subprocess.CalledProcessError, ValueError, LookupError):
        return environment
    given = environment.get("LD_LIBRARY_PATH")
    path = os.pathsep.join([*([given] if given else []), *folders])
    return {**environment, "LD_LIBRARY_PATH": path}


def main() -> int:
    """Becomes the program, with the arguments of this process."""
    found = program()
    if found is None:
        sys.stderr.write(_MISSING)
        return 127
    environment = dict(os.environ)
    unfound = _unfound(found, environment)
    if any(map(_SWIFT.match, unfound)):
        environment = _with_installed_swift(environment)
        unfound = _unfound(found, environment)
    if unfound:
        swifts = [name for name in unfound if _SWIFT.match(name)]
        message, named = (_WITHOUT_SWIFT, swifts) if swifts else (_WITHOUT_SYSTEM, unfound)
        sys.stderr.write(message.format(library=named[0]))
        return 127
    sys.stdout.flush()
    os.execve(found, ["equipoise", *sys.argv[1:]], environment)


if __name__ == "__main__":
    sys.exit(main())
