"""Labels of training rows turned over."""

from __future__ import annotations

from ._base import Preprocessor


class Massaging(Preprocessor):
    """Changes the labels nearest to the border until all groups have the same share of positives.

    F. Kamiran, T. Calders, Classifying without discriminating, IC4 2009.
    """

    def __init__(self, target="overall"):
        self.target = target

    def _method(self) -> str:
        return "massaging"

    def _options(self) -> dict:
        return {"target": self.target}
