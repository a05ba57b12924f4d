"""Small problems of the benchmarks' zoo: fits end with a proof, and what must not change them does
not."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Benchmarks"))

from zoo import evaluator, invariances, problems, separation  # noqa: E402
from zoo.adapters import engine  # noqa: E402

CELLS = range(12)
GAP = 1e-6


@pytest.fixture(scope="module", params=CELLS)
def case(request, tmp_path_factory):
    problem = problems.draw(5, request.param, max_rows=1600)
    folder = str(tmp_path_factory.mktemp("cell"))
    problems.write(problem, folder)
    return evaluator.Problem(folder)


def test_fits_reach_the_minimum(case):
    model = engine.fitted(engine.table(case), case)
    theta = np.append(engine.coefficients(model, case), model.intercept_[0])
    if model.status_ == "separable":
        assert case.l2 == 0 and separation.direction(case)[0] == "separable"
        return
    assert model.status_ == "converged"
    found = evaluator.value(case, theta)
    assert model.objective_ == pytest.approx(found, rel=1e-5)
    lowest, _ = evaluator.polished(case, theta)
    assert found - lowest <= GAP * (1 + abs(lowest))


def test_fits_do_not_change_with_what_means_the_same(case):
    if case.X.dtype == np.float32:
        # Sums in single precision depend on their order.
        found = {k: v for k, v in invariances.checks(case).items() if "2^" in k}
    else:
        found = invariances.checks(case)
    assert not invariances.broken(found)


def test_the_evaluator_proves_what_it_says(tmp_path):
    """The bound is above the distance to the minimum, and small only near it."""
    problem = problems.Problem(
        seed=1, index=0, rows=400, dense=3, levels=[4], l2=1e-3, label_rate=0.3, signal=1.0)
    problems.write(problem, str(tmp_path))
    case = evaluator.Problem(str(tmp_path))
    start = np.zeros(problem.width + 1)
    lowest, best = evaluator.polished(case, start, steps=30)
    away = evaluator.value(case, start) - lowest
    assert away > 0.01
    assert evaluator.certificate(case, start) >= away
    assert evaluator.certificate(case, best) < 1e-15
    near = evaluator.gradient(case, best)
    assert np.abs(near).max() < 1e-10


@pytest.mark.parametrize("separated", [True, False])
def test_a_linear_program_tells_separation(tmp_path, separated):
    problem = problems.Problem(
        seed=2, index=0, rows=200, dense=2, levels=[], l2=0.0, label_rate=0.4, signal=1.0)
    problems.write(problem, str(tmp_path))
    case = evaluator.Problem(str(tmp_path))
    if separated:
        case.y = (case.X[:, 0] > 0.1).astype(np.uint8)
    kind, direction = separation.direction(case)
    assert kind == ("separable" if separated else "overlapping")
    assert (direction is not None and separation.confirms(case, direction)) == separated
