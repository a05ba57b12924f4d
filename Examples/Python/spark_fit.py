"""A fit to a frame of Spark: its rows stay in the executors, and the model is an ordinary one.

    python Examples/Python/spark_fit.py

Needs pyspark and a Java runtime.
"""

from __future__ import annotations

import os
import sys

import equipoise
from equipoise import distributed


def main() -> None:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate())
    loans = equipoise.generate(6000, features=4, seed=1)
    rows = spark.createDataFrame(loans).repartition(4)
    rows.persist()
    model = distributed.fit("penalized", rows, label="label", sensitive="group", strength=5)
    print(model)
    print(equipoise.audit(loans, label="label", sensitive="group", model=model))


if __name__ == "__main__":
    main()
