"""The command line: a process a job."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess

import places

from . import model_file
from .exchange import Answer, Request, canonical, settled

OUTCOMES = {0: "done", 2: "usage", 3: "data", 4: "not_converged", 5: "gate", 70: "internal", 130: "stopped"}
# What the program says it may end with, where nobody interrupts it.
DOCUMENTED = {0, 2, 3, 4, 5}
# Seconds that an interrupted program has to end.
PATIENCE = 60.0
_FLAGS = {"use_sensitive"}
_LISTS = {"sensitive", "controls", "continuous", "drop", "categorical", "numeric", "na", "fold"}


class CommandLine:
    name = "command_line"

    def __init__(self, folder):
        self.folder = folder

    def answer(self, request: Request) -> Answer:
        return getattr(self, "_" + request.job)(request)

    # ---- Words ----------------------------------------------------------------------------------

    def _data(self, request: Request, but=()) -> list[str]:
        table = request.table
        words = ["--dataset", table.bundled] if table.bundled else ["--data", str(table.path)]
        for name, value in request.columns.items():
            if value is None or name in but:
                continue
            option = "--" + name.replace("_", "-")
            if name in _FLAGS:
                words += [option] if value else []
            elif name in _LISTS:
                words += [option, ",".join(value)] if value else []
            elif name == "bins":
                for column, edges in value.items():
                    words += [option, f"{column}={','.join(str(edge) for edge in edges)}"]
            else:
                words += [option, str(value)]
        return words

    def _common(self, request: Request) -> list[str]:
        return [
            "--seed", str(request.seed), "--threads", str(request.threads), "--format", "json",
            "--quiet",
        ]

    def _options(self, request: Request) -> list[str]:
        # With a sign of equality, so that a value may begin with a dash.
        return [f"--{name.replace('_', '-')}={value}" for name, value in request.options.items()]

    def run(self, words: list[str], limit=None) -> tuple[subprocess.CompletedProcess, Answer]:
        """Runs the program, and interrupts it after `limit` seconds."""
        process = subprocess.Popen(
            [str(places.PROGRAM), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, errors="replace", env={**os.environ, **places.QUIET})
        try:
            output, errors = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            try:
                output, errors = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return None, Answer("slow", f"not stopped {PATIENCE} s after an interrupt")
        code = process.returncode
        outcome = OUTCOMES.get(code, "died" if code < 0 else "internal")
        done = subprocess.CompletedProcess(words, code, output, errors)
        return done, Answer(outcome, errors.strip(), code=code)

    def _documented(self, words: list[str], part: str, limit=None) -> Answer:
        done, answer = self.run(words, limit)
        if answer.is_done:
            answer.parts[part] = json.loads(done.stdout)
        return answer

    # ---- Jobs -----------------------------------------------------------------------------------

    def _train(self, request: Request) -> Answer:
        model, scored = self.folder / "cli.eqp", self.folder / "cli.csv"
        for file in (model, scored):
            file.unlink(missing_ok=True)
        answer = self._documented(
            ["train", request.method, *self._data(request), "--test", str(request.test),
             "--model", str(model),
             "--threshold", str(request.threshold), "--precision", request.precision,
             *self._options(request), *self._common(request)], "document", request.limit)
        if not answer.is_done:
            return answer
        answer.parts["fit"] = fit_of(answer.parts["document"])
        answer.parts["measures"] = measures_of(answer.parts["document"])
        answer.parts["model"] = model_file.read(model)
        if not request.table.bundled:
            told = self._predict(
                Request("predict", request.table, roles={}, file=str(model), seed=request.seed,
                        precision=request.precision, threshold=request.threshold))
            if not told.is_done:
                return told
            answer.parts["predictions"] = told.parts["predictions"]
        return answer

    def _predict(self, request: Request) -> Answer:
        scored = self.folder / "cli.csv"
        scored.unlink(missing_ok=True)
        _, answer = self.run(
            ["predict", "--model", request.file, *self._data(request), "--output", str(scored),
             "--threshold", str(request.threshold), "--precision", request.precision,
             *self._common(request)])
        if answer.is_done:
            answer.parts["predictions"] = read_predictions(scored)
        return answer

    def _audit(self, request: Request) -> Answer:
        words = []
        for name, value in request.audit.items():
            words += [f"--{name}", str(value)]
        answer = self._documented(
            ["audit", *self._data(request), *words, "--threshold", str(request.threshold),
             *self._common(request)], "document")
        return answer

    def _compare(self, request: Request) -> Answer:
        answer = self._documented(
            ["compare", *self._data(request), "--methods", ",".join(request.methods), "--test",
             str(request.test), *self._common(request)], "document")
        if answer.is_done:
            runs = answer.parts["document"]["runs"]
            answer.parts["measures"] = [measures_of(run) for run in runs]
        return answer

    def _frontier(self, request: Request) -> Answer:
        answer = self._documented(
            ["frontier", request.method, *self._data(request), "--test", str(request.test),
             "--settings", ",".join(str(s) for s in request.settings), *self._options(request),
             *self._common(request)], "document")
        if answer.is_done:
            answer.parts["fits"] = [fit_of(run) for run in answer.parts["document"]["runs"]]
        return answer

    def _bench(self, request: Request) -> Answer:
        answer = self._documented(
            ["bench", *self._data(request), "--methods", ",".join(request.methods), "--test",
             str(request.test), "--repetitions", "1", *self._common(request)], "suite")
        if answer.is_done:
            answer.parts["cells"] = cells_of(answer.parts.pop("suite"))
        return answer

    def _postprocess(self, request: Request) -> Answer:
        scored, rule = self.folder / "cli-decided.csv", self.folder / "cli-rule.json"
        for file in (scored, rule):
            file.unlink(missing_ok=True)
        subject = ["--apply", request.file] if request.file else [request.method]
        kept = [] if request.file else ["--rule", str(rule)]
        unseen = ["--unseen-group", request.unseen_group] if request.unseen_group else []
        answer = self._documented(
            ["postprocess", *subject, *self._data(request), *kept, "--output", str(scored), *unseen,
             "--threshold", str(request.threshold), *self._options(request),
             *self._common(request)], "document")
        if answer.is_done:
            document = answer.parts["document"]
            answer.parts["fit"] = fit_of(document, STAGE_FIT)
            answer.parts["rule"] = document["rule"]
            answer.parts["after"] = document["after"]
            answer.parts["values"] = [row[1] for row in read_predictions(scored)]
            if not request.file:
                answer.parts["file"] = rule.read_text()
        return answer

    def _preprocess(self, request: Request) -> Answer:
        output, transform = self.folder / "cli-table.csv", self.folder / "cli-transform.eqp"
        for file in (output, transform):
            file.unlink(missing_ok=True)
        subject = ["--apply", request.file] if request.file else [request.method]
        answer = self._documented(
            ["preprocess", *subject, *self._data(request), "--output", str(output),
             *self._options(request), *self._common(request)], "document")
        if answer.is_done:
            answer.parts["fit"] = fit_of(answer.parts["document"], TRANSFORM_FIT)
            with open(output, newline="", encoding="utf-8") as file:
                answer.parts["table"] = list(csv.reader(file))
        return answer

    def _methods(self, request: Request) -> Answer:
        done, answer = self.run(["methods", "--format", "json"])
        answer.parts["methods"] = json.loads(done.stdout)
        return answer


# What every door says of a fit: of a model, of a rule and of a transform.
MODEL_FIT = ("method", "options", "status", "iterations", "objective", "certificate")
STAGE_FIT = ("method", "options", "status", "objective", "certificate")
TRANSFORM_FIT = ("method", "options", "status")


def fit_of(document: dict, names=MODEL_FIT) -> dict:
    """What every door says of a fit."""
    return canonical({name: document.get(name) for name in names})


def measures_of(run: dict) -> dict:
    """What is measured of a fit, whatever it is called: a pipeline names it by its stages."""
    return canonical({name: run.get(name) for name in ("train", "test", "intervals", "pareto")})


CELL = (
    "method", "options", "criterion", "bound", "adapter", "status", "reason", "iterations",
    "oracle_calls", "readings", "objective", "certificate", "train", "test")


def cells_of(document: dict) -> dict:
    """A suite without what its processes took: seconds and memory are of the run."""
    return canonical({
        "cells": [{name: cell.get(name) for name in CELL} for cell in document["cells"]],
        "problems": [{**problem, "name": None} for problem in document["problems"]]})


def read_predictions(path) -> list:
    """Rows of score, probability and prediction, or of a number alone."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return [[float(field) if field else None for field in row] for row in rows]
