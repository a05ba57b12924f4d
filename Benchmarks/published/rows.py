"""The bundled data as the papers prepare them."""

import numpy as np
import pandas as pd

from equipoise import datasets


def adult(complete=False):
    """Features without fnlwgt, labels and groups of Adult; `complete` leaves out rows with missing."""
    frame = datasets.load_adult().frame.drop(columns="fnlwgt")
    if complete:
        frame = frame.dropna().reset_index(drop=True)
    return frame.drop(columns="income"), (frame["income"] == ">50K").to_numpy(int)


def compas():
    """The 6,172 rows that ProPublica kept: screened within 30 days of the arrest, and known."""
    frame = datasets._read("compas")
    kept = (
        frame["days_b_screening_arrest"].between(-30, 30) & (frame["is_recid"] != -1)
        & (frame["c_charge_degree"] != "O") & (frame["score_text"].notna())
    )
    frame = frame[kept].reset_index(drop=True)
    features = [
        "sex", "race", "age", "age_cat", "juv_fel_count", "juv_misd_count", "juv_other_count",
        "priors_count", "c_charge_degree",
    ]
    return frame[features].copy(), frame["two_year_recid"].to_numpy(int)


def german():
    """German credit with sex beside it; the label is a good loan."""
    frame = datasets._read("german").drop(columns="personal-status")
    return frame.drop(columns="credit"), (frame["credit"] == "good").to_numpy(int)


def one_hot(frame):
    """Numbers and a column a level, shape (n, d), in doubles."""
    found = pd.get_dummies(frame, columns=list(frame.select_dtypes(exclude="number").columns))
    return found.to_numpy(np.float64)


def standardized(train, *others):
    """All in standard deviations of `train` from its means."""
    mean, deviation = train.mean(0), train.std(0)
    deviation[deviation == 0] = 1
    return [(part - mean) / deviation for part in (train, *others)]
