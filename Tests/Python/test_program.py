"""The program behind the package: the same with its name and with `python -m`."""

import os
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
