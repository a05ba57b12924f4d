"""ACSIncome of 2018 as the repository of Aequitas keeps it."""

import os

import numpy as np
import pandas as pd

WHERE = (
    "`datasets/FolkTables/ACSIncome.validation.parquet` and `ACSIncome.test.parquet` of the "
    "repository of Aequitas, 332,900 rows each"
)
FILES = ("acs-income-validation.parquet", "acs-income-test.parquet")


def read(folder, name):
    """The columns of a file, and its labels."""
    frame = pd.read_parquet(os.path.join(folder, name)).reset_index(drop=True)
    return frame, frame.pop("PINCP").to_numpy(int)


def groups_of(frame, count):
    """Race, and whether a row is of the `count` largest races."""
    race = frame["RAC1P"].to_numpy(int)
    largest = np.argsort(-np.bincount(race), kind="stable")[:count]
    return race, np.isin(race, largest)
