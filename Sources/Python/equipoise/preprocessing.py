"""Changes of the rows before a fit: any preprocessor of the engine by name, and the usual ones."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from ._catalogue import stages
from ._engine import library as lib
from ._engine.calls import Options
from ._engine.dataset import Dataset
from ._engine.stages import Transform
from ._fitting import checked_weights, two_classes, weights_of_classes
from ._inputs import as_matrix, sensitive_columns

__all__ = [
    "CorrelationRemover",
    "DisparateImpactRemover",
    "LearnedFairRepresentations",
    "Massaging",
    "OptimizedPreprocessing",
    "PreferentialSampling",
    "Preprocessor",
    "PrototypeRepresentationLearner",
    "Reweighing",
    "methods",
]


def methods() -> dict[str, dict]:
    """Every preprocessor of the engine with its paper and its options."""
    return stages(lib.PREPROCESSORS)


class Preprocessor(TransformerMixin, BaseEstimator):
    """Any preprocessor of the engine by name.

    Parameters
    ----------
    method : str
        A name of `equipoise.preprocessing.methods()`.
    options : dict, optional
        The method's options.
    """

    def __init__(self, method="reweighing", options=None):
        self.method = method
        self.options = options

    def _method(self) -> str:
        return self.method

    def _options(self) -> dict:
        return dict(self.options or {})

    def _rows(self, X, y, sensitive_features, sample_weight=None, reset=True) -> Dataset:
        X = validate_data(self, as_matrix(X), dtype=[np.float64, np.float32], reset=reset)
        data = Dataset(X.shape[0]).set_features(X, getattr(self, "feature_names_in_", None))
        if y is not None:
            y = np.asarray(y)
            if reset:
                self.classes_ = np.unique(y)
                if len(self.classes_) != 2:
                    raise ValueError(
                        f"two classes are needed, and there are {len(self.classes_)}"
                    )
            data.set_labels((y == self.classes_[1]).astype(np.uint8))
        data.set_weights(sample_weight)
        if sensitive_features is not None:
            for name, codes, groups in sensitive_columns(sensitive_features, X.shape[0]):
                data.add_attribute(name, codes, [str(group) for group in groups])
        return data

    def fit(self, X, y=None, *, sensitive_features=None, sample_weight=None):
        """Fits to features (n, d), labels (n,) and sensitive features."""
        if sensitive_features is None:
            raise TypeError("fit needs the argument 'sensitive_features'")
        data = self._rows(X, y, sensitive_features, sample_weight)
        self.transform_ = Transform.fit(self._method(), data, Options(**self._options()))
        return self

    def transform(self, X, *, sensitive_features=None) -> np.ndarray:
        """New rows with the features that a model fitted to the changed rows expects."""
        check_is_fitted(self)
        data = self._rows(X, None, sensitive_features, reset=False)
        return self.transform_.apply(data).features

    def fit_resample(self, X, y, *, sensitive_features=None, sample_weight=None):
        """The rows to fit a model to instead: features, labels and weights, shape (m, ...) each."""
        self.fit(X, y, sensitive_features=sensitive_features, sample_weight=sample_weight)
        data = self._rows(X, y, sensitive_features, sample_weight, reset=False)
        changed = self.transform_.training(data)
        return changed.features, self.classes_[changed.labels.astype(int)], changed.weights

    def fit_transform(self, X, y=None, *, sensitive_features=None, sample_weight=None):
        """The changed features of the training rows."""
        self.fit(X, y, sensitive_features=sensitive_features, sample_weight=sample_weight)
        return self.transform(X, sensitive_features=sensitive_features)

    @property
    def report_(self) -> dict:
        """The transform with its method, options and how the fit went."""
        check_is_fitted(self)
        return self.transform_.document

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "transform_")


class Reweighing(Preprocessor):
    """Weights that make the label independent of the group: P(group)·P(label) / P(group, label).

    F. Kamiran, T. Calders, Data preprocessing techniques for classification without
    discrimination, KAIS 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import Reweighing
    >>> y, group = np.array([1, 1, 0, 0, 1, 0]), np.array([0, 0, 0, 1, 1, 1])
    >>> X = np.arange(6.0)[:, None]
    >>> _, _, weight = Reweighing().fit_resample(X, y, sensitive_features=group)
    >>> rates = [np.average(y[group == g], weights=weight[group == g]) for g in (0, 1)]
    >>> bool(abs(rates[0] - rates[1]) < 1e-12)
    True
    """

    def __init__(self):
        pass

    def _method(self) -> str:
        return "reweighing"

    def _options(self) -> dict:
        return {}


class Massaging(Preprocessor):
    """Changes the labels nearest to the border until all groups have the same share of positives.

    F. Kamiran, T. Calders, Classifying without discriminating, IC4 2009.
    """

    def __init__(self, target="overall"):
        self.target = target

    def _method(self) -> str:
        return "massaging"

    def _options(self) -> dict:
        return {"target": self.target}


class PreferentialSampling(Preprocessor):
    """Repeats and leaves out the rows nearest to the border until label and group are independent.

    F. Kamiran, T. Calders, Data preprocessing techniques for classification without
    discrimination, KAIS 2012. `scheme` is "preferential", "uniform" or "synthetic".
    """

    def __init__(self, scheme="preferential"):
        self.scheme = scheme

    def _method(self) -> str:
        return "sampling"

    def _options(self) -> dict:
        return {"scheme": self.scheme}


class DisparateImpactRemover(Preprocessor):
    """Moves each column to the median of the groups' quantiles; new rows need their groups.

    M. Feldman, S. A. Friedler, J. Moeller, C. Scheidegger, S. Venkatasubramanian, Certifying and
    removing disparate impact, KDD 2015.
    """

    def __init__(self, repair_level=1.0):
        self.repair_level = repair_level

    def _method(self) -> str:
        return "disparate-impact-remover"

    def _options(self) -> dict:
        return {"repair_level": self.repair_level}


class OptimizedPreprocessing(Preprocessor):
    """Moves records at random, as little as need be, so that labels are alike between groups.

    A few columns that say most about the label are cut into values, and a linear program finds the map
    of (group, values, label) that changes their distribution least. `fit_resample` gives the rows to
    fit a model to: each as often as there are places it may go to, weighted by the probability.
    `transform` moves new rows, whose labels nobody knows, by a hash of the row and the seed.

    F. P. Calmon, D. Wei, B. Vinzamuri, K. N. Ramamurthy, K. R. Varshney, Optimized pre-processing
    for discrimination prevention, NIPS 2017.

    Parameters
    ----------
    discrimination : float
        Largest difference of the groups' shares of positive labels afterwards.
    distortion : float
        Largest expected distortion of any record: bins that a number moves by, 1 for another label
        times `label_cost`.
    reach : float
        Largest distortion of a single move.
    label_cost : float
        Distortion of changing the label.
    columns : list, optional
        Names or numbers of the columns that may change; by default those that say most about the
        label, at most `n_fields`.
    n_fields, bins, max_combinations : int
        Most columns that are chosen, bins of a number, and most combinations of values.
    training : "expected" or "drawn"
        Whether training rows count for every place they may go to, or are drawn one.
    random_state : int or RandomState, optional
        Draws depend on it.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import OptimizedPreprocessing
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 1000)
    >>> X = (rng.normal(size=(1000, 2)) + group[:, None]).round()
    >>> y = (X.sum(axis=1) + rng.normal(size=1000) > 1).astype(int)
    >>> method = OptimizedPreprocessing(discrimination=0.02, distortion=1, bins=3)
    >>> X_, y_, weight = method.fit_resample(X, y, sensitive_features=group)
    >>> report = method.report_["report"]
    >>> report["status"], bool(weight.sum().round() == 1000)
    ('converged', True)
    """

    def __init__(
        self, discrimination=0.05, distortion=0.4, *, reach=2.0, label_cost=1.0, columns=None,
        n_fields=3, bins=4, max_combinations=150, training="expected", random_state=None,
    ):
        self.discrimination = discrimination
        self.distortion = distortion
        self.reach = reach
        self.label_cost = label_cost
        self.columns = columns
        self.n_fields = n_fields
        self.bins = bins
        self.max_combinations = max_combinations
        self.training = training
        self.random_state = random_state

    def _method(self) -> str:
        return "optimized-preprocessing"

    def _options(self) -> dict:
        columns = None
        if self.columns is not None:
            names = getattr(self, "feature_names_in_", None)
            columns = ",".join(
                (f"x{column}" if names is None else str(names[column]))
                if isinstance(column, (int, np.integer)) else str(column)
                for column in self.columns
            )
        return {
            "discrimination": self.discrimination, "distortion": self.distortion,
            "reach": self.reach, "label_cost": self.label_cost, "columns": columns,
            "fields": self.n_fields, "bins": self.bins, "combinations": self.max_combinations,
            "training": self.training,
            "seed": int(check_random_state(self.random_state).randint(2**31)),
        }


class LearnedFairRepresentations(ClassifierMixin, Preprocessor):
    """Memberships of prototypes that every group has in the same proportions, in place of features.

    Minimises ``reconstruct_weight``·mean‖x − x̂‖² + ``target_weight``·mean log loss of ŷ
    + ``fairness_weight``·mean difference of the groups' mean memberships, where x̂ and ŷ are what the
    prototypes make of a row: the objective, arguments and methods of Fairlearn's
    PrototypeRepresentationLearner, an alias of this class, with an exact gradient. The representation
    is Zemel's; `predict` is that of its own labels of the prototypes.

    R. Zemel, Y. Wu, K. Swersky, T. Pitassi, C. Dwork, Learning fair representations, ICML 2013.

    Parameters
    ----------
    n_prototypes : int
        Columns of the representation.
    reconstruct_weight, target_weight, fairness_weight : float
        Factors of the three terms; that of labels or groups that are not given does not count.
    random_state : int or RandomState, optional
        The start depends on it.
    tol : float
        Ends when the estimated gap to a minimum is this share of the objective.
    max_iter : int
        Most steps of L-BFGS.
    distance : "euclidean" or "squared"
        As in Fairlearn, or as in the paper.

    Attributes
    ----------
    prototypes_ : array of shape (n_prototypes, n_features)
    alpha_ : array of shape (n_features,)
        Each column's weight in the distance.
    coef_ : array of shape (n_prototypes,)
        The prediction of each prototype, in [0, 1].
    n_iter_ : int

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import LearnedFairRepresentations
    >>> rng = np.random.default_rng(0)
    >>> group = rng.integers(0, 2, 1000)
    >>> X = np.column_stack([rng.normal(group, 1.0), rng.normal(size=1000)])
    >>> y = (X.sum(axis=1) > 0.5).astype(int)
    >>> method = LearnedFairRepresentations(4, fairness_weight=50, random_state=0)
    >>> Z = method.fit_transform(X, y, sensitive_features=group)
    >>> Z.shape, bool(np.abs(Z[group == 0].mean(axis=0) - Z[group == 1].mean(axis=0)).max() < 0.05)
    ((1000, 4), True)
    """

    def __init__(
        self, n_prototypes=2, reconstruct_weight=1.0, target_weight=1.0, fairness_weight=1.0,
        random_state=None, tol=1e-6, max_iter=1000, *, distance="euclidean",
    ):
        self.n_prototypes = n_prototypes
        self.reconstruct_weight = reconstruct_weight
        self.target_weight = target_weight
        self.fairness_weight = fairness_weight
        self.random_state = random_state
        self.tol = tol
        self.max_iter = max_iter
        self.distance = distance

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.classifier_tags.multi_class = False
        return tags

    def _method(self) -> str:
        return "learned-fair-representations"

    def _options(self) -> dict:
        return {
            "prototypes": self.n_prototypes, "reconstruction": self.reconstruct_weight,
            "target": self.target_weight if self.classes_ is not None else 0,
            "fairness": self.fairness_weight, "distance": self.distance, "steps": self.max_iter,
            "step_tolerance": self.tol,
            "seed": int(check_random_state(self.random_state).randint(2**31)),
        }

    def fit(self, X, y=None, *, sensitive_features=None, sample_weight=None):
        """Fits to features (n, d), and if given to labels of two classes (n,) and to groups."""
        if y is None:
            X = validate_data(self, as_matrix(X), dtype=[np.float64, np.float32])
            self.classes_ = None
            # Labels that the objective, without their term, does not read.
            labels = np.arange(X.shape[0]) % 2
        else:
            X, y = validate_data(self, as_matrix(X), y, dtype=[np.float64, np.float32])
            self.classes_, labels = two_classes(y)
            sample_weight = weights_of_classes(sample_weight, X, y, self.classes_)
        data = Dataset(X.shape[0]).set_features(X, getattr(self, "feature_names_in_", None))
        data.set_labels(labels.astype(np.uint8)).set_weights(checked_weights(sample_weight, X))
        if sensitive_features is None:
            data.add_attribute("all", np.zeros(X.shape[0], np.int32), ["all"])
        else:
            for name, codes, groups in sensitive_columns(sensitive_features, X.shape[0]):
                data.add_attribute(name, codes, [str(group) for group in groups])
        self.transform_ = Transform.fit(self._method(), data, Options(**self._options()))
        document = self.transform_.document
        learnt = document["transform"]["map"]
        self.prototypes_ = np.reshape(learnt["prototypes"], (-1, X.shape[1]))
        self.alpha_, self.coef_ = np.array(learnt["scales"]), np.array(learnt["targets"])
        self.n_iter_ = int(document["report"]["iterations"])
        return self

    def transform(self, X) -> np.ndarray:
        """The memberships of each row, adding up to 1, shape (n, prototypes)."""
        check_is_fitted(self)
        X = validate_data(self, as_matrix(X), dtype=[np.float64, np.float32], reset=False)
        return self.transform_.apply(Dataset(X.shape[0]).set_features(X)).features

    def fit_transform(self, X, y=None, *, sensitive_features=None, sample_weight=None):
        """The memberships of the rows that are fitted to."""
        self.fit(X, y, sensitive_features=sensitive_features, sample_weight=sample_weight)
        return self.transform(X)

    def predict_proba(self, X) -> np.ndarray:
        """Probabilities of the two classes, shape (n, 2): memberships times `coef_`."""
        check_is_fitted(self)
        if self.classes_ is None:
            raise ValueError("no labels were given to fit, so nothing can be predicted")
        positive = self.transform(X) @ self.coef_
        return np.column_stack([1 - positive, positive])

    def predict(self, X) -> np.ndarray:
        """The class of each row: the second where its probability is above one half."""
        positive = self.predict_proba(X)[:, 1]
        return self.classes_[(positive > 0.5).astype(int)]

    def get_feature_names_out(self, input_features=None):
        check_is_fitted(self)
        return np.array([f"prototype{k}" for k in range(len(self.coef_))], dtype=object)


PrototypeRepresentationLearner = LearnedFairRepresentations


class CorrelationRemover(TransformerMixin, BaseEstimator):
    """Takes from the other columns what the sensitive ones explain linearly, and leaves these out.

    The class of this name in Fairlearn, with several sensitive columns projected out together; they
    are numbers among the columns of X. For sensitive features beside X, which groups need not be
    numbers, there is ``Preprocessor("correlation-remover")``.

    Parameters
    ----------
    sensitive_feature_ids : list
        Names or numbers of the sensitive columns.
    alpha : float
        The share that is taken: 1 all, 0 nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from equipoise.preprocessing import CorrelationRemover
    >>> rng = np.random.default_rng(0)
    >>> s = rng.normal(size=100)
    >>> X = np.column_stack([s, s + rng.normal(size=100)])
    >>> rest = CorrelationRemover(sensitive_feature_ids=[0]).fit_transform(X)
    >>> rest.shape, bool(abs(np.corrcoef(s, rest[:, 0])[0, 1]) < 1e-12)
    ((100, 1), True)
    """

    def __init__(self, *, sensitive_feature_ids=(), alpha=1):
        self.sensitive_feature_ids = sensitive_feature_ids
        self.alpha = alpha

    def _rows(self, X) -> tuple[np.ndarray, Dataset]:
        rest = X[:, np.setdiff1d(np.arange(X.shape[1]), self._sensitive)]
        data = Dataset(X.shape[0]).set_features(rest)
        for place in self._sensitive:
            data.add_continuous(f"x{place}", X[:, place])
        return rest, data

    def fit(self, X, y=None):
        """Learns the means of the sensitive columns and what each unit of them explains."""
        # The columns of an Arrow table are arrays, and its names stand elsewhere.
        names = list(getattr(X, "column_names", None) or getattr(X, "columns", []))
        X = validate_data(self, as_matrix(X), dtype=np.float64)
        places = []
        ids = self.sensitive_feature_ids
        for name in [ids] if isinstance(ids, str) else ids:
            place = names.index(name) if name in names else name
            if not isinstance(place, (int, np.integer)) or not 0 <= place < X.shape[1]:
                raise ValueError(f"Columns {[name]} are not found in X")
            places.append(int(place))
        self._sensitive = np.array(sorted(set(places)), dtype=int)
        self.transform_ = None
        self.sensitive_mean_ = X[:, self._sensitive].mean(axis=0)
        rest, data = self._rows(X)
        self.beta_ = np.zeros((len(self._sensitive), rest.shape[1]))
        if self.beta_.size:
            self.transform_ = Transform.fit("correlation-remover", data, Options())
            effects, = self.transform_.document["tensors"]
            self.beta_ = np.reshape(effects["values"], self.beta_.shape)
        return self

    def transform(self, X) -> np.ndarray:
        """The other columns without the explained part, shape (n, d − sensitive)."""
        check_is_fitted(self)
        X = validate_data(self, as_matrix(X), dtype=np.float64, reset=False)
        rest, data = self._rows(X)
        if self.transform_ is None:
            return rest
        removed = self.transform_.apply(data).features
        return removed if self.alpha == 1 else self.alpha * removed + (1 - self.alpha) * rest

    def fit_transform(self, X, y=None):
        return self.fit(X, y).transform(X)

    def get_feature_names_out(self, input_features=None):
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", input_features)
        if names is None:
            names = [f"x{j}" for j in range(self.n_features_in_)]
        return np.delete(np.asarray(names, dtype=object), self._sensitive)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "beta_")
