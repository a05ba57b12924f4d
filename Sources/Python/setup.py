"""Builds the shared library and the program with Swift and puts them, stripped, into the package,
and the data sets."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:  # before setuptools 70.1 the command was the wheel package's
    from wheel.bdist_wheel import bdist_wheel

here = pathlib.Path(__file__).resolve().parent
ending = "dylib" if sys.platform == "darwin" else "so"


def version() -> str:
    """The version of the engine, or of the package when the sources are not beside it."""
    source = here.parent / "Models" / "EquipoiseVersion.swift"
    return re.search(r'current = "(.*)"', source.read_text()).group(1)


# Libraries of the system that a self-contained wheel carries, and their licences.
BUNDLED = {
    "libopenblas": ("OpenBLAS", "BSD-3-Clause"),
    "liblapacke": ("LAPACKE", "BSD-3-Clause"),
    "libblas": ("BLAS", "BSD-3-Clause"),
    "liblapack": ("LAPACK", "BSD-3-Clause"),
    "libtmglib": ("LAPACK's test matrices", "BSD-3-Clause"),
    "libClp": ("COIN-OR Clp", "EPL-2.0"),
    "libClpSolver": ("COIN-OR Clp", "EPL-2.0"),
    "libCoinUtils": ("COIN-OR CoinUtils", "EPL-2.0"),
    "libbz2": ("bzip2", "bzip2-1.0.6"),
    "libsqlite3": ("SQLite", "public domain"),
    "libgfortran": ("GNU Fortran runtime", "GPL-3.0 with the GCC Runtime Library Exception"),
    "libquadmath": ("GCC quad-precision mathematics", "LGPL-2.1"),
}


def bundle(library: pathlib.Path) -> None:
    """Copies the libraries that `library` needs beside it, and names their licences."""
    listing = subprocess.run(["ldd", str(library)], check=True, capture_output=True, text=True)
    lines = ["# Libraries in this wheel, unchanged from the system it was built on", ""]
    for name, path in sorted(re.findall(r"(\S+) => (/\S+)", listing.stdout)):
        known = BUNDLED.get(name.split(".")[0])
        if known:
            shutil.copy2(path, library.parent / name)
            lines.append(f"- `{name}`: {known[0]}, {known[1]}")
    (library.parent / "LICENSES.md").write_text("\n".join(lines) + "\n")


def carry_program(built: pathlib.Path, folder: pathlib.Path) -> None:
    """The program, which needs the runtime libraries of the Swift that built it: with them in it a
    wheel would have 38 MB, so that a self-contained wheel has no program."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "equipoise"
    shutil.copy2(built, program)
    program.chmod(0o755)
    subprocess.run(["strip", str(program)], check=True)


class BuildWithLibrary(build_py):
    def run(self):
        # What an earlier build left, such as the libraries of a self-contained wheel, is not this one's.
        shutil.rmtree(pathlib.Path(self.build_lib) / "equipoise", ignore_errors=True)
        super().run()
        root = here.parents[1]
        for product in ("EquipoiseC", "equipoise"):
            command = ["swift", "build", "-c", "release", "--product", product]
            subprocess.run(command, cwd=root, check=True)
        place = subprocess.run(
            ["swift", "build", "-c", "release", "--show-bin-path"],
            cwd=root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        target = pathlib.Path(self.build_lib) / "equipoise" / "_lib"
        target.mkdir(parents=True, exist_ok=True)
        library = target / f"libequipoise.{ending}"
        shutil.copy2(pathlib.Path(place) / f"libEquipoiseC.{ending}", library)
        data = pathlib.Path(self.build_lib) / "equipoise" / "_data"
        data.mkdir(parents=True, exist_ok=True)
        # The data sets are inside the library.
        shutil.copy2(here.parent / "CBundledData" / "data" / "ATTRIBUTION.md", data)
        if ending == "so":
            subprocess.run(["strip", "--strip-unneeded", str(library)], check=True)
        if not os.environ.get("EQUIPOISE_BUNDLE"):
            carry_program(pathlib.Path(place) / "equipoise", target.parent / "_bin")
        elif ending == "so":
            bundle(library)


class PlatformWheel(Distribution):
    """The package is Python, but the library inside is of one platform."""

    def has_ext_modules(self):
        return True


class AnyPython(bdist_wheel):
    """The library is called through ctypes and knows no version of Python."""

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


setup(
    version=version(), cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": AnyPython},
    distclass=PlatformWheel,
)
