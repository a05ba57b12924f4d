"""The program behind the package: the same with its name and with `python -m`."""

import json
import os
import pathlib
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
    assert "there is no program at" in done.stderr


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
def packed(tmp_path):
    """The package's program beside a library that is made here, in a folder of their own."""
    found = program()
    if found is None:
        pytest.skip("the package has no program here")
    if shutil.which("cc") is None or not sys.platform.startswith("linux"):
        pytest.skip("a C compiler on Linux makes the library")
    (tmp_path / "_bin").mkdir()
    (tmp_path / "_lib").mkdir()
    place = pathlib.Path(shutil.copy2(pathlib.Path(equipoise.__file__).parent / "_bin/equipoise",
                                      tmp_path / "_bin"))

    def run(source=None, *linked):
        if source is not None:
            code = tmp_path / "given.c"
            code.write_text(source)
            library = tmp_path / "_lib" / "libequipoise.so"
            subprocess.run(["cc", "-shared", "-fPIC", "-o", library, code, *linked], check=True)
        return ran("audit", "a b", EQUIPOISE_PROGRAM=str(place))

    return run


def test_the_program_runs_what_the_library_beside_it_holds(packed):
    done = packed("#include <stdio.h>\n"
                  "int eqp_main(int n, char **a) { printf(\"%d %s\", n, a[2]); return n + 2; }\n")
    assert (done.stdout, done.returncode, done.stderr) == ("3 a b", 5, "")


def test_a_library_that_is_not_there_is_named(packed):
    done = packed()
    assert done.returncode == 127 and "there is no" in done.stderr
    assert "_lib/libequipoise.so" in done.stderr


def test_a_library_of_another_version_is_refused(packed):
    done = packed("int another(void) { return 1; }\n")
    assert done.returncode == 127 and "is of another version" in done.stderr


def test_a_library_of_the_system_that_is_missing_is_named(packed, tmp_path):
    needed = tmp_path / "libClpElsewhere.so"
    source = tmp_path / "needed.c"
    source.write_text("int given(void) { return 6; }\n")
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-Wl,-soname,libClpElsewhere.so", "-o", needed, source],
        check=True)
    done = packed("int given(void); int eqp_main(int n, char **a) { return given(); }\n", needed)
    assert done.returncode == 127
    assert done.stderr.count("\n") == 1 and "libClpElsewhere.so" in done.stderr
    assert "coinor-libclp1" in done.stderr


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
