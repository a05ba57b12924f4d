"""The C interface: the calls of `equipoise.h` through ctypes, without the Python package."""

from __future__ import annotations

import ctypes
import json
import os
import pathlib
import time
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_int64, c_void_p

from .command_line import MODEL_FIT, STAGE_FIT, TRANSFORM_FIT, fit_of
from .exchange import Answer, Request, canonical

STATUSES = {
    0: "done", 1: "not_converged", 2: "usage", 3: "data", 4: "internal", 5: "memory", 6: "data",
    7: "cancelled", 8: "callback", 9: "capacity", 10: "gate", 70: "internal",
}


class ErrorRecord(ctypes.Structure):
    _fields_ = [
        ("status", c_int32), ("row", c_int64), ("column", ctypes.c_char * 128),
        ("message", ctypes.c_char * 1024),
    ]


class OptionInfo(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p), ("type", c_int32), ("default_value", c_char_p), ("domain", c_char_p),
        ("summary", c_char_p),
    ]


class MethodInfo(ctypes.Structure):
    _fields_ = [
        ("name", c_char_p), ("family", c_char_p), ("summary", c_char_p), ("source", c_char_p),
        ("dial", c_char_p), ("option_count", c_int64), ("needs_groups", c_int32),
    ]


Progress = ctypes.CFUNCTYPE(c_int32, c_void_p, c_double, c_char_p)


class Refusal(Exception):
    """A status that is an error, with the caller's record."""

    def __init__(self, call: str, status: int, record: ErrorRecord):
        message = record.message.decode("utf-8", "replace")
        super().__init__(message)
        outcome = STATUSES.get(status, "internal")
        self.answer = Answer(
            outcome, message, row=record.row if record.row >= 0 else None,
            column=record.column.decode("utf-8", "replace"), code=status)
        if outcome == "internal" or status not in STATUSES:
            self.answer.message = f"{call}: status {status}: {message}"


class CInterface:
    name = "c"

    def __init__(self, folder, library=None):
        self.folder = pathlib.Path(folder)
        self.library = ctypes.CDLL(library or os.environ["EQUIPOISE_LIBRARY"])
        self.library.eqp_method_count.restype = c_int64
        self.handles: list = []

    def answer(self, request: Request) -> Answer:
        try:
            return getattr(self, "_" + request.job)(request)
        except Refusal as refusal:
            return refusal.answer
        finally:
            while self.handles:
                kind, handle = self.handles.pop()
                getattr(self.library, f"eqp_{kind}_destroy")(byref(handle))

    # ---- Calls ----------------------------------------------------------------------------------

    def call(self, name: str, *arguments) -> int:
        """Calls a function whose last argument is the record; errors become refusals."""
        record = ErrorRecord()
        status = getattr(self.library, name)(*arguments, byref(record))
        if status not in (0, 1):
            raise Refusal(name, status, record)
        return status

    def made(self, kind: str, name: str, *arguments) -> tuple[c_void_p, int]:
        """The handle that a call makes, and its status."""
        handle = c_void_p()
        status = self.call(name, *arguments, byref(handle))
        self.handles.append((kind, handle))
        return handle, status

    def text(self, name: str, handle) -> str:
        needed = c_int64()
        self.call(name, handle, None, c_int64(0), byref(needed))
        room = ctypes.create_string_buffer(needed.value)
        self.call(name, handle, room, c_int64(needed.value), byref(needed))
        return room.value.decode()

    def numbers(self, name: str, handle) -> list[float]:
        needed = c_int64()
        self.call(name, handle, None, c_int64(0), byref(needed))
        room = (c_double * needed.value)()
        self.call(name, handle, room, c_int64(needed.value), byref(needed))
        return list(room)

    def options(self, limit=None, **values) -> c_void_p:
        handle, _ = self.made("options", "eqp_options_create")
        if limit is not None:
            # Kept until the next call that has a limit: the library calls it.
            end = time.monotonic() + limit
            self.progress = Progress(lambda context, share, words: int(time.monotonic() > end))
            self.call("eqp_options_set_progress", handle, self.progress, None)
        for name, value in values.items():
            if value is None:
                continue
            text = value if isinstance(value, str) else json.dumps(value)
            self.call("eqp_options_set", handle, name.encode(), text.encode())
        return handle

    # ---- Rows -----------------------------------------------------------------------------------

    def dataset(self, request: Request) -> c_void_p:
        roles = self.options(
            **_roles(request.columns), precision=request.precision, threads=request.threads)
        table = request.table
        if table.bundled:
            handle, _ = self.made(
                "dataset", "eqp_dataset_load", table.bundled.encode(), b"train", roles)
        else:
            handle, _ = self.made(
                "dataset", "eqp_dataset_read", os.fsencode(table.path), roles)
        return handle

    def arrow(self, call: str, fitted, request: Request) -> c_void_p:
        """Rows for what was fitted, from an Arrow stream."""
        import pyarrow

        stream = (ctypes.c_uint8 * 256)()
        address = ctypes.addressof(stream)
        pyarrow.table(request.table.columns).to_reader()._export_to_c(address)
        roles = self.options(**_roles(request.columns), precision=request.precision)
        dataset, _ = self.made("dataset", call, fitted, c_void_p(address), roles)
        return dataset

    def rows(self, dataset) -> int:
        rows = c_int64()
        self.call("eqp_dataset_rows", dataset, byref(rows))
        return rows.value

    def predictions(self, model, dataset, request: Request) -> list:
        options = self.options(
            seed=request.seed, threads=request.threads, threshold=request.threshold)
        rows = self.rows(dataset)
        columns = []
        for kind in (0, 1, 2):
            room = (c_double * max(rows, 1))()
            record = ErrorRecord()
            status = self.library.eqp_model_predict(
                model, dataset, c_int32(kind), options, room, c_int64(rows), byref(record))
            if kind > 0 and status == 2:
                # A model of numbers has nothing but the number.
                return [[value] for value in columns[0]]
            if status not in (0, 1):
                raise Refusal("eqp_model_predict", status, record)
            columns.append(list(room)[:rows])
        return [list(row) for row in zip(*columns)]

    # ---- Jobs -----------------------------------------------------------------------------------

    def _fitted(self, request: Request):
        dataset = self.dataset(request)
        options = self.options(
            limit=request.limit, **request.options, seed=request.seed, threads=request.threads)
        model, status = self.made(
            "model", "eqp_model_fit", request.method.encode(), dataset, options)
        return dataset, model, status

    def _train(self, request: Request) -> Answer:
        dataset, model, status = self._fitted(request)
        path = self.folder / "c.eqp"
        self.call("eqp_model_write", model, os.fsencode(path))
        from . import model_file

        parts = {
            "fit": _fit(json.loads(self.text("eqp_model_report", model))),
            "model": model_file.read(path),
        }
        if not request.table.bundled:
            parts["predictions"] = self.predictions(model, dataset, request)
        return Answer(STATUSES[status], parts=parts)

    def _predict(self, request: Request) -> Answer:
        model, _ = self.made("model", "eqp_model_read", os.fsencode(request.file))
        dataset = self.arrow("eqp_dataset_from_arrow_for", model, request)
        return Answer("done", parts={"predictions": self.predictions(model, dataset, request)})

    def _audit(self, request: Request) -> Answer:
        dataset = self.dataset(request)
        options = self.options(
            **request.audit, threads=request.threads, threshold=request.threshold)
        audit, status = self.made("audit", "eqp_audit_run", dataset, options)
        return Answer(
            STATUSES[status], parts={"document": json.loads(self.text("eqp_audit_json", audit))})

    def _frontier(self, request: Request) -> Answer:
        dataset = self.dataset(request)
        options = self.options(
            **request.options, seed=request.seed, threads=request.threads)
        count = len(request.settings)
        settings, models = (c_double * count)(*request.settings), (c_void_p * count)()
        status = self.call(
            "eqp_model_fit_path", request.method.encode(), dataset, options, settings,
            c_int64(count), models)
        self.handles += [("model", c_void_p(model)) for model in models]
        reports = [self.text("eqp_model_report", c_void_p(model)) for model in models]
        return Answer(
            STATUSES[status], parts={"fits": [_fit(json.loads(text)) for text in reports]})

    def _postprocess(self, request: Request) -> Answer:
        dataset = self.dataset(request)
        status = 0
        if request.file:
            text = pathlib.Path(request.file).read_text()
            rule, _ = self.made("rule", "eqp_rule_from_json", text.encode())
        else:
            options = self.options(
                limit=request.limit, **request.options, unseen_group=request.unseen_group, seed=request.seed,
                threads=request.threads)
            rule, status = self.made(
                "rule", "eqp_rule_fit", request.method.encode(), dataset, options)
        rows = self.rows(dataset)
        room = (c_double * max(rows, 1))()
        self.call("eqp_rule_values", rule, dataset, room, c_int64(rows))
        text = self.text("eqp_rule_json", rule)
        stored = json.loads(text)
        return Answer(
            STATUSES[status],
            parts={
                "fit": _fit(stored, STAGE_FIT), "rule": stored["rule"], "values": list(room)[:rows],
                "file": text,
            })

    def _preprocess(self, request: Request) -> Answer:
        if request.file:
            transform, status = self.made(
                "transform", "eqp_transform_read", os.fsencode(request.file))
            dataset = self.arrow("eqp_dataset_from_arrow_for_transform", transform, request)
            changed, _ = self.made("dataset", "eqp_transform_apply", transform, dataset)
        else:
            dataset = self.dataset(request)
            options = self.options(
                **request.options, seed=request.seed, threads=request.threads)
            transform, status = self.made(
                "transform", "eqp_transform_fit", request.method.encode(), dataset, options)
            changed, _ = self.made("dataset", "eqp_transform_training", transform, dataset)
        text = self.text("eqp_transform_json", transform)
        return Answer(
            STATUSES[status],
            parts={
                "fit": _fit(json.loads(text), TRANSFORM_FIT), "file": text,
                "weights": self.numbers("eqp_dataset_weights", changed),
            })

    def _methods(self, request: Request) -> Answer:
        found = []
        for index in range(self.library.eqp_method_count()):
            info = MethodInfo()
            self.call("eqp_method_at", c_int64(index), byref(info))
            options = []
            for place in range(info.option_count):
                option = OptionInfo()
                self.call("eqp_method_option_at", info.name, c_int64(place), byref(option))
                options.append({
                    "name": option.name.decode(), "default": option.default_value.decode() or None,
                    "values": option.domain.decode(), "summary": option.summary.decode(),
                    "type": option.type,
                })
            found.append({
                "name": info.name.decode(), "family": info.family.decode(),
                "summary": info.summary.decode(), "source": info.source.decode(),
                "dial": info.dial.decode() or None, "needs_groups": bool(info.needs_groups),
                "options": options,
            })
        return Answer("done", parts={"methods": found})


def _roles(columns: dict) -> dict:
    """Roles as the options of a data set: names joined by commas."""
    found = {}
    for name, value in columns.items():
        if name == "bins":
            value = ";".join(
                f"{column}={','.join(str(edge) for edge in edges)}"
                for column, edges in value.items())
        elif isinstance(value, list):
            value = ",".join(value)
        found[name] = value
    return found


def _fit(report: dict, names=MODEL_FIT) -> dict:
    """The part that every door says of a fit."""
    told = report["report"]
    certificate = told.get("certificate")
    if certificate and "boundOnSuboptimality" in certificate:
        certificate["bound_on_suboptimality"] = certificate.pop("boundOnSuboptimality")
    return fit_of(canonical({
        "method": report["method"], "options": report["options"], "status": told["status"],
        "iterations": told.get("iterations"), "objective": told.get("objective"),
        "certificate": certificate,
    }), names)
