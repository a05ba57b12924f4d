"""The bundled data as the papers prepare them."""

import numpy as np
import pandas as pd

from equipoise import datasets

#: Rows of `adult.data`, which come first.
ADULT_TRAIN = 32561


def adult(complete=False, part="all"):
    """Features without fnlwgt, and labels, of Adult; `complete`: rows without missing values."""
    frame = datasets.load_adult(part=part).frame.drop(columns="fnlwgt")
    if complete:
        frame = frame.dropna().reset_index(drop=True)
    return frame.drop(columns="income"), (frame["income"] == ">50K").to_numpy(int)


def compas(complete=False):
    """The 6,172 rows that ProPublica kept, with the charge's description; `complete` leaves out
    five without one. The label is an arrest within two years, not an offence."""
    frame = datasets._read("compas")
    kept = (
        frame["days_b_screening_arrest"].between(-30, 30) & (frame["is_recid"] != -1)
        & (frame["c_charge_degree"] != "O") & frame["score_text"].notna()
    )
    frame = frame[kept]
    features = [
        "sex", "race", "age", "age_cat", "juv_fel_count", "juv_misd_count", "juv_other_count",
        "priors_count", "c_charge_degree", "c_charge_desc", "two_year_recid",
    ]
    frame = frame[features].reset_index(drop=True)
    if complete:
        frame = frame.dropna().reset_index(drop=True)
    return frame.drop(columns="two_year_recid"), frame["two_year_recid"].to_numpy(int)


def german():
    """German credit with sex beside it; the label is a good loan."""
    frame = datasets._read("german").drop(columns="personal-status")
    return frame.drop(columns="credit"), (frame["credit"] == "good").to_numpy(int)


def codes(frame):
    """Numbers, and categories as their codes, shape (n, d)."""
    return frame.apply(lambda c: c if c.dtype.kind in "iuf" else c.cat.codes).to_numpy(float)


def one_hot(frame):
    """Numbers and a column a level, shape (n, d), in doubles."""
    found = pd.get_dummies(frame, columns=list(frame.select_dtypes(exclude="number").columns))
    return found.to_numpy(np.float64)


def standardized(train, *others):
    """All in standard deviations of `train` from its means."""
    mean, deviation = train.mean(0), train.std(0)
    deviation[deviation == 0] = 1
    return [(part - mean) / deviation for part in (train, *others)]


def shuffled(n, first, seed):
    """A random order of n rows: the `first` of it, and the rest."""
    order = np.random.default_rng(seed).permutation(n)
    return order[:first], order[first:]


def levels(frame, train, test):
    """Categories as they are, and numbers in standard deviations of the rows `train` from their
    means: the rows to train and those to test."""
    numbers = frame.select_dtypes("number")
    scaled = standardized(numbers.iloc[train].to_numpy(float), numbers.to_numpy(float))[1]
    others = frame.drop(columns=numbers.columns).astype(str).astype("category")
    scaled = pd.DataFrame(scaled, columns=numbers.columns, index=frame.index)
    found = pd.concat([scaled, others], axis=1)
    return found.iloc[train], found.iloc[test]
