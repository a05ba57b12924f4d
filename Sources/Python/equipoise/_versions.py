"""What a report of a fault needs to say about the machine."""

from __future__ import annotations

__all__ = ["show_versions"]

_PACKAGES = (
    "pip", "setuptools", "numpy", "scipy", "pandas", "sklearn", "pyarrow", "polars", "matplotlib",
)
# Packages whose distribution is called otherwise.
_DISTRIBUTIONS = {"sklearn": "scikit-learn"}


def show_versions() -> None:
    """Prints the versions of Python, of this package with its engine, and of the packages that it
    works with."""
    import platform
    import sys
    from importlib import metadata

    from equipoise import __version__

    print("\nSystem:")
    for name, value in (
        ("python", sys.version.replace("\n", " ")),
        ("executable", sys.executable),
        ("machine", platform.platform()),
    ):
        print(f"{name:>10}: {value}")
    print("\nPython dependencies:")
    print(f"{'equipoise':>13}: {__version__}")
    for name in _PACKAGES:
        try:
            version: str | None = metadata.version(_DISTRIBUTIONS.get(name, name))
        except metadata.PackageNotFoundError:
            version = None
        print(f"{name:>13}: {version}")
