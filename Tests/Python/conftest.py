"""Rows that several files of tests look at."""

from __future__ import annotations

import os
import shutil
import sys

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


@pytest.fixture(scope="session")
def spark():
    """A session of Spark with two cores, for all tests that need one."""
    sql = pytest.importorskip("pyspark.sql")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java, and there is no 'java' on the path")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    found = (
        sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        # A short life: no time for code that would be fast later.
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.sql.codegen.wholeStage", "false").getOrCreate())
    found.sparkContext.setLogLevel("OFF")
    yield found
    found.stop()
