"""Fitted estimators as files: of the program, and for other programs to run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NoReturn, TypeAlias, Union

from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from ._engine.model import Model
    from ._engine.stages import Rule, Transform

Path: TypeAlias = Union[str, "os.PathLike[str]"]

_BY_TABLE = "equipoise.train fits a model to a table that is stored and exported whole"


class StoredModel:
    """An estimator whose fit is a model of the engine."""

    _model: Model

    def _stored(self) -> Model:
        """The model, or a ValueError where it would not decide as the estimator does."""
        check_is_fitted(self)
        encoding = getattr(self, "_encoding", None)
        if getattr(encoding, "units", None) is not None:
            raise ValueError(
                f"{type(self).__name__} was fitted to a frame with texts, whose numbers it put in "
                f"standard deviations: such a fit has no stored form; {_BY_TABLE}")
        return self._model

    def save(self, path: Path) -> None:
        """Writes the model file that `equipoise.load_model` and the command line read.

        Its columns are those of the frame that was fitted to, ``x0``, ``x1``, … of an array; the
        positive label is the second of `classes_`. A pickle keeps the estimator itself.

        Raises
        ------
        ValueError
            Where the fit has no stored form, with the reason.
        """
        self._stored().write(path)

    def export(self, target: Path, *, threshold: float = 0.5) -> bytes | None:
        """The model for other programs to run: ONNX or safetensors.

        Parameters
        ----------
        target
            "onnx" or "safetensors" for the bytes, or a file whose name ends in ``.onnx`` or
            ``.safetensors``.
        threshold
            A probability at least this is positive.

        Raises
        ------
        ValueError
            Where the fit or the model has no such form, with the reason.
        """
        from ._jobs.models import exported

        return exported(self._stored(), target, threshold)


class StoredStage:
    """An estimator that keeps a rule or a transform of the engine."""

    def _stage(self) -> Rule | Transform:
        raise NotImplementedError

    def save(self, path: Path) -> None:
        """Writes the file that ``apply`` of `equipoise.preprocess` and `equipoise.postprocess` reads,
        and ``--apply`` of the command line: what was learned of rows, without the base estimator."""
        check_is_fitted(self)
        self._stage().write(path)

    def export(self, target: Path, *, threshold: float = 0.5) -> NoReturn:
        """Not possible: a rule or a transform is exported with the model it belongs to.

        Raises
        ------
        ValueError
            Always, with the remedy.
        """
        raise ValueError(
            f"{type(self).__name__} is a stage beside a model and has no form of its own for other "
            f"programs: save(path) writes it for the command line, and {_BY_TABLE}, stages included")


def not_stored(estimator: object, why: str, remedy: str) -> ValueError:
    """The error of an estimator without a stored form."""
    return ValueError(f"{type(estimator).__name__} has no stored form {why}: {remedy}")
