"""Packages load what they need when a name is used, and names have the places they always had."""

import pickle
import subprocess
import sys

import pytest

PACKAGES = ["linear_model", "adversarial", "preprocessing"]


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()


@pytest.mark.parametrize("package", PACKAGES)
def test_an_import_loads_neither_scikit_learn_nor_pandas(package):
    loaded = run(
        f"import sys, equipoise.{package} as p; print(*[m for m in sys.modules if m in "
        "('sklearn', 'pandas', 'scipy')]); dir(p)"
    )
    assert loaded == []


@pytest.mark.parametrize("package", PACKAGES)
def test_names_are_listed_and_load(package):
    found = run(
        f"import equipoise.{package} as p; print(*dir(p)); "
        "assert [getattr(p, name).__name__ for name in p.__all__]"
    )
    assert found and not [name for name in found if name.startswith("_")]
    assert set(run(f"from equipoise.{package} import *; print(*dir())")) >= set(found)


@pytest.mark.parametrize(
    "path", [
        "equipoise.linear_model LogisticRegression",
        "equipoise.linear_model PrejudiceRemoverClassifier",
        "equipoise.adversarial AdversarialFairnessClassifier",
        "equipoise.preprocessing._reweighing Reweighing",
    ],
)
def test_pickles_of_earlier_versions_find_their_classes(path):
    module, name = path.split()
    loaded = pickle.loads(f"c{module}\n{name}\n.".encode())
    assert loaded.__name__ == name


def test_wrong_names_are_told():
    import equipoise.linear_model

    with pytest.raises(AttributeError, match="linear_model' has no attribute 'Logistic'"):
        equipoise.linear_model.Logistic
