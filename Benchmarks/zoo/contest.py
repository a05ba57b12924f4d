"""One cell: every side fits it, and one evaluator judges."""

import time
from dataclasses import asdict

import numpy as np

from . import evaluator, separation
from .sides import TooLong

GAP = 1e-6
# A side that takes this many times the fastest is stopped.
SLOWEST = 20
# Fits shorter than this are run three times; the fastest counts.
SHORT = 0.3
OURS = "equipoise"
NULL = "null"


class Cell:
    """The answers of sides to one problem, and the lowest F that is known."""

    def __init__(self, problem, folder):
        self.problem, self.folder = problem, folder
        self.case = evaluator.Problem(folder)
        self.best, self.fastest, self.answers = float("inf"), None, {}

    def play(self, libraries, seconds):
        """Fits of all sides within so many seconds; ours is the first, and the others begin with
        another one in each cell."""
        ends = time.monotonic() + seconds
        sides = [(library, side) for library in libraries.values() for side in library.settings]
        sides.sort(key=lambda pair: pair[1] != OURS)
        first, others = sides[:1], sides[1:]
        turn = self.problem.index % max(1, len(others))
        for library, side in first + others[turn:] + others[:turn]:
            self.answers[side] = self._fit(library, side, ends)
        for library in libraries.values():
            if library.process.poll() is None:
                library.ask(None)
        return self._row()

    def _fit(self, library, side, ends):
        """The answer at the loosest setting that comes within the gap of the lowest F known."""
        answer = {}
        for setting in range(len(library.settings[side])):
            after = self._ask(library, side, setting, ends)
            if "theta" not in after:
                return answer or after
            answer = after
            if side == NULL or self._accepts(answer):
                break
        if side == NULL:
            return answer
        if answer["seconds"] < SHORT:
            for _ in range(2):
                again = self._ask(library, side, answer["setting"], ends)
                answer["seconds"] = min(answer["seconds"], again.get("seconds", float("inf")))
        if self._accepts(answer):
            self.fastest = min(self.fastest or float("inf"), answer["seconds"])
        return answer

    def _accepts(self, answer):
        """Whether F is within the gap of the lowest known, which the first answer defines."""
        if "F" not in answer:
            answer["F"] = evaluator.value(self.case, answer["theta"])
            if answer["F"] < self.best - GAP:
                self.best, _ = evaluator.polished(self.case, answer["theta"])
        self.best = min(self.best, answer["F"])
        return answer["F"] <= self.best + GAP * (1 + abs(self.best))

    def _ask(self, library, side, setting, ends):
        left = ends - time.monotonic()
        slowest = float("inf") if self.fastest is None else SLOWEST * self.fastest + 0.25
        if left < min(1.0, slowest) and side != OURS:
            return {"skipped": "the cell's time was over"}
        limit = max(1.0, min(left, slowest))
        try:
            answer = library.ask(self.folder, side, setting, limit)
        except TooLong:
            cut = limit < slowest and side != OURS
            text = f"time-out at {limit:.1f} s"
            return {"skipped": text} if cut else {"failure": text}
        except RuntimeError as error:
            return {"failure": str(error)}
        if "theta" not in answer:
            return {"failure": answer.get("error"), "skipped": answer.get("skipped")}
        return answer | {"seconds": answer["pack"] + answer["fit"], "setting": setting}

    def _row(self):
        row = {"problem": asdict(self.problem), "width": self.problem.width, "best": self.best}
        row["separation"] = None
        if self.problem.l2 == 0:
            row["separation"], _ = separation.direction(self.case)
        row["sides"] = {side: self._judged(side, a, row) for side, a in self.answers.items()}
        return row

    def _judged(self, side, answer, row):
        """An answer without its coefficients, with its gap, its certificate and why it fails."""
        theta = answer.pop("theta", None)
        if theta is None or side == NULL:
            return answer
        answer["gap"] = (answer["F"] - self.best) / (1 + abs(self.best))
        answer["bound"] = evaluator.certificate(self.case, theta) if side == OURS else None
        says_separable = answer["status"] == "separable"
        if says_separable and separation.confirms(self.case, theta):
            return answer
        if says_separable and row["separation"] != "separable":
            answer["failure"] = "says separable, and no direction separates"
        elif not answer["gap"] <= GAP:
            constant = not np.any(theta[:-1])
            answer["failure"] = "constant" if constant else f"gap {answer['gap']:.1e}"
        elif side == OURS and answer["status"] not in ("converged", "separable"):
            answer["failure"] = answer["status"]
        return answer
