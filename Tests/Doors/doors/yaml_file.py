"""A pipeline file, run by `equipoise run`. YAML takes JSON, so the file is written as JSON."""

from __future__ import annotations

import json
import re
import shutil

from . import model_file
from .command_line import CommandLine, fit_of, measures_of
from .exchange import Answer, Request

# What a file calls a role that the command line calls otherwise.
_KEYS = {"score": None, "prediction": None}
# Options of a method with stages that a pipeline has elsewhere.
_LEARNER = {"l2", "c", "tolerance", "max_iterations", "fit_intercept", "l1"}
_DECIDE = {"groups", "unseen_group"}
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")


class YAMLFile:
    name = "yaml"

    def __init__(self, folder, stage_of):
        self.folder = folder
        self.program = CommandLine(folder)
        # The key under which a method of this name stands.
        self.stage_of = stage_of

    def answer(self, request: Request) -> Answer:
        return getattr(self, "_" + request.job)(request)

    def _pipeline(self, request: Request, **parts) -> dict:
        table = request.table
        data = {"dataset": table.bundled} if table.bundled else {"file": str(table.path)}
        data.update({
            name: value for name, value in request.columns.items()
            if value is not None and name not in _KEYS
        })
        data["precision"] = request.precision
        plan = {
            "pipeline": "job", "seed": request.seed, "data": data, "reports": ["json"],
            "decide": {"threshold": request.threshold},
        }
        plan["split"] = {"test": request.test}
        plan.update(parts)
        return plan

    def _run(self, request: Request, plan: dict) -> Answer:
        file, output = self.folder / "job.yaml", self.folder / "out"
        shutil.rmtree(output, ignore_errors=True)
        file.write_text(json.dumps(plan, indent=1))
        done, answer = self.program.run(
            ["run", str(file), "--output-directory", str(output), "--threads", str(request.threads),
             "--format", "json", "--quiet"])
        # A faulty file is faulty data to the program; here it is the request that is wrong.
        blames_file = re.search(r"job\.yaml(:\d+)*:", answer.message)
        if answer.outcome == "data" and blames_file and str(request.table.path) not in answer.message:
            answer.outcome = "usage"
        if answer.is_done:
            answer.parts["pipeline"] = json.loads(done.stdout)
        return answer

    def _stage(self, request: Request) -> dict:
        return {"method": request.method, **{n: _typed(v) for n, v in request.options.items()}}

    def _staged(self, key: str, stage: dict) -> dict:
        """A stage around the usual learner, each option where a pipeline has it."""
        own, learner, decide = {}, {"method": "logistic"}, {}
        for name, value in stage.items():
            if name in _LEARNER:
                learner[name] = value
            elif key == "postprocess" and name in _DECIDE:
                decide[name] = value
            else:
                own[name] = value
        return {key: [own], "learner": learner, "decide": decide}

    def _variant(self, answer: Answer) -> dict:
        return answer.parts.pop("pipeline")["variants"][0]

    def _folder_of(self, variant: dict):
        return self.folder / "out" / variant["name"]

    # ---- Jobs -----------------------------------------------------------------------------------

    def _train(self, request: Request) -> Answer:
        key = self.stage_of(request.method)
        stage = self._stage(request)
        parts = {key: stage} if key == "learner" else self._staged(key, stage)
        plan = self._pipeline(request, **{n: v for n, v in parts.items() if n != "decide"})
        plan["decide"].update(parts.get("decide", {}))
        answer = self._run(request, plan)
        if answer.is_done:
            variant = self._variant(answer)
            # Whether a run is among the best is said of one that stands alone, too.
            variant["fit"].pop("pareto", None)
            answer.parts["document"] = variant["fit"]
            answer.parts["model"] = model_file.read(self._folder_of(variant) / "model.eqp")
            if key == "learner":
                answer.parts["fit"] = fit_of(variant["fit"])
            else:
                # The run is called by its stages, and its learner's options are the defaults.
                answer.parts = {"measures": measures_of(variant["fit"])}
        return answer

    def _audit(self, request: Request) -> Answer:
        settings = dict(request.audit)
        if "=" in str(settings.get("reference", "")):
            attribute, group = settings["reference"].split("=", 1)
            settings["reference"] = {attribute: group}
        answer = self._run(
            request,
            self._pipeline(
                request, learner={"score": request.columns["score"]}, audit=settings))
        if answer.is_done:
            folder = self._folder_of(self._variant(answer))
            answer.parts["document"] = json.loads((folder / "audit.json").read_text())
        return answer

    def _compare(self, request: Request) -> Answer:
        variants = {}
        for method in request.methods:
            key = self.stage_of(method)
            variants[method] = {key: method if key == "learner" else [method]}
        plan = self._pipeline(request, variants=variants)
        answer = self._run(request, plan)
        if answer.is_done:
            runs = [variant["fit"] for variant in answer.parts.pop("pipeline")["variants"]]
            answer.parts["measures"] = [measures_of(run) for run in runs]
        return answer

    def _postprocess(self, request: Request) -> Answer:
        plan = self._pipeline(
            request, learner={"score": request.columns["score"]},
            postprocess=[self._stage(request)])
        if request.unseen_group:
            plan["decide"]["unseen_group"] = request.unseen_group
        answer = self._run(request, plan)
        if answer.is_done:
            variant = self._variant(answer)
            answer.parts["after"] = variant["fit"]["train"]
        return answer

    def _methods(self, request: Request) -> Answer:
        done, answer = self.program.run(["run", "--schema"])
        answer.parts["names"] = sorted(_consts(json.loads(done.stdout)))
        return answer


def _typed(text: str):
    """An option's text as a file would have it: numbers and truth values without quotes."""
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text):
        return json.loads(text)
    return text


def _consts(schema) -> set[str]:
    """The names of methods that a schema lists."""
    found: set[str] = set()
    if isinstance(schema, dict):
        method = schema.get("method")
        if isinstance(method, dict):
            found |= {method["const"]} if "const" in method else set()
            found |= set(method.get("enum", []))
        for entry in schema.values():
            found |= _consts(entry)
    elif isinstance(schema, list):
        for entry in schema:
            found |= _consts(entry)
    return found
