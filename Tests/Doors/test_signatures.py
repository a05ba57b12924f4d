"""The Python package declares the functions of `equipoise.h` again; here the two are compared."""

from __future__ import annotations

import ctypes
import re
import sys

import places
import pytest

NUMBERS = {
    "int8_t": ctypes.c_int8, "uint8_t": ctypes.c_uint8, "int32_t": ctypes.c_int32,
    "int64_t": ctypes.c_int64, "double": ctypes.c_double, "char": ctypes.c_char,
}
# Structures of the header by their names in the package.
STRUCTURES = {
    "eqp_error": "ErrorRecord", "eqp_matrix": "MatrixRecord", "eqp_vector": "VectorRecord",
    "eqp_method_info": "MethodInfo", "eqp_option_info": "OptionInfo", "eqp_item_info": "ItemInfo",
    "eqp_job_input": "JobInput", "eqp_response": "ResponseRecord",
}
CALLBACKS = {
    "eqp_progress_fn": "ProgressFunction", "eqp_release_fn": "ReleaseFunction",
    "eqp_learner_fn": "LearnerFunction", "eqp_response_fn": "ResponseFunction",
    "eqp_projection_fn": "ProjectionFunction", "eqp_round_fn": "RoundFunction",
}


@pytest.fixture(scope="module")
def library():
    if places.PACKAGE:
        sys.path.insert(0, places.PACKAGE)
    from equipoise._engine import library

    return library


def prototypes() -> dict[str, list[str]]:
    """The arguments of every function, without their names."""
    text = re.sub(r"/\*.*?\*/", "", places.HEADER.read_text(), flags=re.S)
    found = {}
    for name, arguments in re.findall(r"^eqp_status (eqp_\w+)\(([^;]*)\);", text, re.M):
        kinds = [re.sub(r"\b(const|struct|enum)\b", "", a).strip() for a in arguments.split(",")]
        kinds = [re.sub(r"\b(\w+)\[\d*\]$", r"*\1", kind) for kind in kinds]
        found[name] = [re.sub(r"\s*\w+$", "", kind).replace(" ", "") for kind in kinds]
    return found


def declared(kind: str, library):
    """What a type of C may be in the package."""
    base, depth = kind.rstrip("*"), kind.count("*")
    if depth == 0:
        if base in NUMBERS:
            return [NUMBERS[base]]
        return [getattr(library, CALLBACKS[base])] if base in CALLBACKS else [ctypes.c_int32]
    if base == "char":
        return [ctypes.c_char_p] if depth == 1 else [ctypes.POINTER(ctypes.c_char_p)]
    if base in STRUCTURES and depth == 1:
        return [ctypes.POINTER(getattr(library, STRUCTURES[base]))]
    if base in NUMBERS:
        return [ctypes.POINTER(NUMBERS[base])]
    # A handle, or an Arrow structure that only its address is known of.
    return [ctypes.c_void_p] if depth == 1 else [ctypes.POINTER(ctypes.c_void_p)]


def test_every_function_is_declared_as_the_header_has_it(library):
    header = prototypes()
    assert len(header) > 80
    assert set(library._SIGNATURES) <= set(header)
    for name, arguments in library._SIGNATURES.items():
        wanted = [declared(kind, library) for kind in header[name]]
        assert len(arguments) == len(wanted), name
        for place, (found, allowed) in enumerate(zip(arguments, wanted)):
            assert found in allowed, f"{name}, argument {place}: {header[name][place]}"


def test_statuses_have_the_header_s_numbers(library):
    text = places.HEADER.read_text()
    numbers = {
        name.removeprefix("EQP_").removeprefix("ERROR_"): int(value)
        for name, value in re.findall(r"\b(EQP_\w+) = (\d+)", text)}
    for name in ("OK", "NOT_CONVERGED", "ARGUMENT", "DATA", "HANDLE", "MEMORY", "IO", "CANCELLED",
                 "CALLBACK", "CAPACITY", "EXCEEDED"):
        assert getattr(library, name) == numbers[name], name


def test_the_library_exports_what_the_header_declares():
    loaded = ctypes.CDLL(str(places.LIBRARY))
    assert [name for name in prototypes() if not hasattr(loaded, name)] == []
