"""The shared library: where it is, and its functions as `equipoise.h` declares them."""

from __future__ import annotations

import ctypes
import os
import pathlib
import sys
from collections.abc import Iterator
from ctypes import (
    POINTER,
    Structure,
    c_char,
    c_char_p,
    c_double,
    c_int32,
    c_int64,
    c_uint8,
    c_void_p,
)

ABI_VERSION = 1

OK, NOT_CONVERGED = 0, 1
ARGUMENT, DATA, HANDLE, MEMORY, IO, CANCELLED, CALLBACK, CAPACITY = 2, 3, 4, 5, 6, 7, 8, 9
EXCEEDED = 10

DTYPES = {
    "float32": 0,
    "float64": 1,
    "int8": 2,
    "int16": 3,
    "int32": 4,
    "int64": 5,
    "uint8": 6,
    "uint16": 7,
    "uint32": 8,
    "uint64": 9,
    "bool": 10,
}

SCORE, PROBABILITY, DECISION = 0, 1, 2
PREPROCESSORS, POSTPROCESSORS = 0, 1


class ErrorRecord(Structure):
    _fields_ = [
        ("status", c_int32),
        ("row", c_int64),
        ("column", c_char * 128),
        ("message", c_char * 1024),
    ]


class MatrixRecord(Structure):
    _fields_ = [
        ("data", c_void_p),
        ("dtype", c_int32),
        ("rows", c_int64),
        ("columns", c_int64),
        ("row_stride", c_int64),
        ("column_stride", c_int64),
    ]


class VectorRecord(Structure):
    _fields_ = [("data", c_void_p), ("dtype", c_int32), ("length", c_int64), ("stride", c_int64)]


class OptionInfo(Structure):
    _fields_ = [
        ("name", c_char_p),
        ("type", c_int32),
        ("default_value", c_char_p),
        ("domain", c_char_p),
        ("summary", c_char_p),
    ]


class MethodInfo(Structure):
    _fields_ = [
        ("name", c_char_p),
        ("family", c_char_p),
        ("summary", c_char_p),
        ("source", c_char_p),
        ("dial", c_char_p),
        ("option_count", c_int64),
        ("needs_groups", c_int32),
    ]


class ItemInfo(Structure):
    _fields_ = [("name", c_char_p), ("summary", c_char_p), ("source", c_char_p)]


ProgressFunction = ctypes.CFUNCTYPE(c_int32, c_void_p, c_double, c_char_p)
ReleaseFunction = ctypes.CFUNCTYPE(None, c_void_p)
LearnerFunction = ctypes.CFUNCTYPE(
    c_int32, c_void_p, c_int64, POINTER(c_double), POINTER(c_double), c_int64, POINTER(c_double)
)



class ResponseRecord(Structure):
    _fields_ = [("error", c_double), ("deviation", c_double), ("is_constant", c_int32)]


ResponseFunction = ctypes.CFUNCTYPE(
    c_int32, c_void_p, c_int64, c_int64, POINTER(c_double), c_int64, POINTER(ResponseRecord),
    POINTER(c_double),
)
ProjectionFunction = ctypes.CFUNCTYPE(
    c_int32, c_void_p, POINTER(c_double), c_int64, POINTER(c_double)
)
RoundFunction = ctypes.CFUNCTYPE(
    c_int32, c_void_p, POINTER(c_uint8), c_int64, POINTER(c_uint8), c_int64, POINTER(c_int64)
)


class JobInput(Structure):
    _fields_ = [("name", c_char_p), ("table", c_void_p), ("model", c_void_p)]


_handle = c_void_p
_error = POINTER(ErrorRecord)
_doubles = POINTER(c_double)
_count = POINTER(c_int64)
_texts = POINTER(c_char_p)

_SIGNATURES = {
    "eqp_method_at": [c_int64, POINTER(MethodInfo), _error],
    "eqp_method_named": [c_char_p, POINTER(MethodInfo), _error],
    "eqp_method_option_at": [c_char_p, c_int64, POINTER(OptionInfo), _error],
    "eqp_item_at": [c_int32, c_int64, POINTER(ItemInfo), _error],
    "eqp_options_create": [POINTER(_handle), _error],
    "eqp_options_destroy": [POINTER(_handle)],
    "eqp_options_set": [_handle, c_char_p, c_char_p, _error],
    "eqp_options_set_progress": [_handle, ProgressFunction, c_void_p, _error],
    "eqp_dataset_create": [c_int64, POINTER(_handle), _error],
    "eqp_dataset_destroy": [POINTER(_handle)],
    "eqp_dataset_set_features": [
        _handle,
        POINTER(MatrixRecord),
        _texts,
        ReleaseFunction,
        c_void_p,
        _error,
    ],
    "eqp_dataset_add_category": [
        _handle,
        c_char_p,
        POINTER(VectorRecord),
        _texts,
        c_int64,
        _error,
    ],
    "eqp_dataset_set_labels": [_handle, POINTER(VectorRecord), _error],
    "eqp_dataset_set_targets": [_handle, POINTER(VectorRecord), _error],
    "eqp_dataset_add_continuous": [_handle, c_char_p, POINTER(VectorRecord), _error],
    "eqp_dataset_set_weights": [_handle, POINTER(VectorRecord), _error],
    "eqp_dataset_add_attribute": [
        _handle,
        c_char_p,
        POINTER(VectorRecord),
        _texts,
        c_int64,
        _error,
    ],
    "eqp_dataset_set_predictions": [_handle, POINTER(VectorRecord), _error],
    "eqp_dataset_set_scores": [_handle, POINTER(VectorRecord), _error],
    "eqp_dataset_load": [c_char_p, c_char_p, _handle, POINTER(_handle), _error],
    "eqp_dataset_read": [c_char_p, _handle, POINTER(_handle), _error],
    "eqp_dataset_rows": [_handle, _count, _error],
    "eqp_dataset_columns": [_handle, _count, _error],
    "eqp_model_fit": [c_char_p, _handle, _handle, POINTER(_handle), _error],
    "eqp_model_fit_path": [
        c_char_p,
        _handle,
        _handle,
        _doubles,
        c_int64,
        POINTER(_handle),
        _error,
    ],
    "eqp_model_destroy": [POINTER(_handle)],
    "eqp_model_predict": [_handle, _handle, c_int32, _handle, _doubles, c_int64, _error],
    "eqp_model_tensor": [_handle, c_char_p, _doubles, c_int64, _count, _count, _error],
    "eqp_model_report": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_model_write": [_handle, c_char_p, _error],
    "eqp_model_read": [c_char_p, POINTER(_handle), _error],
    "eqp_model_to_bytes": [_handle, POINTER(c_uint8), c_int64, _count, _error],
    "eqp_model_from_bytes": [POINTER(c_uint8), c_int64, POINTER(_handle), _error],
    "eqp_model_after": [_handle, _handle, POINTER(_handle), _error],
    "eqp_penalized_objective": [
        _handle,
        _handle,
        _doubles,
        c_int64,
        _doubles,
        _doubles,
        _error,
    ],
    "eqp_reduction_fit": [_handle, _handle, LearnerFunction, c_void_p, POINTER(_handle), _error],
    "eqp_reduction_destroy": [POINTER(_handle)],
    "eqp_reduction_members": [_handle, _count, _doubles, c_int64, _count, _error],
    "eqp_reduction_report": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_logistic_fits": [
        _handle,
        _handle,
        POINTER(VectorRecord),
        _doubles,
        c_int64,
        c_int64,
        _doubles,
        _doubles,
        _count,
        _error,
    ],
    "eqp_game_play": [
        _doubles,
        c_int64,
        _handle,
        ResponseFunction,
        ProjectionFunction,
        c_void_p,
        POINTER(_handle),
        _error,
    ],
    "eqp_game_destroy": [POINTER(_handle)],
    "eqp_game_json": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_audit_run": [_handle, _handle, POINTER(_handle), _error],
    "eqp_audit_destroy": [POINTER(_handle)],
    "eqp_audit_json": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_audit_metric": [_handle, c_char_p, c_char_p, c_char_p, _doubles, _error],
    "eqp_counts_create": [_handle, _handle, POINTER(_handle), _error],
    "eqp_counts_destroy": [POINTER(_handle)],
    "eqp_counts_add": [_handle, _handle, _error],
    "eqp_counts_rows": [_handle, _count, _error],
    "eqp_counts_to_bytes": [_handle, POINTER(c_uint8), c_int64, _count, _error],
    "eqp_counts_from_bytes": [POINTER(c_uint8), c_int64, POINTER(_handle), _error],
    "eqp_counts_audit": [_handle, _handle, POINTER(_handle), _error],
    "eqp_dataset_set_classes": [_handle, POINTER(VectorRecord), _doubles, _error],
    "eqp_arrow_stream": [c_void_p, c_void_p, c_void_p, _error],
    "eqp_dataset_from_arrow": [c_void_p, _handle, POINTER(_handle), _error],
    "eqp_dataset_read_for": [_handle, c_char_p, _handle, POINTER(_handle), _error],
    "eqp_dataset_notes": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_dataset_from_arrow_for": [_handle, c_void_p, _handle, POINTER(_handle), _error],
    "eqp_dataset_features": [_handle, _doubles, c_int64, _count, _error],
    "eqp_dataset_columns_json": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_dataset_codes": [_handle, c_int64, _doubles, c_int64, _count, _error],
    "eqp_dataset_labels": [_handle, _doubles, c_int64, _count, _error],
    "eqp_dataset_weights": [_handle, _doubles, c_int64, _count, _error],
    "eqp_model_predict_arrow": [_handle, _handle, _handle, c_void_p, c_void_p, _error],
    "eqp_stage_at": [c_int32, c_int64, POINTER(MethodInfo), _error],
    "eqp_stage_option_at": [c_int32, c_char_p, c_int64, POINTER(OptionInfo), _error],
    "eqp_rule_fit": [c_char_p, _handle, _handle, POINTER(_handle), _error],
    "eqp_rule_destroy": [POINTER(_handle)],
    "eqp_rule_values": [_handle, _handle, _doubles, c_int64, _error],
    "eqp_rule_json": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_rule_from_json": [c_char_p, POINTER(_handle), _error],
    "eqp_error_text": [c_char_p, c_char_p, c_int64, _count, _error],
    "eqp_rule_write": [_handle, c_char_p, _error],
    "eqp_rule_read": [c_char_p, POINTER(_handle), _error],
    "eqp_transform_fit": [c_char_p, _handle, _handle, POINTER(_handle), _error],
    "eqp_transform_destroy": [POINTER(_handle)],
    "eqp_transform_training": [_handle, _handle, POINTER(_handle), _error],
    "eqp_transform_apply": [_handle, _handle, POINTER(_handle), _error],
    "eqp_transform_json": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_transform_from_json": [c_char_p, POINTER(_handle), _error],
    "eqp_transform_write": [_handle, c_char_p, _error],
    "eqp_transform_read": [c_char_p, POINTER(_handle), _error],
    "eqp_transform_to_bytes": [_handle, POINTER(c_uint8), c_int64, _count, _error],
    "eqp_transform_from_bytes": [POINTER(c_uint8), c_int64, POINTER(_handle), _error],
    "eqp_dataset_from_arrow_for_transform": [_handle, c_void_p, _handle, POINTER(_handle), _error],
    "eqp_jobs_json": [c_char_p, c_int64, _count, _error],
    "eqp_job_run": [
        c_char_p,
        c_char_p,
        POINTER(JobInput),
        c_int64,
        _handle,
        POINTER(_handle),
        _error,
    ],
    "eqp_job_destroy": [POINTER(_handle)],
    "eqp_job_json": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_job_render": [_handle, c_char_p, c_char_p, c_int64, _count, _error],
    "eqp_job_model_at": [_handle, c_int64, POINTER(_handle), _error],
    "eqp_job_part": [_handle, c_char_p, c_void_p, c_void_p, _error],
    "eqp_job_notes": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_job_model": [_handle, POINTER(_handle), _error],
    "eqp_job_table": [_handle, c_void_p, c_void_p, _error],
    "eqp_job_bytes": [_handle, POINTER(c_uint8), c_int64, _count, _error],
    "eqp_part_open": [c_int64, c_char_p, c_void_p, _handle, POINTER(_handle), _error],
    "eqp_part_destroy": [POINTER(_handle)],
    "eqp_part_answer": [
        _handle, POINTER(c_uint8), c_int64, POINTER(c_uint8), c_int64, _count, _error],
    "eqp_part_restrict": [_handle, c_char_p, _error],
    "eqp_part_log_json": [_handle, c_char_p, c_int64, _count, _error],
    "eqp_answers_json": [POINTER(c_uint8), c_int64, c_char_p, c_int64, _count, _error],
    "eqp_answers_mask": [
        POINTER(c_uint8), c_int64, POINTER(c_uint8), c_int64, c_int64, POINTER(c_uint8), c_int64,
        _count, _error],
    "eqp_answers_add": [
        POINTER(c_uint8), c_int64, POINTER(c_uint8), c_int64, POINTER(c_uint8), c_int64, _count,
        _error],
    "eqp_request_json": [POINTER(c_uint8), c_int64, c_char_p, c_int64, _count, _error],
    "eqp_model_fit_parts": [
        c_char_p, c_char_p, _handle, RoundFunction, c_void_p, POINTER(_handle), _error],
    "eqp_count_cells": [
        POINTER(c_int32),
        c_int64,
        c_int64,
        POINTER(VectorRecord),
        _doubles,
        POINTER(VectorRecord),
        _doubles,
        POINTER(VectorRecord),
        _count,
        _doubles,
        _error,
    ],
    "eqp_factorize": [
        POINTER(VectorRecord),
        POINTER(c_int32),
        _count,
        c_int64,
        _count,
        _count,
        _error,
    ],
    "eqp_factorize_bytes": [
        c_void_p,
        c_int64,
        c_int64,
        c_int64,
        POINTER(c_int32),
        _count,
        c_int64,
        _count,
        _count,
        _error,
    ],
    "eqp_factorize_arrow": [
        c_void_p,
        c_int64,
        POINTER(c_int32),
        _count,
        c_int64,
        _count,
        _count,
        _error,
    ],
    "eqp_factorize_renumber": [POINTER(c_int32), c_int64, POINTER(c_int32), c_int64, _error],
    "eqp_count_outcomes": [
        POINTER(VectorRecord),
        c_int64,
        POINTER(VectorRecord),
        POINTER(VectorRecord),
        POINTER(VectorRecord),
        _handle,
        _doubles,
        c_int64,
        _error,
    ],
}


def _candidates() -> Iterator[str]:
    """Files to try: what the user names, what the package carries, what is installed."""
    named = os.environ.get("EQUIPOISE_LIBRARY")
    if named:
        yield named
        return
    ending = "dylib" if sys.platform == "darwin" else "so"
    folder = pathlib.Path(__file__).resolve().parent.parent / "_lib"
    yield str(folder / f"libequipoise.{ending}")
    is_mac = ending == "dylib"
    yield f"libequipoise.{ABI_VERSION}.dylib" if is_mac else f"libequipoise.so.{ABI_VERSION}"


def _load() -> ctypes.CDLL:
    failures = []
    for path in _candidates():
        try:
            library = ctypes.CDLL(path)
        except OSError as error:
            failures.append(f"{path}: {error}")
            continue
        library.eqp_abi_version.restype = c_int32
        found = library.eqp_abi_version()
        if found != ABI_VERSION:
            failures.append(f"{path}: interface {found}, and {ABI_VERSION} is needed")
            continue
        for name, arguments in _SIGNATURES.items():
            function = getattr(library, name)
            function.argtypes = arguments
            function.restype = c_int32
        library.eqp_version.restype = c_char_p
        library.eqp_method_count.restype = c_int64
        library.eqp_stage_count.argtypes = [c_int32]
        library.eqp_stage_count.restype = c_int64
        library.eqp_bundled_data.argtypes = [c_char_p, _count]
        library.eqp_bundled_data.restype = c_void_p
        library.eqp_item_count.argtypes = [c_int32]
        library.eqp_item_count.restype = c_int64
        return library
    raise ImportError(
        "the shared library of equipoise cannot be loaded:\n  " + "\n  ".join(failures)
    )


_library: ctypes.CDLL | None = None


def library() -> ctypes.CDLL:
    """The loaded library; calls release the interpreter lock."""
    global _library
    if _library is None:
        _library = _load()
    return _library
