"""Rows that several files of tests look at."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    """Two groups, of which men are selected more often."""
    rng = np.random.default_rng(3)
    n = 600
    sex, x = rng.choice(["f", "m"], n), rng.normal(size=n)
    y = (x + (sex == "m") + rng.normal(size=n) > 0.5).astype(int)
    return pd.DataFrame({
        "sex": sex, "age": rng.choice(["old", "young"], n), "x": x, "y": y,
        "p": (x + 0.3 * (sex == "m") > 0.2).astype(int), "score": 1 / (1 + np.exp(-x))})
