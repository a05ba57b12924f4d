"""Rule packs: what laws and guidelines ask for, and what a pipeline, a model or an audit has of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._engine import jobs
from .._types import Names
from .audit_result import Audit
from .fits import pipeline_options
from .results import JobResult, frame, start

if TYPE_CHECKING:
    import pandas as pd


class Requirements(JobResult):
    """The list of rule packs, or one pack with its lines."""

    @property
    def table(self) -> pd.DataFrame:
        told = self.document
        return frame(told if isinstance(told, list) else told["rules"])

    def _headline(self) -> str:
        told = self.document
        if isinstance(told, list):
            return ", ".join(pack["id"] for pack in told)
        return f"{told['id']} {told['version']}: {told['title']}"


class RequirementsCheck(JobResult):
    """What packs say of the uses of attributes, and where an audit's numbers lie. No verdict."""

    @property
    def refused(self) -> bool:
        """Whether a pack refuses a use of attributes, or asks for a reason that is not stated."""
        return bool(self.document["refused"])

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What the packs say of each use, with clause and, of a pipeline, line and column."""
        return [
            {"subject": subject["name"], **finding} for subject in self.document["attributes"]
            for finding in subject["findings"]]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The numbers of an audit beside the numbers of the texts."""
        lines: list[dict[str, Any]] = self.document["lines"]
        return lines

    @property
    def table(self) -> pd.DataFrame:
        return frame([
            {"pack": found["pack"], "clause": found["clause"], "message": found["message"]}
            for found in [*self.findings, *self.lines]])

    def _headline(self) -> str:
        messages = [found["message"] for found in [*self.findings, *self.lines]]
        return "\n".join([*messages, self.document["disclaimer"]])


def requirements(pack: str | None = None) -> Requirements:
    """Lists the rule packs, or shows one: every line with clause, basis, status and dates.

    Parameters
    ----------
    pack
        The name of a pack; None for the list.

    Examples
    --------
    >>> import equipoise
    >>> "us-credit" in list(equipoise.requirements().table["id"])
    True
    >>> equipoise.requirements("us-credit").document["no_advice"]
    True
    """
    if pack is None:
        return Requirements(jobs.run("requirements-list", {}))
    return Requirements(jobs.run("requirements-show", {"pack": pack}))


def check_requirements(
    packs: Names, *, pipeline: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    text: str | None = None, model: object = None,
    audit: str | os.PathLike[str] | Mapping[str, Any] | Audit | None = None,
    answers: Mapping[str, str] | None = None, justification: str | None = None,
) -> RequirementsCheck:
    """Holds a pipeline, a model or an audit against rule packs. No legal advice, no verdict.

    Parameters
    ----------
    packs
        Names of packs, of `requirements`.
    pipeline
        What `run` takes: a dictionary, a text or a file.
    text
        A pipeline as the text of a JSON file.
    model
        A model of `train`, or a file.
    audit
        What `equipoise.audit` gave, its document, or a file with it.
    answers
        Answers to questions of the packs, by name.
    justification
        Why attributes are used, for packs that ask for a reason.

    Raises
    ------
    ValueError
        Where a pack is not known or a question that matters is not answered.

    Examples
    --------
    >>> import equipoise
    >>> found = equipoise.check_requirements("us-credit", pipeline={
    ...     "data": {"dataset": "german"}, "postprocess": ["group-thresholds"]})
    >>> found.refused, "group-thresholds" in {finding.get("use") for finding in found.findings}
    (True, True)
    """
    given: dict[str, Any] = {
        "packs": packs, "text": text, "model": model, "justification": justification}
    if pipeline is not None:
        given |= pipeline_options(pipeline)
    if isinstance(audit, Audit):
        given["audit"] = audit.document
    elif audit is not None:
        given["audit"] = audit if isinstance(audit, Mapping) else os.fspath(audit)
    if answers is not None:
        given["answers"] = [f"{name}={answer}" for name, answer in answers.items()]
    return RequirementsCheck(start("requirements-check", given, {}, seed=0, n_threads=None))
