"""The program behind the package: the same with its name and with `python -m`."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import equipoise
from equipoise.__main__ import program


def ran(*arguments, **changes):
    environment = {**os.environ, **changes}
    return subprocess.run(
        [sys.executable, "-m", "equipoise", *arguments], env=environment, capture_output=True,
        text=True, check=False,
    )


def test_without_a_program_the_package_says_so(tmp_path):
    done = ran("--version", EQUIPOISE_PROGRAM=str(tmp_path / "none"))
    assert done.returncode == 127 and done.stdout == ""
    assert "not the program" in done.stderr


def test_the_program_gets_the_arguments_and_its_code_comes_back(tmp_path):
    script = tmp_path / "stands in"
    script.write_text('#!/bin/sh\nprintf "%s|" "$@"\nexit 5\n')
    script.chmod(0o755)
    done = ran("audit", "--label", "a b", "", EQUIPOISE_PROGRAM=str(script))
    assert (done.stdout, done.returncode) == ("audit|--label|a b||", 5)


@pytest.mark.skipif(program() is None, reason="the package has no program here")
def test_the_program_is_of_the_package_s_version():
    done = ran("--version")
    assert done.stdout.strip() == equipoise.__version__
    assert ran("audti").returncode == 2


@pytest.fixture
def linked(tmp_path):
    """A program linked to a library of a name, which then lies in a folder of its own."""
    if shutil.which("cc") is None or not sys.platform.startswith("linux"):
        pytest.skip("a C compiler on Linux makes the program")

    def make(library):
        folder = tmp_path / "libraries"
        folder.mkdir()
        source = tmp_path / "given.c"
        source.write_text("int given(void) { return 6; }\n")
        whole = folder / library
        subprocess.run(
            ["cc", "-shared", "-fPIC", f"-Wl,-soname,{library}", "-o", whole, source], check=True
        )
        source.write_text("int given(void); int main(void) { return given(); }\n")
        made = tmp_path / "program"
        subprocess.run(["cc", "-o", made, source, whole], check=True)
        return made, folder

    return make


def without_swift(**changes):
    """Changes after which neither Swift nor its libraries are on a path."""
    return {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": "", **changes}


def test_without_swift_s_runtime_one_sentence_says_what_helps(linked, tmp_path):
    made, folder = linked("libswiftCore.so")
    empty = tmp_path / "empty"
    empty.mkdir()
    done = ran("--version", EQUIPOISE_PROGRAM=str(made), **without_swift(PATH=str(empty)))
    assert (done.returncode, done.stdout) == (127, "")
    assert done.stderr.count("\n") == 1 and "finds no libswiftCore.so: install Swift" in done.stderr
    named = without_swift(LD_LIBRARY_PATH=str(folder))
    assert ran(EQUIPOISE_PROGRAM=str(made), **named).returncode == 6


def test_the_runtime_of_the_swift_on_the_path_is_found(linked, tmp_path):
    made, folder = linked("libswiftCore.so")
    told = json.dumps({"paths": {"runtimeLibraryPaths": [str(folder)]}})
    swift = tmp_path / "swift"
    swift.write_text(f"#!/bin/sh\n[ \"$1\" = -print-target-info ] && echo '{told}'\n")
    swift.chmod(0o755)
    path = f"{tmp_path}:/usr/bin:/bin"
    assert ran(EQUIPOISE_PROGRAM=str(made), **without_swift(PATH=path)).returncode == 6
    swift.write_text("#!/bin/sh\nexit 1\n")
    assert ran(EQUIPOISE_PROGRAM=str(made), **without_swift(PATH=path)).returncode == 127


def test_a_library_of_the_system_that_is_missing_is_named(linked):
    made, _ = linked("libClpElsewhere.so")
    done = ran(EQUIPOISE_PROGRAM=str(made), **without_swift())
    assert done.returncode == 127
    assert done.stderr.count("\n") == 1 and "finds no libClpElsewhere.so" in done.stderr
    assert "coinor-libclp1" in done.stderr and "Swift" not in done.stderr


@pytest.mark.skipif(program() is None, reason="the package has no program here")
def test_a_column_of_an_empty_name_is_one_like_any_other(tmp_path):
    table = tmp_path / "unnamed.csv"
    table.write_text(",y,p\na,1,0\nb,0,1\na,0,0\nb,1,1\n")
    options = ("--data", str(table), "--label", "y", "--prediction", "p", "--format", "json")
    done = ran("audit", *options, "--sensitive", '""')
    assert done.returncode == 0, done.stderr
    assert {group["attribute"] for group in json.loads(done.stdout)["groups"]} == {""}
    for name in ("*", 'p,"**"'):
        done = ran("audit", *options, "--sensitive", name)
        assert done.returncode > 0 and "no column" in done.stderr
