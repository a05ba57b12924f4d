"""The data sets that come with the package, and synthetic ones with a known bias."""

from __future__ import annotations

import csv
import gzip
import io
import pathlib

import numpy as np
import pandas as pd
from sklearn.utils import Bunch, check_random_state

__all__ = [
    "fetch_adult",
    "load_adult",
    "load_compas",
    "load_german",
    "make_biased_classification",
]

_HERE = pathlib.Path(__file__).resolve().parent
# In the wheel, or beside the package in the source tree.
_FOLDERS = [_HERE / "_data", _HERE.parents[1] / "CBundledData" / "data"]


def _read(name: str, missing: tuple[str, ...] = ()) -> pd.DataFrame:
    paths = [folder / f"{name}.csv.gz" for folder in _FOLDERS]
    path = next((path for path in paths if path.exists()), paths[0])
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        text = file.read()
    header = next(csv.reader(io.StringIO(text)))
    # Columns with one name get numbers, as pandas gives them.
    return pd.read_csv(
        io.StringIO(text), names=_unique(header), skiprows=1, na_values=list(missing),
        skipinitialspace=True,
    )


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        result.append(name if count == 0 else f"{name}.{count}")
    return result


def _bunch(frame: pd.DataFrame, label: str, positive, sensitive: list[str], drop: list[str],
           description: str, return_X_y: bool):
    for column in frame.columns:
        if frame[column].dtype == object:
            frame[column] = frame[column].astype("category")
    target = (frame[label] == positive).astype(int).rename(label)
    features = frame.drop(columns=[label, *[name for name in drop if name in frame.columns]])
    if return_X_y:
        return features, target
    return Bunch(
        data=features, target=target, frame=frame, feature_names=list(features.columns),
        target_names=[label], sensitive_features=frame[sensitive], DESCR=description,
    )


def load_adult(*, part: str = "all", return_X_y: bool = False):
    """Adult: does a person earn more than 50,000 dollars? 48,842 rows of the US census of 1994.

    Becker and Kohavi, UCI Machine Learning Repository, CC BY 4.0. `part` is "train", "test" (the
    official ones) or "all".
    """
    parts = {"train": ["train"], "test": ["test"], "all": ["train", "test"]}
    if part not in parts:
        raise ValueError(f"part must be train, test or all, not {part!r}")
    frame = pd.concat(
        [_read(f"adult-{name}", ("?",)) for name in parts[part]], ignore_index=True
    )
    return _bunch(
        frame, "income", ">50K", ["sex"], ["fnlwgt"], load_adult.__doc__, return_X_y
    )


def fetch_adult(
    *, cache: bool = True, data_home=None, as_frame: bool = True, return_X_y: bool = False
):
    """The same under the name that Fairlearn gives it: labels are the texts "<=50K" and ">50K".

    Nothing is fetched, so that `cache` and `data_home` change nothing.
    """
    bunch = load_adult()
    target = bunch.frame["income"].rename("class")
    data = bunch.data
    if not as_frame:
        data, target = data.to_numpy(), target.to_numpy()
    if return_X_y:
        return data, target
    return Bunch(
        data=data, target=target, frame=bunch.frame if as_frame else None,
        feature_names=bunch.feature_names, target_names=["class"], DESCR=load_adult.__doc__,
    )


def load_german(*, return_X_y: bool = False):
    """Statlog German credit: is a loan good? 1,000 rows.

    Hofmann, UCI Machine Learning Repository, CC BY 4.0.
    """
    frame = _read("german")
    return _bunch(
        frame, "credit", "good", ["sex"], ["personal-status"], load_german.__doc__, return_X_y
    )


def load_compas(*, return_X_y: bool = False):
    """COMPAS: is a defendant arrested again within two years? 7,214 rows, Broward County, Florida.

    Larson, Mattu, Kirchner and Angwin, ProPublica. The label is an arrest, not an offence.
    """
    frame = _read("compas")
    keep = [
        "sex", "age", "race", "juv_fel_count", "juv_misd_count", "juv_other_count",
        "priors_count", "c_charge_degree", "two_year_recid",
    ]
    return _bunch(
        frame[keep].copy(), "two_year_recid", 1, ["race"], [], load_compas.__doc__, return_X_y
    )


def make_biased_classification(
    n_samples: int = 1000,
    n_features: int = 10,
    *,
    n_groups: int = 2,
    base_rate: float = 0.5,
    gap: float = 0.2,
    leakage: float = 0.5,
    noise: float = 1.0,
    random_state=None,
):
    """Rows whose positive labels are `gap` more frequent in the last group than in the first.

    Returns X (n, d), y (n,) and groups (n,). Group g's positive rate is base_rate + gap·(g/(G−1) −
    ½); the label moves the first half of the features by 1/`noise` deviations and the group moves
    the last feature by `leakage`.
    """
    if n_groups < 1 or n_features < 2:
        raise ValueError("at least one group and two features are needed")
    generator = check_random_state(random_state)
    groups = generator.randint(0, n_groups, n_samples)
    place = groups / max(1, n_groups - 1) - 0.5 if n_groups > 1 else np.zeros(n_samples)
    rate = base_rate + gap * place
    if rate.min() < 0 or rate.max() > 1:
        raise ValueError("base_rate and gap give a rate outside 0..1")
    y = (generator.uniform(size=n_samples) < rate).astype(int)
    X = generator.normal(size=(n_samples, n_features))
    X[:, : n_features // 2] += ((2 * y - 1) / noise)[:, None] / np.sqrt(max(1, n_features // 2))
    X[:, -1] += leakage * 2 * place
    return X, y, groups
