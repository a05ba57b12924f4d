"""Options of jobs, by the groups that several jobs share: one line an option.

Defaults are the engine's and stand nowhere else: what is not given is not handed over. A test holds
these names and choices against the engine's own list of jobs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal, TypedDict, Union

from .._types import Names, Table
from .._unknown import UnknownGroups as Unknown

Path = Union[str, "PathLike[str]"]
Paths = Union[Path, Sequence[Path]]
Notes = Union[Path, Mapping[str, Any]]
Dataset = Literal["adult", "german", "compas"]


class DataOptions(TypedDict, total=False):
    """Which rows, and what their columns are."""

    data: Path
    dataset: Dataset
    label: str
    positive: object
    sensitive: Names
    continuous: Names
    controls: Names
    id: str
    weights: str
    drop: Names
    categorical: Names
    numeric: Names
    na: Names
    fold: Names
    missing: Literal["error", "keep", "drop"]
    use_sensitive: bool
    bins: Mapping[str, Sequence[float]]
    where: str
    separator: Literal["comma", "semicolon", "tab", "bar"]
    decimal: Literal[".", ","]
    encoding: Literal["utf-8", "utf-16", "windows-1252"]
    precision: Literal["float", "double"]


class SplitOptions(TypedDict, total=False):
    """Which rows a fit is tested on: a share, or a table of its own."""

    test: float
    test_data: Union[Path, Table]


class SubjectOptions(TypedDict, total=False):
    """Where decisions come from; `model` is a file or a model of `train`."""

    prediction: str
    selected: object
    score: str
    model: object
    threshold: float


class DocumentOptions(TypedDict, total=False):
    """What pages say besides numbers; `notes` is a file or a dictionary."""

    notes: Notes
    date: object
    title: str


class FindingOptions(TypedDict, total=False):
    """What an audit looks for beyond the rates of groups."""

    scan: bool
    proxies: bool
    scan_statistic: Literal["bernoulli", "poisson", "gaussian", "berk_jones"]
    dispersion: bool
    power: bool
    bootstrap: int
    aequitas: bool
    compare_with: object
    membership: Names


class AuditChoices(FindingOptions, DocumentOptions, total=False):
    """How groups are compared, whatever the rows come from."""

    task: Literal["binary", "multiclass", "regression"]
    reference: Names
    tau: float
    unknown: Unknown
    ranking: str
    consistency: int
    confidence: float
    intersections: int
    fail_on: Names
    report: Paths
    brief: bool
    evidence: Path
    log: Path


class ArrayAuditOptions(AuditChoices, total=False):
    positive: object
    threshold: float


class MemoryOptions(TypedDict, total=False):
    """How much memory the rows of a packed file may take."""

    memory: Union[str, int]


class AuditOptions(AuditChoices, SubjectOptions, DataOptions, MemoryOptions, total=False):
    pass


class PredictOptions(DataOptions, MemoryOptions, total=False):
    keep: Names
    threshold: float


class UnknownOptions(TypedDict, total=False):
    """What becomes of rows of unknown groups where something is fitted."""

    unknown: Unknown


class RunsOptions(DataOptions, SplitOptions, UnknownOptions, DocumentOptions, total=False):
    disparity: str
    threshold: float
    report: Paths


class CompareOptions(RunsOptions, total=False):
    unprocess: bool


class PipelineOptions(TypedDict, total=False):
    variants: Names
    output_directory: Path
    dry_run: bool


class BenchOptions(DataOptions, SplitOptions, total=False):
    criterion: Literal[
        "demographic_parity", "equal_opportunity", "equalized_odds",
        "false_positive_rate_parity", "false_negative_rate_parity", "true_negative_rate_parity",
        "error_rate_parity", "accuracy_parity"]
    bound: float
    repetitions: int
    budget: float
    require_idle: bool
    program: Path
    report: Paths


class PreprocessOptions(DataOptions, total=False):
    apply: Path
    transform: Path
    output: Path


class PostprocessOptions(DataOptions, UnknownOptions, total=False):
    score: str
    apply: Path
    rule: Path
    output: Path
    keep: Names
    unseen_group: Literal["error", "pooled"]
    least_group: int
    threshold: float


class WatchOptions(DataOptions, total=False):
    prediction: str
    selected: object
    unknown: Unknown
    again: bool
    metric: Literal[
        "selection_rate", "true_positive_rate", "false_positive_rate", "precision_score",
        "equalized_odds"]
    alpha: float
    state: Path
    detector: bool
    tolerance: float
    least_ratio: float
    floor: float
    ceiling: float
    arm: str
    control: object
    not_below: float
    gap_change: float
    horizon: int
    decided: str
    false_alarms: float
    batches_a_year: float
    largest_hidden: float
    intersections: int
    selected_labels: bool
    step: Literal["acknowledge", "open-case", "fix"]


class ExplainOptions(DataOptions, total=False):
    reference_data: Union[Path, Table]
    band: float
    most: int
    threshold: float
    require_sufficient: bool
    output: Path


class ExploreOptions(DataOptions, UnknownOptions, total=False):
    model: object
    score: Names
    prediction: str
    selected: object
    threshold: float
    least_cell: int
    cost_ratio: float
    floor: float
    title: str
    snapshot: Path


class PageOptions(DataOptions, DocumentOptions, total=False):
    output: Paths


class ModelCardOptions(PageOptions, total=False):
    model: object
    threshold: float
    confidence: float
    intersections: int


class DescribeOptions(PageOptions, total=False):
    population: Union[Path, Table]
    intersections: int


class FourFifthsOptions(PageOptions, SubjectOptions, total=False):
    strata: Names
    unknown: Unknown
    confidence: float
    intersections: int


class LocalLaw144Options(PageOptions, SubjectOptions, total=False):
    unknown: Names
    exclude_below: float
    confidence: float


class PackOptions(TypedDict, total=False):
    """How texts are read, and whether a file grows."""

    append: bool
    na: Names
    separator: Literal["comma", "semicolon", "tab", "bar"]
    decimal: Literal[".", ","]
    encoding: Literal["utf-8", "utf-16", "windows-1252"]


class GenerateOptions(TypedDict, total=False):
    features: int
    categorical: int
    levels: int
    groups: int
    skew: float
    base_rate: float
    base_rate_gap: float
    label_noise: float
    correlation: float
    condition: float
    group_shift: float
    output: Path
