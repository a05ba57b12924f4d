"""The public Swift interface, through the program of `Tests/SwiftDoor`."""

from __future__ import annotations

import os

import places

from . import model_file
from .child import Child
from .command_line import STAGE_FIT, TRANSFORM_FIT, fit_of, read_predictions
from .exchange import Answer, Request, settled

# What Swift calls a role that the command line calls otherwise.
_ROLES = {
    "id": "identifier", "target_column": "target", "na": "missingTexts",
    "use_sensitive": "useSensitive",
}
_OWN = ("score",)


class Swift:
    name = "swift"

    def __init__(self, folder, timeout=300.0):
        self.folder = folder
        self.child = Child(
            [str(places.SWIFT_DOOR)], {**os.environ, **places.QUIET}, timeout)

    def close(self) -> None:
        self.child.close()

    def answer(self, request: Request) -> Answer:
        return getattr(self, "_" + request.job)(request)

    def _ask(self, request: Request, **more) -> Answer:
        content = {
            "job": request.job, "method": request.method, "methods": request.methods,
            "options": request.options, "test": request.test, "seed": request.seed,
            "threads": request.threads, "threshold": request.threshold,
            "settings": request.settings, "limit": request.limit, "unseenGroup": request.unseen_group, **more,
        }
        table = request.table
        if table is not None:
            roles = dict(request.columns)
            content["score"] = roles.get("score")
            content["roles"] = {
                _ROLES.get(name, name): value for name, value in roles.items()
                if value is not None and name not in _OWN
            }
            content["dataset" if table.bundled else "file"] = table.bundled or str(table.path)
            content["double"] = request.precision == "double"
        told = self.child.ask({n: v for n, v in content.items() if v is not None})
        document = told.pop("document", None)
        answer = Answer(**told)
        if answer.outcome == "broken":
            answer.outcome = "internal"
        if document is not None:
            answer.parts["document"] = document
            if isinstance(document, dict):
                answer.outcome = settled(document)
        return answer

    def _train(self, request: Request) -> Answer:
        model = self.folder / "swift.eqp"
        answer = self._ask(request, model=str(model))
        if answer.is_done:
            answer.parts["fit"] = fit_of(answer.parts["document"])
            answer.parts["model"] = model_file.read(model)
            if not request.table.bundled:
                told = self._predict(
                    Request("predict", request.table, roles={}, file=str(model),
                            seed=request.seed, precision=request.precision,
                            threshold=request.threshold))
                if not told.is_done:
                    return told
                answer.parts["predictions"] = told.parts["predictions"]
        return answer

    def _predict(self, request: Request) -> Answer:
        output = self.folder / "swift.csv"
        answer = self._ask(request, model=request.file, output=str(output))
        if answer.is_done:
            answer.parts["predictions"] = read_predictions(output)
        return answer

    def _audit(self, request: Request) -> Answer:
        asked = dict(request.audit)
        reference = asked.pop("reference", None)
        if reference == "largest":
            asked["largest"] = True
        elif reference:
            asked["reference"] = dict([reference.split("=", 1)])
        return self._ask(request, audit=asked)

    def _compare(self, request: Request) -> Answer:
        return self._ask(request)

    def _frontier(self, request: Request) -> Answer:
        answer = self._ask(request)
        if answer.is_done:
            answer.parts["fits"] = [fit_of(run) for run in answer.parts["document"]["runs"]]
        return answer

    def _postprocess(self, request: Request) -> Answer:
        rule, output = self.folder / "swift-rule.json", self.folder / "swift-decided.csv"
        answer = self._ask(
            request, rule=request.file or str(rule), output=str(output))
        if answer.is_done:
            document = answer.parts["document"]
            answer.parts["fit"] = fit_of(document, STAGE_FIT)
            answer.parts["rule"] = document["rule"]
            answer.parts["values"] = [row[1] for row in read_predictions(output)]
            if not request.file:
                answer.parts["file"] = rule.read_text()
        return answer

    def _preprocess(self, request: Request) -> Answer:
        import csv

        output = self.folder / "swift-table.csv"
        answer = self._ask(
            request, output=str(output), **({"transform": request.file} if request.file else {}))
        if answer.is_done:
            answer.parts["fit"] = fit_of(answer.parts["document"], TRANSFORM_FIT)
            with open(output, newline="", encoding="utf-8") as file:
                answer.parts["table"] = list(csv.reader(file))
        return answer

    def _methods(self, request: Request) -> Answer:
        answer = self._ask(request)
        answer.parts["methods"] = answer.parts.pop("document")
        return answer
