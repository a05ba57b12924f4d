"""What the engine offers, as it tells itself."""

from __future__ import annotations

from ctypes import byref
from typing import Any

from ._engine import library as lib
from ._engine.calls import call
from ._jobs.program import Listing


def _described(info: Any, at: str, *names: Any) -> dict[str, Any]:
    """A method with its options; `at` is the function that tells the k-th of them."""
    options: dict[str, dict[str, Any]] = {}
    for k in range(info.option_count):
        option = lib.OptionInfo()
        call(at, *names, info.name, k, byref(option))
        options[option.name.decode()] = {
            "default": option.default_value.decode() or None,
            "domain": option.domain.decode(),
            "summary": option.summary.decode(),
        }
    return {
        "family": info.family.decode(),
        "summary": info.summary.decode(),
        "source": info.source.decode(),
        "dial": info.dial.decode() or None,
        "needs_groups": bool(info.needs_groups),
        "options": Listing(options, {
            "takes": lambda option: option["domain"], "default": lambda option: option["default"],
            "what for": lambda option: option["summary"]}),
    }


def _listed(found: dict[str, dict[str, Any]]) -> Listing:
    return Listing(found, {
        "family": lambda entry: entry["family"], "dial": lambda entry: entry["dial"],
        "what it does": lambda entry: entry["summary"]})


def methods() -> Listing:
    """Every method with its family, its paper and its options: a dictionary that prints as a table.

    Examples
    --------
    >>> import equipoise
    >>> equipoise.methods()["penalized"]["dial"]
    'strength'
    """
    found = {}
    for index in range(lib.library().eqp_method_count()):
        info = lib.MethodInfo()
        call("eqp_method_at", index, byref(info))
        found[info.name.decode()] = _described(info, "eqp_method_option_at")
    return _listed(found)


def stages(stage: int) -> Listing:
    """Every preprocessor or postprocessor, told like a method."""
    found = {}
    for index in range(lib.library().eqp_stage_count(stage)):
        info = lib.MethodInfo()
        call("eqp_stage_at", stage, index, byref(info))
        found[info.name.decode()] = _described(info, "eqp_stage_option_at", stage)
    return _listed(found)


def items(catalogue: int) -> dict[str, dict[str, str]]:
    """Metrics (0), constraints (1), penalties (2), data sets (3) or criteria (4)."""
    found = {}
    for index in range(lib.library().eqp_item_count(catalogue)):
        info = lib.ItemInfo()
        call("eqp_item_at", catalogue, index, byref(info))
        found[info.name.decode()] = {
            "summary": info.summary.decode(),
            "source": info.source.decode(),
        }
    return found
