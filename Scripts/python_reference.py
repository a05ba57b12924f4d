"""Writes the reference of the Python package: python_reference.py FOLDER.

Every public name with its signature and its docstring, as pages. A public module, class, function,
method or property of the package's own that has no docstring ends it with an error, and no page.
"""

import importlib
import inspect
import pathlib
import pkgutil
import sys

import pdoc

PACKAGE = "equipoise"


def public_modules() -> list[str]:
    package = importlib.import_module(PACKAGE)
    found = pkgutil.walk_packages(package.__path__, f"{PACKAGE}.")
    names = [module.name for module in found if "._" not in module.name]
    return [PACKAGE, *sorted(name for name in names if "__main__" not in name)]


def undocumented(name: str, value: object) -> list[str]:
    """The name if it has no docstring, and its members of the package's own that have none."""
    bare = [] if inspect.getdoc(value) else [name]
    if not inspect.isclass(value):
        return bare if callable(value) or inspect.ismodule(value) else []
    for member, found in vars(value).items():
        if isinstance(found, (classmethod, staticmethod)):
            found = found.__func__
        told = inspect.isfunction(found) or isinstance(found, property)
        if told and not member.startswith("_") and not inspect.getdoc(found):
            # What a parent's docstring says need not be said again.
            parents = (getattr(parent, member, None) for parent in value.__mro__[1:])
            if not any(inspect.getdoc(parent) for parent in parents if parent is not None):
                bare.append(f"{name}.{member}")
    return bare


def as_function(value: object) -> object:
    """An object that is called like a function as one, as pages show docstrings of functions."""
    if not callable(value) or inspect.isclass(value) or inspect.isroutine(value):
        return value

    def shown() -> None: ...

    shown.__signature__ = inspect.signature(value)
    shown.__doc__ = inspect.getdoc(value)
    shown.__name__ = shown.__qualname__ = value.__name__
    shown.__module__ = value.__module__
    return shown


def main(folder: pathlib.Path) -> int:
    modules = public_modules()
    bare = []
    for name in modules:
        module = importlib.import_module(name)
        bare += undocumented(name, module)
        for public in getattr(module, "__all__", []):
            value = getattr(module, public)
            # Names that load late are read as they stand.
            setattr(module, public, as_function(value))
            if getattr(value, "__module__", "").startswith(PACKAGE):
                bare += undocumented(f"{name}.{public}", value)
    if bare:
        print("without a docstring:", *sorted(set(bare)), sep="\n  ", file=sys.stderr)
        return 1
    pdoc.render.configure(docformat="numpy", show_source=False)
    pdoc.pdoc(PACKAGE, output_directory=folder)
    print(f"the reference of {len(modules)} modules is {folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
