"""What the engine offers, as it tells itself."""

from __future__ import annotations

from ctypes import byref

from ._engine import library as lib
from ._engine.calls import call


def _described(info, at, *names) -> dict:
    """A method with its options; `at` is the function that tells the k-th of them."""
    options = {}
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
        "options": options,
    }


def methods() -> dict[str, dict]:
    """Every method with its family, its paper and its options."""
    found = {}
    for index in range(lib.library().eqp_method_count()):
        info = lib.MethodInfo()
        call("eqp_method_at", index, byref(info))
        found[info.name.decode()] = _described(info, "eqp_method_option_at")
    return found


def stages(stage: int) -> dict[str, dict]:
    """Every preprocessor or postprocessor, told like a method."""
    found = {}
    for index in range(lib.library().eqp_stage_count(stage)):
        info = lib.MethodInfo()
        call("eqp_stage_at", stage, index, byref(info))
        found[info.name.decode()] = _described(info, "eqp_stage_option_at", stage)
    return found


def items(catalogue: int) -> dict[str, dict]:
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
