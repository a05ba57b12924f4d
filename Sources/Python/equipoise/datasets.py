"""The data sets that come with the package, those that their user downloads, and synthetic ones
with a known bias. Nothing is ever downloaded from here."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ._given_files import GivenData, Place

if TYPE_CHECKING:
    import pandas as pd

    from ._types import RandomState

__all__ = [
    "DataFairnessWarning",
    "fetch_acs_income",
    "fetch_adult",
    "fetch_bank_marketing",
    "fetch_boston",
    "fetch_credit_card",
    "fetch_diabetes_hospital",
    "load_adult",
    "load_compas",
    "load_german",
    "make_biased_classification",
]


def __dir__() -> list[str]:
    return sorted(__all__)


class DataFairnessWarning(UserWarning):
    """A data set has known problems of fairness."""


# ---- Data sets of the package --------------------------------------------------------------------


def _read(name: str, missing: tuple[str, ...] = ()) -> pd.DataFrame:
    import csv
    import ctypes
    import gzip
    import io

    import pandas as pd

    from ._engine.library import library

    # The data sets are inside the library, so that the package carries them once.
    count = ctypes.c_int64()
    start = library().eqp_bundled_data(name.encode(), ctypes.byref(count))
    text = gzip.decompress(ctypes.string_at(start, count.value)).decode("utf-8")
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


def _bunch(
    frame: pd.DataFrame, label: str, positive: object, sensitive: list[str], drop: list[str],
    description: str | None, return_X_y: bool,
) -> Any:
    for column in frame.select_dtypes(exclude=["number", "bool"]):
        frame[column] = frame[column].astype("category")
    target = (frame[label] == positive).astype(int).rename(label)
    features = frame.drop(columns=[label, *[name for name in drop if name in frame.columns]])
    if return_X_y:
        return features, target
    from sklearn.utils import Bunch

    return Bunch(
        data=features, target=target, frame=frame, feature_names=list(features.columns),
        target_names=[label], sensitive_features=frame[sensitive], DESCR=description,
    )


def load_adult(
    *, part: Literal["all", "train", "test"] = "all", return_X_y: bool = False
) -> Any:
    """Adult: does a person earn more than 50,000 dollars? 48,842 rows of the US census of 1994.

    Becker and Kohavi, UCI Machine Learning Repository, CC BY 4.0. `part` is "train", "test" (the
    official ones) or "all".

    Returns
    -------
    Bunch
        `data` (13 features, a frame with categories), `target` (1: more than 50,000), `frame` (all
        columns), `sensitive_features` (`sex` and `race`), `feature_names`, `target_names`, `DESCR`;
        with `return_X_y` the pair (data, target).

    Examples
    --------
    >>> from equipoise.datasets import load_adult
    >>> adult = load_adult(part="test")
    >>> adult.data.shape, list(adult.sensitive_features)
    ((16281, 13), ['sex', 'race'])
    """
    import pandas as pd

    parts = {"train": ["train"], "test": ["test"], "all": ["train", "test"]}
    if part not in parts:
        raise ValueError(f"part must be train, test or all, not {part!r}")
    frame = pd.concat(
        [_read(f"adult-{name}", ("?",)) for name in parts[part]], ignore_index=True
    )
    return _bunch(
        frame, "income", ">50K", ["sex", "race"], ["fnlwgt"], load_adult.__doc__, return_X_y
    )


def load_german(*, return_X_y: bool = False) -> Any:
    """Statlog German credit: is a loan good? 1,000 rows.

    Hofmann, UCI Machine Learning Repository, CC BY 4.0. Returns as `load_adult` does.
    """
    frame = _read("german")
    return _bunch(
        frame, "credit", "good", ["sex"], ["personal-status"], load_german.__doc__, return_X_y
    )


def load_compas(*, return_X_y: bool = False) -> Any:
    """COMPAS: is a defendant arrested again within two years? 7,214 rows, Broward County, Florida.

    Larson, Mattu, Kirchner and Angwin, ProPublica. The label is an arrest, not an offence. Returns
    as `load_adult` does.
    """
    frame = _read("compas")
    keep = [
        "sex", "age", "race", "juv_fel_count", "juv_misd_count", "juv_other_count",
        "priors_count", "c_charge_degree", "two_year_recid",
    ]
    return _bunch(
        frame[keep].copy(), "two_year_recid", 1, ["race"], [], load_compas.__doc__, return_X_y
    )


# ---- Data sets under Fairlearn's names -----------------------------------------------------------


def fetch_adult(
    *, cache: bool = True, data_home: Place = None, as_frame: bool = True, return_X_y: bool = False
) -> Any:
    """Adult under the name that Fairlearn gives it: labels are the texts "<=50K" and ">50K".

    Nothing is fetched, so that `cache` and `data_home` change nothing.
    """
    bunch = load_adult()
    target = bunch.frame["income"].rename("class")
    data = bunch.data
    if not as_frame:
        data, target = data.to_numpy(), target.to_numpy()
    if return_X_y:
        return data, target
    from sklearn.utils import Bunch

    return Bunch(
        data=data, target=target, frame=bunch.frame if as_frame else None,
        feature_names=bunch.feature_names, target_names=["class"], DESCR=load_adult.__doc__,
    )


def _given(
    source: GivenData, description: str | None, data_home: Place, path: Place, as_frame: bool,
    return_X_y: bool, states: Iterable[str] | None = None,
) -> Any:
    """A table of the user's as Fairlearn hands it over."""
    frame, name = source.read(data_home, path)
    if source.name == "acs_income":
        frame = _of_states(frame, states)
    data: Any = frame.drop(columns=[name])
    names = list(data.columns)
    target: Any = frame[name]
    categories = None
    if not as_frame:
        categories = {
            column: list(data[column].cat.categories) for column in data.select_dtypes("category")
        }
        for column in categories:
            codes = data[column].cat.codes.astype(float)
            data[column] = codes.where(codes >= 0)
        data, target = data.to_numpy(), target.to_numpy()
    if return_X_y:
        return data, target
    from sklearn.utils import Bunch

    return Bunch(
        data=data, target=target, frame=frame if as_frame else None, categories=categories,
        feature_names=names, target_names=[name], DESCR=description,
    )


# The codes of the census for the states and Puerto Rico.
_STATES = dict(
    zip(
        "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ "
        "NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR".split(),
        [*(code for code in range(1, 57) if code not in (3, 7, 11, 14, 43, 52)), 72],
    )
)


def _of_states(frame: pd.DataFrame, states: Iterable[str] | None) -> pd.DataFrame:
    if states is not None:
        wanted = [state.upper() for state in states]
        unknown = [state for state in wanted if state not in _STATES]
        if unknown:
            raise ValueError(f"no such states: {unknown}; they are {', '.join(_STATES)}")
        if "ST" not in frame.columns:
            raise ValueError("the file has no column 'ST', so that states cannot be chosen")
        codes = frame["ST"].astype(float).astype(int)
        frame = frame[codes.isin([_STATES[state] for state in wanted])]
    features: pd.DataFrame = frame.drop(columns=["ST"], errors="ignore")
    return features


_ACS = GivenData(
    "acs_income", "https://www.openml.org/d/43141", ("PINCP",), other_names=("ACSIncome",)
)


def fetch_acs_income(
    *, cache: bool = True, data_home: Place = None, as_frame: bool = True, return_X_y: bool = False,
    states: Iterable[str] | None = None, path: Place = None,
) -> Any:
    """ACSIncome: what does a person earn in a year? 1,664,500 rows of a survey of the US census.

    Ding, Hardt, Miller and Schmidt, "Retiring Adult", NeurIPS 2021.

    Parameters
    ----------
    data_home
        The folder that has the file, by default ``~/.equipoise-data`` or ``~/.fairlearn-data``.
    path
        The file itself: CSV, ARFF or parquet.
    as_frame, return_X_y, states, cache
        As Fairlearn has them; nothing is downloaded, so that `cache` changes nothing.

    Raises
    ------
    FileNotFoundError
        Where there is no file; it says where to get it and how to name it.
    """
    return _given(
        _ACS, fetch_acs_income.__doc__, data_home, path, as_frame, return_X_y, states
    )


_BANK = GivenData(
    "bank_marketing", "https://www.openml.org/d/1461", ("Class", "class", "y"),
    tuple(
        "age job marital education default balance housing loan contact day month duration "
        "campaign pdays previous poutcome".split()
    ),
    ("bank-marketing", "bank-full", "phpkIxskf"),
)


def fetch_bank_marketing(
    *, cache: bool = True, data_home: Place = None, as_frame: bool = True, return_X_y: bool = False,
    path: Place = None,
) -> Any:
    """Bank marketing: does a client subscribe a term deposit? 45,211 rows of a bank in Portugal.

    Moro, Cortez and Rita, Decision Support Systems 2014. Arguments and errors as in
    `fetch_acs_income`; the file of UCI, ``bank-full.csv``, is read, too.
    """
    return _given(_BANK, fetch_bank_marketing.__doc__, data_home, path, as_frame, return_X_y)


_BOSTON = GivenData(
    "boston", "https://www.openml.org/d/531", ("MEDV", "medv"), other_names=("boston-housing",)
)


def fetch_boston(
    *, cache: bool = True, data_home: Place = None, as_frame: bool = True, return_X_y: bool = False,
    warn: bool = True, path: Place = None,
) -> Any:
    """Boston: what is a house worth? 506 towns, with a column about the share of Black people.

    Harrison and Rubinfeld, Journal of Environmental Economics and Management 1978. The data are
    known to be unfair: `warn` says so with a `DataFairnessWarning`. Arguments and errors as in
    `fetch_acs_income`.
    """
    if warn:
        warnings.warn(
            "You are about to use a dataset with known fairness issues.", DataFairnessWarning,
            stacklevel=2,
        )
    return _given(_BOSTON, fetch_boston.__doc__, data_home, path, as_frame, return_X_y)


_CREDIT = GivenData(
    "credit_card", "https://www.openml.org/d/42477",
    ("y", "default.payment.next.month", "default payment next month"),
    (
        "LIMIT_BAL", "SEX", "EDUCATION", "MARRIAGE", "AGE", "PAY_0",
        *(f"PAY_{i}" for i in range(2, 7)), *(f"BILL_AMT{i}" for i in range(1, 7)),
        *(f"PAY_AMT{i}" for i in range(1, 7)),
    ),
    ("default-of-credit-card-clients", "UCI_Credit_Card", "default of credit card clients"),
    ("ID",),
)


def fetch_credit_card(
    *, cache: bool = True, data_home: Place = None, as_frame: bool = True, return_X_y: bool = False,
    path: Place = None,
) -> Any:
    """Credit cards: does a client default next month? 30,000 clients of a bank in Taiwan.

    Yeh and Lien, Expert Systems with Applications 2009. Arguments and errors as in
    `fetch_acs_income`.
    """
    return _given(_CREDIT, fetch_credit_card.__doc__, data_home, path, as_frame, return_X_y)


_DIABETES = GivenData(
    "diabetes_hospital", "https://www.openml.org/d/43874",
    ("readmit_30_days",), other_names=("Diabetes130US", "diabetic_preprocessed"),
)


def fetch_diabetes_hospital(
    *, as_frame: bool = True, cache: bool = True, data_home: Place = None, return_X_y: bool = False,
    path: Place = None,
) -> Any:
    """Diabetes: is a patient back in hospital within thirty days? 101,766 stays in US hospitals.

    Strack et al., BioMed Research International 2014, as prepared for Fairlearn's tutorial at SciPy
    2021. Arguments and errors as in `fetch_acs_income`.
    """
    return _given(_DIABETES, fetch_diabetes_hospital.__doc__, data_home, path, as_frame, return_X_y)


# ---- Synthetic data ------------------------------------------------------------------------------


def make_biased_classification(
    n_samples: int = 1000,
    n_features: int = 10,
    *,
    n_groups: int = 2,
    base_rate: float = 0.5,
    gap: float = 0.2,
    leakage: float = 0.5,
    noise: float = 1.0,
    random_state: RandomState = None,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows whose positive labels are `gap` more frequent in the last group than in the first.

    Returns X (n, d), y (n,) and groups (n,). Group g's positive rate is base_rate + gap·(g/(G−1) −
    ½); the label moves the first half of the features by 1/`noise` deviations and the group moves
    the last feature by `leakage`.
    """
    if n_groups < 1 or n_features < 2:
        raise ValueError("at least one group and two features are needed")
    generator = _generator(random_state)
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


def _generator(random_state: RandomState) -> np.random.RandomState:
    """As scikit-learn reads `random_state`, which None leaves to NumPy's own generator."""
    if isinstance(random_state, np.random.RandomState):
        return random_state
    return np.random.mtrand._rand if random_state is None else np.random.RandomState(random_state)
