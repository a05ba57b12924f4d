"""Every public estimator is held to scikit-learn's checks, and what fails has its reason there."""

import importlib
import inspect

from sklearn.base import BaseEstimator

MODULES = ["adversarial", "linear_model", "postprocessing", "preprocessing", "reductions"]
TESTS = [
    "test_adversarial", "test_linear_model", "test_postprocessing_checks", "test_preprocessing",
    "test_reduction_checks", "test_supplied_groups",
]


def public():
    """The estimators that users can import, by name."""
    found = {}
    for module in MODULES:
        names = vars(importlib.import_module(f"equipoise.{module}"))
        found |= {
            f"{module}.{name}": kind for name, kind in names.items()
            if inspect.isclass(kind) and issubclass(kind, BaseEstimator) and name[0] != "_"
        }
    return found


def test_every_public_estimator_is_checked():
    checked = {
        kind for name in TESTS for estimator in importlib.import_module(name).CHECKED
        for kind in type(estimator).__mro__
    }
    kinds = public()
    assert len(kinds) >= 24
    assert {name for name, kind in kinds.items() if kind not in checked} == set()
