"""The Python package `equipoise`."""

from __future__ import annotations

import json
import pathlib
import traceback
import warnings

import numpy as np
import pandas as pd
import places

from . import model_file
from .c_interface import STAGE_FIT, _fit
from .command_line import TRANSFORM_FIT, cells_of, fit_of, measures_of
from .exchange import SETTLED, Answer, Request


class PythonPackage:
    name = "python"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        warnings.simplefilter("ignore")

    def answer(self, request: Request) -> Answer:
        try:
            return getattr(self, "_" + request.job)(request)
        except MemoryError as error:
            return Answer("memory", str(error))
        except RuntimeError as error:
            return Answer("internal", str(error))
        except OSError as error:
            return Answer("data", str(error))
        except TypeError as error:
            # An argument that a call does not have is a mistake of the call.
            if "argument" in str(error) or "needs" in str(error):
                return Answer("usage", str(error))
            return Answer("internal", traceback.format_exc())
        except ValueError as error:
            kind = getattr(error, "kind", None)
            return Answer(
                kind if kind in ("usage", "data") else "refused", str(error),
                row=getattr(error, "row", None), column=getattr(error, "column", "") or "")
        except Exception:
            return Answer("internal", traceback.format_exc())

    # ---- Rows -----------------------------------------------------------------------------------

    def _table(self, request: Request) -> dict:
        return {
            name: np.array(values, dtype=object) if any(v is None for v in values)
            else np.array(values)
            for name, values in request.table.columns.items()
        }

    def _groups(self, request: Request) -> dict:
        """Sensitive columns as texts: a caller bins numbers."""
        table, bins = self._table(request), request.columns.get("bins") or {}
        return {
            name: _binned(table[name], bins[name]) if name in bins else table[name]
            for name in request.columns["sensitive"]
        }

    # ---- Jobs -----------------------------------------------------------------------------------

    def _train(self, request: Request) -> Answer:
        import equipoise

        table = self._table(request)
        model = equipoise.train(
            request.method, table, **request.columns, precision=request.precision,
            seed=request.seed, n_threads=request.threads, **request.options)
        path = self.folder / "python.eqp"
        model.save(path)
        told = model.predict(
            table, threshold=request.threshold, precision=request.precision, seed=request.seed,
            n_threads=request.threads)
        fit = _fit(model.report)
        return Answer(
            "done" if fit["status"] in SETTLED else "not_converged",
            parts={"fit": fit, "model": model_file.read(path), "predictions": _predictions(told)})

    def _predict(self, request: Request) -> Answer:
        import equipoise

        told = equipoise.load_model(request.file).predict(
            self._table(request), threshold=request.threshold, precision=request.precision,
            seed=request.seed, n_threads=request.threads)
        return Answer("done", parts={"predictions": _predictions(told)})

    def _asked(self, request: Request, **options) -> dict:
        """The arguments of a job: the roles of columns, and what a request says besides."""
        return {
            **request.columns, **options, "seed": request.seed, "n_threads": request.threads}

    def _audit(self, request: Request) -> Answer:
        import equipoise

        found = equipoise.audit(self._table(request), **self._asked(
            request, threshold=request.threshold, **request.audit))
        return Answer("done", parts={"document": found.document})

    def _compare(self, request: Request) -> Answer:
        import equipoise

        runs = equipoise.compare(self._table(request), **self._asked(
            request, methods=request.methods, test=request.test))
        return Answer(runs.ending, parts={
            "document": runs.document, "measures": [measures_of(run) for run in runs.runs]})

    def _bench(self, request: Request) -> Answer:
        import equipoise

        suite = equipoise.bench(self._table(request), **self._asked(
            request, methods=request.methods, test=request.test, repetitions=1,
            program=places.PROGRAM))
        return Answer(suite.ending, parts={"cells": cells_of(suite.document)})

    def _frontier(self, request: Request) -> Answer:
        import equipoise

        runs = equipoise.frontier(request.method, self._table(request), **self._asked(
            request, settings=request.settings, test=request.test,
            method_options=request.options))
        return Answer(runs.ending, parts={
            "document": runs.document, "fits": [fit_of(run) for run in runs.runs]})

    def _preprocess(self, request: Request) -> Answer:
        import equipoise

        given = {"apply": request.file} if request.file else {}
        made = equipoise.preprocess(
            None if request.file else request.method, self._table(request), **self._asked(
                request, precision=request.precision, method_options=request.options, **given))
        return Answer(made.ending, parts={"fit": fit_of(made.document, TRANSFORM_FIT)})

    def _scalar(self, request: Request) -> Answer:
        """One number of `equipoise.metrics`, named by `method`."""
        import equipoise.metrics

        roles, table = request.columns, self._table(request)
        weights = {"sample_weight": table[roles["weights"]]} if roles.get("weights") else {}
        value = getattr(equipoise.metrics, request.method)(
            table[roles["label"]], table[roles["prediction"]],
            sensitive_features=table[roles["sensitive"][0]], **weights)
        return Answer("done", parts={"value": float(value)})

    def _postprocess(self, request: Request) -> Answer:
        from equipoise.postprocessing._rules import Postprocessor

        roles, table = request.columns, self._table(request)
        sensitive = pd.DataFrame({
            name: _named(groups) for name, groups in self._groups(request).items()})
        labels = (table[roles["label"]].astype(str) == str(roles["positive"])).astype(int)
        scores = table[roles["score"]].astype(float).reshape(-1, 1)
        rule = Postprocessor(
            Given(), request.method, request.options, prefit=True,
            predict_method="decision_function", unseen_group=request.unseen_group or "error",
            unknown="exclude")
        weights = table[roles["weights"]].astype(float) if roles.get("weights") else None
        rule._fit_base(scores, labels, {})
        rule._fit_rule(scores[:, 0], labels.astype(np.uint8), sensitive, weights)
        stored = rule.report_
        fit = _fit(stored, STAGE_FIT)
        return Answer(
            "done" if fit["status"] in SETTLED else "not_converged",
            parts={"fit": fit, "rule": stored["rule"]})

    def _methods(self, request: Request) -> Answer:
        import equipoise

        return Answer("done", parts={
            "methods": [
                {
                    "name": name, **{key: entry[key] for key in (
                        "family", "summary", "source", "dial", "needs_groups")},
                    "options": [
                        {"name": option, "default": told["default"], "values": told["domain"],
                         "summary": told["summary"]}
                        for option, told in entry["options"].items()
                    ],
                }
                for name, entry in equipoise.methods().items()
            ]
        })


def _binned(values, edges) -> np.ndarray:
    """Groups of a number, named as the engine names them."""
    names = [
        f"<{edges[0]}", *(f"{low}–{high}" for low, high in zip(edges, edges[1:])), f"≥{edges[-1]}"]
    return pd.Categorical.from_codes(np.digitize(values.astype(float), edges), names)


def _named(groups):
    """Groups as texts, in the engine's order; what is missing stays so."""
    if isinstance(groups, pd.Categorical):
        return groups
    texts = [None if group is None else str(group) for group in groups]
    return pd.Categorical(texts, sorted({text for text in texts if text is not None}))


class Given:
    """An estimator whose scores are its features."""

    classes_ = np.array([0, 1])

    def __sklearn_is_fitted__(self):
        return True

    def decision_function(self, X):
        return np.asarray(X)[:, 0]


def _predictions(told) -> list:
    try:
        return [list(row) for row in zip(
            told.score.tolist(), told.probability.tolist(), told.prediction.tolist())]
    except AttributeError:
        return [[value] for value in told.prediction.tolist()]
