"""The generic entry of the C interface: a job by name, with its options as JSON."""

from __future__ import annotations

import csv
import ctypes
import json
from ctypes import byref, c_int64, c_void_p

import places

from . import model_file
from .c_interface import STATUSES, CInterface, Refusal, ErrorRecord
from .command_line import STAGE_FIT, TRANSFORM_FIT, cells_of, fit_of, measures_of
from .exchange import Answer, Request


class JobInput(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("table", c_void_p), ("model", c_void_p)]


# Methods whose fitted transform is written to a file: others change only the rows they are fitted to.
KEPT = ("disparate-impact-remover",)


class GenericEntry(CInterface):
    name = "generic"

    def _run(self, job: str, request: Request, models=(), **options) -> tuple[c_void_p, Answer]:
        """The job's handle, and an answer with its document."""
        table = request.table
        given = {} if table is None else {
            **({"dataset": table.bundled} if table.bundled else {"data": str(table.path)}),
            **request.columns}
        given = {
            name: value for name, value in {**given, **options}.items()
            if value is not None and value != []}
        settings = self.options(
            limit=request.limit, seed=request.seed, threads=request.threads)
        inputs = [JobInput(name.encode(), None, model) for name, model in models]
        result, record = c_void_p(), ErrorRecord()
        status = self.library.eqp_job_run(
            job.encode(), json.dumps(given).encode(), (JobInput * len(inputs))(*inputs),
            c_int64(len(inputs)), settings, byref(result), byref(record))
        if STATUSES.get(status) not in ("done", "not_converged", "gate"):
            raise Refusal("eqp_job_run", status, record)
        self.handles.append(("job", result))
        document = json.loads(self.text("eqp_job_json", result))
        return result, Answer(STATUSES[status], parts={"document": document})

    def _columns(self, result) -> list[list]:
        """The rows of the table that a job made."""
        import pyarrow

        schema, array = (ctypes.c_uint8 * 256)(), (ctypes.c_uint8 * 256)()
        places = [ctypes.addressof(schema), ctypes.addressof(array)]
        self.call("eqp_job_table", result, *map(c_void_p, places))
        batch = pyarrow.RecordBatch._import_from_c(places[1], places[0])
        return [list(row) for row in zip(*(column.to_pylist() for column in batch.columns))]

    # ---- Jobs -----------------------------------------------------------------------------------

    def _train(self, request: Request) -> Answer:
        path = self.folder / "generic.eqp"
        result, answer = self._run(
            "train", request, method=request.method, test=request.test, model=str(path),
            threshold=request.threshold, precision=request.precision, **request.options)
        document = answer.parts["document"]
        answer.parts["fit"] = fit_of(document)
        answer.parts["measures"] = measures_of(document)
        answer.parts["model"] = model_file.read(path)
        if not request.table.bundled:
            model = c_void_p()
            self.call("eqp_job_model", result, byref(model))
            self.handles.append(("model", model))
            told, _ = self._run(
                "predict", Request("predict", request.table, roles={}, seed=request.seed),
                [("model", model)], threshold=request.threshold, precision=request.precision)
            answer.parts["predictions"] = self._columns(told)
        return answer

    def _predict(self, request: Request) -> Answer:
        result, _ = self._run(
            "predict", request, model=request.file, threshold=request.threshold,
            precision=request.precision)
        return Answer("done", parts={"predictions": self._columns(result)})

    def _audit(self, request: Request) -> Answer:
        _, answer = self._run("audit", request, threshold=request.threshold, **request.audit)
        return answer

    def _compare(self, request: Request) -> Answer:
        _, answer = self._run("compare", request, methods=request.methods, test=request.test)
        answer.parts["measures"] = [
            measures_of(run) for run in answer.parts["document"]["runs"]]
        return answer

    def _frontier(self, request: Request) -> Answer:
        _, answer = self._run(
            "frontier", request, method=request.method, test=request.test,
            settings=request.settings, **request.options)
        answer.parts["fits"] = [fit_of(run) for run in answer.parts["document"]["runs"]]
        return answer

    def _bench(self, request: Request) -> Answer:
        _, answer = self._run(
            "bench", request, methods=request.methods, test=request.test, repetitions=1,
            program=str(places.PROGRAM))
        answer.parts["cells"] = cells_of(answer.parts.pop("document"))
        return answer

    def _postprocess(self, request: Request) -> Answer:
        rule = self.folder / "generic-rule.json"
        kept = {"apply": request.file} if request.file else {
            "method": request.method, "rule": str(rule)}
        result, answer = self._run(
            "postprocess", request, unseen_group=request.unseen_group,
            threshold=request.threshold, **kept, **request.options)
        document = answer.parts["document"]
        answer.parts["fit"] = fit_of(document, STAGE_FIT)
        answer.parts["rule"] = document["rule"]
        answer.parts["after"] = document["after"]
        answer.parts["values"] = [row[1] for row in self._columns(result)]
        if not request.file:
            answer.parts["file"] = rule.read_text()
        return answer

    def _preprocess(self, request: Request) -> Answer:
        output, kept = self.folder / "generic-table.csv", self.folder / "generic-transform.eqp"
        subject = {"apply": request.file} if request.file else {"method": request.method}
        if request.method in KEPT:
            subject["transform"] = str(kept)
        _, answer = self._run(
            "preprocess", request, output=str(output), **subject, **request.options)
        answer.parts["fit"] = fit_of(answer.parts["document"], TRANSFORM_FIT)
        with open(output, newline="", encoding="utf-8") as file:
            answer.parts["table"] = list(csv.reader(file))
        return answer

    def _methods(self, request: Request) -> Answer:
        _, answer = self._run("methods", request)
        return Answer("done", parts={"methods": answer.parts["document"]})
