"""Points Fairlearn's unit tests at this package, and says of each failure why it is one.

    fairlearn_tests.py rewrite FOLDER      public names come from equipoise, private ones stay
    fairlearn_tests.py explain RESULTS DOCUMENTATION
"""

import ast
import collections
import importlib.util
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

from fairlearn_differences import TABLE, WARNINGS, difference


def counterpart(module: str, name: str) -> str | None:
    """The module of ours that has a public name of a module of Fairlearn's."""
    parts = module.split(".")
    public = next((k for k, part in enumerate(parts) if part.startswith("_")), len(parts))
    theirs = ".".join(parts[:public])
    ours = "equipoise" + theirs.removeprefix("fairlearn")
    if name.startswith("_") or name.isupper():
        return None
    try:
        both = (importlib.import_module(theirs), importlib.import_module(ours))
    except ImportError:
        return None
    return ours if all(hasattr(package, name) for package in both) else None


def imported(node: ast.ImportFrom) -> list[str]:
    """The statements that stand for an import of several names."""
    found = collections.defaultdict(list)
    for name in node.names:
        module = counterpart(node.module or "", name.name) or node.module
        found[module].append(name.name + (f" as {name.asname}" if name.asname else ""))
    return [f"from {module} import {', '.join(names)}" for module, names in found.items()]


def whole(node: ast.Import) -> list[str]:
    """Public modules are ours; those with a private part stay."""
    lines = []
    for name in node.names:
        ours = "equipoise" + name.name.removeprefix("fairlearn")
        stays = "._" in name.name or importlib.util.find_spec(ours) is None
        renamed = f" as {name.asname}" if name.asname else ""
        if not renamed and not stays and "." not in name.name:
            renamed = " as fairlearn"
            lines.append(f"import {ours}")  # by which its modules are called after the rewriting
        lines.append(f"import {name.name if stays else ours}{renamed}")
    return lines


def rewritten(text: str) -> str:
    """The source of one test with its imports changed, and uses of whole modules with them."""
    lines = text.splitlines()
    changes = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "fairlearn":
            changes.append((node, imported(node)))
        elif isinstance(node, ast.Import) and any(
            name.name.split(".")[0] == "fairlearn" for name in node.names
        ):
            changes.append((node, whole(node)))
    for node, statements in sorted(changes, key=lambda change: -change[0].lineno):
        indent = " " * node.col_offset
        lines[node.lineno - 1 : node.end_lineno] = [indent + line for line in statements]
    # Uses of `import fairlearn.metrics`, which is ours now.
    return re.sub(r"(?<!from )(?<!import )(?<!['\"])\bfairlearn\.(?=\w+\.[A-Za-z])", "equipoise.",
                  "\n".join(lines)) + "\n"


def rewrite(tests: pathlib.Path) -> None:
    for path in sorted(tests.rglob("*.py")):
        before = path.read_text()
        after = rewritten(before)
        if after != before:
            path.write_text(after)


def allow_warnings(settings: pathlib.Path) -> None:
    """Has pytest, whose settings take warnings for errors, let those pass that are known."""
    first = 'filterwarnings = [\n    "error",\n'
    before = settings.read_text()
    if first not in before:
        raise SystemExit(f"{settings}: warnings are no errors any more")
    known = "".join(f'    "ignore:.*{text}",\n' for text in WARNINGS.values())
    settings.write_text(before.replace(first, first + known))


def raised(trouble: xml.Element) -> str:
    """The exception of a failing test as pytest says it, whole and without the traceback."""
    message = trouble.get("message", "")
    if message == "collection failure":
        said = [line[1:].strip() for line in (trouble.text or "").splitlines() if line[:1] == "E"]
        return said[-1] if said else message
    return re.sub(r'^failed on (setup|teardown) with "', "", message)


def place(case: xml.Element) -> tuple[str, str]:
    """The file of a test below test/unit, and the test within it."""
    path = (case.get("classname") or case.get("name", "")).split(".")
    test = case.get("name", "") if case.get("classname") else ""
    file = next((k for k, part in enumerate(path) if part.startswith("test_")), len(path) - 1)
    within = [*path[file + 1 :], *([test] if test else [])]
    return "/".join(path[2 : file + 1]), "::".join(within)


def explain(results: pathlib.Path, documentation: pathlib.Path) -> int:
    """Counts passes, and failures by difference; 1 where one has none or a sentence is gone."""
    said = " ".join(documentation.read_text().split())
    sentences = {row.sentence for row in TABLE} | set(WARNINGS)
    missing = {sentence for sentence in sentences if sentence not in said}
    passed, failures, unexplained = 0, collections.Counter(), []
    for case in xml.parse(results).iter("testcase"):
        trouble = case.find("failure")
        if trouble is None:
            trouble = case.find("error")
        if trouble is None:
            passed += case.find("skipped") is None
            continue
        file, test = place(case)
        failure = raised(trouble)
        row = difference(file, test, failure)
        if row is None:
            unexplained.append((f"{file}::{test}", failure.splitlines()[:1]))
        else:
            failures[row.sentence] += 1
    for sentence, count in failures.most_common():
        print(f"{count:6}  {sentence}")
    for test, text in unexplained:
        print(f"unexplained: {test}: {' '.join(text)}")
    for sentence in sorted(missing):
        print(f"InPython.md does not say: {sentence}")
    failed = failures.total() + len(unexplained)
    print(f"{passed} passed, {failed} failed, {len(unexplained)} of them unexplained")
    return 1 if unexplained or missing or passed == 0 else 0


if __name__ == "__main__":
    if sys.argv[1] == "rewrite":
        rewrite(pathlib.Path(sys.argv[2]) / "test" / "unit")
        allow_warnings(pathlib.Path(sys.argv[2]) / "pyproject.toml")
    else:
        sys.exit(explain(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])))
