"""What two parts of the engine say of one thing: fits and audits, files and their readers, the list of
methods and the methods."""

from __future__ import annotations

import json
import re

import jobs
import places
import pytest
from doors.exchange import Request
from known import idle, marked

# ---- A fit and an audit of the same rows ----------------------------------------------------------

_ABSENT = ("not_estimable",)


def _fits():
    # A table in which nobody's group is known is refused.
    for table in (name for name in jobs.FITTED if name != "all_unknown"):
        for door in ("command_line", "yaml"):
            if door in jobs.WANTED:
                yield marked(table, door, name=f"fit-and-audit-{table}-{door}")


def _audit_of_fit(house, table, door) -> tuple[dict, dict]:
    """The metrics that a fit tells of its training rows, and an audit of the same model and rows."""
    request = Request("train", house.tables[table], method="logistic")
    answer = house.doors[door].answer(request)
    assert answer.is_done, answer.message
    if door == "yaml":
        audit = json.loads((house.folder / "yaml" / "out" / "base" / "audit.json").read_text()) \
            if (house.folder / "yaml" / "out" / "base").exists() else json.loads(
                next((house.folder / "yaml" / "out").glob("*/audit.json")).read_text())
    else:
        told = house.doors[door].answer(Request(
            "audit", house.tables[table],
            {**house.tables[table].roles, "model": str(house.folder / door / "cli.eqp")}))
        assert told.is_done, told.message
        audit = told.parts["document"]
    return answer.parts["document"]["train"], audit


@pytest.mark.parametrize("table, door", _fits())
def test_a_fit_and_an_audit_tell_the_same_disparities(house, table, door):
    train, audit = _audit_of_fit(house, table, door)
    strata = house.tables[table].roles.get("controls")
    found, compared = [], 0
    for row in audit["disparities"]:
        if row["method"] != "between_groups" or strata:
            continue
        names = [f"{row['attribute']}.{row['metric']}.{row['kind']}"]
        if len(house.tables[table].roles["sensitive"]) == 1:
            names.append(f"{row['metric']}.{row['kind']}")
        for name in names:
            if name not in train:
                continue
            compared += 1
            told, audited = train[name], row["value"]
            if (told is None) != (audited is None) or (
                    told is not None and abs(told - audited) > 1e-9):
                found.append(f"{name}: the fit says {told}, the audit {audited}")
    assert compared > 5 or strata
    assert found == []


SCALARS = {
    "demographic_parity_difference": ("selection_rate", "difference"),
    "demographic_parity_ratio": ("selection_rate", "ratio"),
    "equal_opportunity_difference": ("true_positive_rate", "difference"),
    "equal_opportunity_ratio": ("true_positive_rate", "ratio"),
    "equalized_odds_difference": ("equalized_odds", "difference"),
    "equalized_odds_ratio": ("equalized_odds", "ratio"),
}


@pytest.mark.parametrize(
    "table, scalar", [
        marked(table, scalar, name=f"scalar-{scalar}-{table}")
        for table in ("plain", "one_row", "one_label", "survey") for scalar in SCALARS])
def test_python_scalars_are_the_audits(house, table, scalar):
    """Over the groups that have a rate; over fewer than two nothing, which is NaN."""
    if "python" not in jobs.WANTED:
        pytest.skip("the Python door is not asked")
    request = Request(
        "audit", house.tables[f"{table}_scored"],
        {**house.tables[table].roles, "prediction": "d"})
    audit = house.doors["command_line"].answer(request).parts["document"]
    metric, kind = SCALARS[scalar]
    (audited,) = [
        row["value"] for row in audit["disparities"]
        if row["method"] == "between_groups" and row["metric"] == metric and row["kind"] == kind]
    told = house.doors["python"].answer(
        Request("scalar", request.table, request.roles, method=scalar)).parts["value"]
    if audited is None:
        assert told is None or told != told, f"{told}, and the audit says it cannot be told"
    else:
        assert told == pytest.approx(audited, abs=1e-9)


# ---- Files that one door writes and another reads ---------------------------------------------------

_WRITERS = ("command_line", "c", "generic", "python", "swift")
_MADE = {
    "model": ("train", "predict", "penalized", "predictions"),
    "rule": ("postprocess", "postprocess", "group-thresholds", "values"),
    "transform": ("preprocess", "preprocess", "disparate-impact-remover", None),
}
_FILES = {
    ("model", "command_line"): "cli.eqp", ("model", "c"): "c.eqp",
    ("model", "generic"): "generic.eqp",
    ("model", "python"): "python.eqp", ("model", "swift"): "swift.eqp",
    ("rule", "command_line"): "cli-rule.json", ("rule", "swift"): "swift-rule.json",
}


def _handed():
    for what in _MADE:
        for writer in _WRITERS:
            for reader in _WRITERS:
                if writer not in jobs.WANTED or reader not in jobs.WANTED:
                    continue
                if what != "model" and "python" in (writer, reader):
                    continue  # estimators keep their rules by pickling
                yield marked(what, writer, reader, name=f"{what}-from-{writer}-to-{reader}")


@pytest.mark.parametrize("what, writer, reader", _handed())
def test_files_are_read_by_every_door(house, what, writer, reader):
    job, again, method, part = _MADE[what]
    table = house.tables["plain_scored" if what == "rule" else "plain"]
    roles = {**table.roles, "score": "p"} if what == "rule" else dict(table.roles)
    request = Request(job, table, roles, method)
    made = house.doors[writer].answer(request)
    assert made.is_done, made.message
    file = house.folder / f"handed-{what}-{writer}"
    if what == "model":
        file = house.folder / writer / _FILES[what, writer]
    elif what == "rule":
        file.write_text(made.parts["file"])
    else:
        file = _transform(house, writer, request, made, file)
    if again == "predict":
        roles = {}
    told = house.doors[reader].answer(Request(again, table, roles, file=str(file)))
    assert told.is_done, told.message
    if part and part in made.parts:
        assert told.parts[part] == made.parts[part]


def _transform(house, writer, request, made, file):
    """A transform as its writer keeps it."""
    if writer == "c":
        file.write_text(made.parts["file"])
    elif writer == "generic":
        file = house.folder / writer / "generic-transform.eqp"
    elif writer == "command_line":
        program = house.doors[writer]
        done, answer = program.run([
            "preprocess", request.method, *program._data(request), "--transform", str(file),
            "--quiet"])
        assert answer.is_done, answer.message
    else:
        answer = house.doors[writer]._ask(request, transform=str(file))
        assert answer.is_done, answer.message
    return file


# ---- The list of methods ----------------------------------------------------------------------------


@pytest.mark.parametrize("door", [
    marked(door, name=f"methods-{door}") for door in jobs.WANTED
    if door not in (jobs.FIRST, "yaml")])
def test_every_door_lists_the_same_methods(house, door):
    first = house.doors[jobs.FIRST].answer(Request("methods")).parts["methods"]
    second = house.doors[door].answer(Request("methods")).parts["methods"]
    assert [entry["name"] for entry in first] == [entry["name"] for entry in second]
    for one, other in zip(first, second):
        for key in ("family", "summary", "source", "dial"):
            assert one.get(key) == other.get(key), (one["name"], key)
        for option, same in zip(one["options"], other["options"], strict=True):
            told = {key: _text(entry.get(key)) for key, entry in (
                ("name", option), ("values", option), ("summary", option), ("default", option))}
            again = {key: _text(same.get(key)) for key in told}
            # A list without a place for former names has them in the summary.
            again["summary"] = re.sub(r" \(older names?: [^)]*\)$", "", again["summary"])
            assert told == again, one["name"]


def _text(value) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return repr(float(value))
    except (TypeError, ValueError):
        return value


def test_the_schema_of_pipelines_knows_every_method(house):
    if "yaml" not in jobs.WANTED:
        pytest.skip("the YAML door is not asked")
    names = house.doors["yaml"].answer(Request("methods")).parts["names"]
    assert set(jobs.catalogue()) <= set(names)


@pytest.mark.parametrize("method", [
    marked(method, name=f"spelling-{method}") for method in jobs.catalogue()])
def test_methods_prints_options_as_they_are_typed(house, method):
    done, _ = house.doors[jobs.FIRST].run(["methods", method])
    options = re.findall(r"--([a-z]\w*(?:[-_]\w+)*)", done.stdout)
    assert options or not jobs.catalogue()[method]["options"]
    assert [name for name in options if "_" in name] == []


@pytest.mark.parametrize("method", [
    marked(method, name=f"defaults-{method}") for method in jobs.catalogue()])
def test_methods_says_from_the_data_only_of_what_is(house, method):
    """What a fit finds in the data stands in its report; a default that it does not find is stated, or
    'none'."""
    done, _ = house.doors[jobs.FIRST].run(["methods", method])
    request = Request("train", house.tables["plain"], method=method, options=jobs.quick(method))
    answer = house.doors[jobs.FIRST].answer(request)
    assert answer.is_done, answer.message
    recorded = answer.parts["fit"]["options"]
    wrong = []
    for option in jobs.catalogue()[method]["options"]:
        name = option["name"]
        spelling = name.replace("_", "-")
        line = next(
            (line for line in done.stdout.splitlines() if re.search(rf"--{spelling} ", line)), "")
        if "from the data" in line and (name in STATED or recorded.get(name) is None):
            wrong.append(name)
    assert wrong == []


# Options whose default is a number, whatever the data.
STATED = {"bound", "rounds"}

MISLEADING = [
    ("penalized", "constraint", "equalized_odds"), ("penalized", "treshold", "0.4"),
    ("logistic", "sensitiv", "g"),
]


@pytest.mark.parametrize("method, option, value", [
    marked(*entry, name=f"advice-{entry[0]}-{entry[1]}") for entry in MISLEADING])
def test_advice_names_an_option_that_exists(house, method, option, value):
    """'Did you mean' never proposes what was typed, and what it proposes is accepted."""
    program = house.doors[jobs.FIRST]
    table = house.tables["plain"]
    _, answer = program.run([
        "train", method, "--data", str(table.path), "--label", "y", "--sensitive", "g",
        f"--{option}", value])
    assert answer.outcome in ("usage", "done", "not_converged"), answer.message
    proposed = re.search(r"did you mean --([\w-]+)\?", answer.message)
    if proposed:
        assert proposed[1] != option
        own = {entry["name"].replace("_", "-") for entry in jobs.catalogue()[method]["options"]}
        done, _ = program.run(["train", "--help"])
        assert proposed[1] in own or f"--{proposed[1]} " in done.stdout


# ---- The header -------------------------------------------------------------------------------------


def test_python_declares_what_the_header_does():
    """Every function that the package calls has as many arguments as in the header, of the same kinds."""
    import ast

    source = (places.ROOT / "Sources/Python/equipoise/_engine/library.py").read_text()
    declared = _signatures(ast.parse(source))
    header = _header(places.HEADER.read_text())
    assert set(declared) <= set(header)
    assert len(declared) > 50
    wrong = [
        f"{name}: {declared[name]} and {header[name]}" for name in declared
        if declared[name] != header[name]]
    assert wrong == []


_KINDS = {
    "c_int64": "int64", "c_int32": "int32", "c_char_p": "text", "_doubles": "double*",
    "_count": "int64*", "_texts": "text*", "c_double": "double",
}


def _signatures(tree) -> dict[str, list[str]]:
    """The table of signatures, each argument as a number, a text or an address."""
    import ast

    (table,) = [
        node.value for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_SIGNATURES"]
    return {
        key.value: [_KINDS.get(ast.unparse(entry), "address") for entry in value.elts]
        for key, value in zip(table.keys, table.values)
    }


def _header(text: str) -> dict[str, list[str]]:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    found = {}
    for name, arguments in re.findall(r"eqp_status (eqp_\w+)\(([^;]*?)\);", text, flags=re.S):
        found[name] = [_kind(argument) for argument in arguments.split(",")]
    return found


def _kind(argument: str) -> str:
    words = re.sub(r"\s+", " ", argument).strip()
    if re.search(r"const char \*const \*", words):
        return "text*"
    if re.search(r"char \*", words):
        return "text"
    if "[" in words:
        return "double*" if "double" in words else "int64*"
    if "*" in words or "_fn " in words:
        kind = words.split("*")[0].replace("const", "").strip()
        return {"double": "double*", "int64_t": "int64*"}.get(kind, "address")
    if words.startswith("int64_t"):
        return "int64"
    if words.startswith("double"):
        return "double"
    return "int32"


def test_every_known_contradiction_is_of_a_test(request):
    if request.config.option.keyword or places.WANTED:
        pytest.skip("not every test was collected")
    names = [
        item.callspec.id for item in request.session.items if hasattr(item, "callspec")]
    assert idle(names) == []
