"""Networks as lists of layers, and arguments of other libraries' classes."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn, TypeAlias, Union

Layers: TypeAlias = Union[Sequence[Union[int, str]], None]

ACTIVATIONS = ("identity", "relu", "leaky_relu", "tanh", "sigmoid", "gelu")

#: Arguments that change nothing about what is learnt here, with the values that say nothing, and
#: why the others do nothing.
_WITHOUT_EFFECT = {
    "backend": (("auto",), "networks are trained by the engine of this package"),
    "cuda": ((None,), "networks are trained on the processor"),
    "shuffle": ((None, True), "batches are drawn anew in every epoch"),
    "progress_updates": ((None,), "training says nothing while it runs"),
    "skip_validation": ((False,), "rows are always checked"),
}


def network(layers: Layers, name: str) -> tuple[str, str | None]:
    """Widths as the engine's option spells them, "0" for no hidden layer, and the activation.

    Parameters
    ----------
    layers
        Widths, each followed by its activation or none of them: ``[50, "relu", 20, "relu"]``.
    name
        Of the argument, for errors.
    """
    if layers is None:
        layers = []
    if isinstance(layers, str) or not isinstance(layers, Sequence):
        raise ValueError(
            f"{name} is a list of widths and activations, as [50, 'relu'], and not {layers!r}: "
            "models of deep-learning libraries are not trained here"
        )
    widths: list[int] = []
    activations: list[str] = []
    for layer in layers:
        if isinstance(layer, str):
            _add_activation(layer.lower(), widths, activations, name)
        elif isinstance(layer, numbers.Integral) and not isinstance(layer, bool) and layer > 0:
            widths.append(int(layer))
        else:
            raise ValueError(f"{name}: {layer!r} is neither a width nor the name of an activation")
    if activations and (len(set(activations)) > 1 or len(activations) < len(widths)):
        raise ValueError(f"{name}: every hidden layer has the same activation, or none is named")
    return ",".join(map(str, widths)) or "0", activations[0] if activations else None


def _add_activation(layer: str, widths: list[int], activations: list[str], name: str) -> None:
    if layer not in ACTIVATIONS:
        raise ValueError(f"{name}: {layer!r} is not one of {ACTIVATIONS}")
    if len(activations) >= len(widths):
        raise ValueError(f"{name}: {layer!r} does not follow a width")
    activations.append(layer)


def optimizer(value: object, name: str) -> str | None:
    """The name of a first-order method, as the engine spells it."""
    if value is None or isinstance(value, str):
        return None if value is None else value.lower()
    raise ValueError(
        f"{name} is the name of a method, as 'adam', and not {value!r}: optimizers of "
        "deep-learning libraries are not used here"
    )


def tell_what_has_no_effect(arguments: dict[str, Any]) -> None:
    """Warns once of all arguments that were given and change nothing here."""
    backend = arguments["backend"]
    if isinstance(backend, str) and backend not in ("auto", "torch", "tensorflow"):
        raise ValueError(f"backend: {backend!r} is not 'auto', 'torch' or 'tensorflow'")
    given = [
        f"{name}={arguments[name]!r} ({why})"
        for name, (usual, why) in _WITHOUT_EFFECT.items()
        if not any(arguments[name] is value or arguments[name] == value for value in usual)
    ]
    if given:
        warnings.warn(f"without effect: {'; '.join(given)}", UserWarning, stacklevel=4)


def refuse(callbacks: object, warm_start: bool) -> None:
    """Raises for arguments that would change what is learnt and cannot be followed."""
    if callbacks is not None:
        _refuse(
            "callbacks", "training runs inside the engine, without Python between its steps: set "
            "epochs or target_gap"
        )
    if warm_start:
        _refuse("warm_start", "every fit starts anew, so that it depends on its arguments alone")


def _refuse(name: str, why: str) -> NoReturn:
    raise ValueError(f"{name} is not possible here: {why}")
