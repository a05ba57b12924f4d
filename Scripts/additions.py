#!/usr/bin/env python3
"""Adds one of each kind of thing to a copy of the sources, one file and one line each, builds the copy,
and asks every door for it. Run by hand: it takes a build of everything.

usage: Scripts/additions.py [FOLDER]     (FOLDER keeps the copy and its build for the next time)
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]


@dataclasses.dataclass
class Addition:
    kind: str
    # The new file with its text.
    file: str
    text: str
    # The list, and the line of it that the new line follows.
    list: str
    after: str
    line: str


ADDITIONS = [
    Addition(
        "criterion", "Criteria/Rates/SelectionAndError.swift",
        """
extension Criterion {
  /// Selection and error rates are alike.
  public static let selectionAndError = Criterion(
    "selection_and_error", [.selectionRate, .errorRate],
    "Groups are selected, and judged wrongly, alike.", source: "an example")
}
""",
        "Criteria/Rates/CriterionList.swift", "    equalizedOdds,", "    selectionAndError,"),
    Addition(
        "penalty", "Criteria/Penalties/HalfCovariancePenalty.swift",
        """
/// The covariance penalty by another name.
public struct HalfCovariancePenalty: Penalty {
  public let name = "half_covariance"
  public let summary = "Scores and groups vary apart."
  public let source = "an example"
  public let criterion = Criterion.demographicParity

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] { CovariancePenalty().terms(cells) }
}
""".replace("/// The", "import Optimization\n\n/// The"),
        "Criteria/Penalties/Penalty.swift", "    CovariancePenalty(),", "    HalfCovariancePenalty(),"),
    Addition(
        "metric", "Criteria/Metrics/ShareMetrics.swift",
        """
/// Shares of rows.
public enum ShareMetrics: MetricFamily {
  public static let metrics = [
    Metric(
      "share_of_hits", "P(Ŷ = Y = 1).", needs: [.labels, .predictions],
      form: .proportion(of: .truePositive, among: .all))
  ]
}
""",
        "Criteria/Metrics/Metrics.swift", "    SelectionMetrics.self,", "    ShareMetrics.self,"),
    Addition(
        "method before training", "Mitigation/Preprocessing/EqualWeights.swift",
        """
import Datasets
import LinearAlgebra
import Models

/// Weighs every row alike, whatever the cell.
public struct EqualWeights: Preprocessor {
  public static let name = "equal-weights"
  public static let summary = "Weighs every cell alike."
  public static let source = "an example"
  public static let table: [OptionRecord<EqualWeights>] = []

  public init() {}

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> PreprocessingFit {
    let groups = rows.data.jointGroups
    return fitted(
      CellWeights(
        groups: FittedGroups(groups, of: rows.data.attributes), strata: nil,
        factors: [[Double](repeating: 1, count: 2 * groups.count)]),
      FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }
}
""",
        "Mitigation/Stages/Preprocessor.swift", "    Reweighing.self,", "    EqualWeights.self,"),
    Addition(
        "method in training", "Mitigation/Registry/Plain.swift",
        """
import Datasets
import LinearAlgebra
import Models

/// Logistic regression by another name, with an option of its own.
public struct Plain: TypedMitigation {
  public static let name = "plain"
  public static let family = MitigationFamily.baseline
  public static let summary = "Logistic regression."
  public static let source = "an example"
  public var ridge = 0.5
  public static let table: [OptionRecord<Plain>] = [
    .number("ridge", \\.ridge, in: 0...10, "factor of the squared weights")
  ]
  public static let needsGroups = false

  public init() {}

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    var learner = LearnerSettings()
    learner.l2 = ridge
    let fit = learner.learner(totalWeight: rows.totalWeight, context).fit(rows.scoreRows)
    return model(fit.model, rows.data.encoder, fit.report)
  }
}
""",
        "Mitigation/Registry/Mitigation.swift", "      Logistic.self,", "      Plain.self,"),
    Addition(
        "method after training", "Mitigation/Postprocessing/FixedThreshold.swift",
        """
import Datasets
import Models

/// One threshold for all.
public struct FixedThreshold: Postprocessor {
  public static let name = "fixed-threshold"
  public static let summary = "One threshold for all."
  public static let source = "an example"
  public var cut = 0.25
  public static let table: [OptionRecord<FixedThreshold>] = [
    .number("cut", \\.cut, in: 0...1, "a score at least this is positive")
  ]

  public init() {}

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    fitted(
      ThresholdRule(thresholds: rows.groups.names.map { _ in ScoreThreshold(cut) }),
      FitReport(status: .converged, iterations: 0, objective: nil, seed: context.seed))
  }
}
""",
        "Mitigation/Stages/Postprocessor.swift", "    GroupThresholds.self,", "    FixedThreshold.self,"),
    Addition(
        "data source", "Datasets/Tables/CopiedTables.swift",
        """
import LinearAlgebra

/// `copy-of:FILE` is the file.
enum CopiedTables: TableSource {
  static let name = "copy"
  private static let prefix = "copy-of:"

  static func open(
    _ location: DataLocation, missingTexts: [String], pool: WorkerPool
  ) throws(DataError) -> (any OpenTable)? {
    guard case .path(let path) = location, path.hasPrefix(prefix) else { return nil }
    return try CSVFile.open(
      .path(String(path.dropFirst(prefix.count))), missingTexts: missingTexts, pool: pool)
  }
}
""",
        "Datasets/Tables/TableSource.swift", "    ArrowTables.self,", "    CopiedTables.self,"),
    Addition(
        "data option", "Datasets/Options/DataOptions+LeaveOut.swift",
        """
extension DataOptions {
  /// Columns to leave out, one.
  static let leaveOut = OptionRecord<DataOptions>(
    "leave_out", .text, value: "column", "A column to leave out.",
    set: { options, input throws(DataError) in
      options.drop.append(try OptionKind.text.text(input, "leave_out"))
    }, get: { _ in nil })
}
""",
        "Datasets/Options/DataOptions+Table.swift",
        """    .adding("drop", \\.drop, value: "columns", "Columns to leave out."),""", "    leaveOut,"),
]

ROWS = 400


def table() -> str:
    lines = ["y,sex,age,income,noise"]
    for i in range(ROWS):
        age, income = 20 + i * 7 % 50, 10 + i * 13 % 90
        label = int((income + (i * 29) % 40 + 15 * (i % 2)) > 70)
        lines.append(f"{label},{'ab'[i % 2]},{age},{income},{i * 31 % 17}")
    return "\n".join(lines) + "\n"


def copied(folder: pathlib.Path) -> None:
    """The files that the repository has, where they changed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
        capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        source, target = ROOT / name, folder / name
        if name and source.is_file() and (
                not target.exists() or source.read_bytes() != target.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def added(folder: pathlib.Path) -> None:
    for addition in ADDITIONS:
        (folder / "Sources" / addition.file).write_text(addition.text.lstrip("\n"))
        listed = folder / "Sources" / addition.list
        text = listed.read_text()
        if addition.line + "\n" in text:
            continue
        count = text.count(addition.after + "\n")
        assert count == 1, f"{addition.kind}: {count} lines '{addition.after}' in {addition.list}"
        listed.write_text(text.replace(addition.after + "\n", f"{addition.after}\n{addition.line}\n"))


class Doors:
    """The program, pipeline files, and C by the Python package."""

    def __init__(self, folder: pathlib.Path, built: pathlib.Path, work: pathlib.Path):
        self.program, self.work = built / "equipoise", work
        os.environ["EQUIPOISE_LIBRARY"] = str(next(built.glob("libEquipoiseC.*")))
        sys.path.insert(0, str(folder / "Sources" / "Python"))
        self.csv = work / "rows.csv"
        self.csv.write_text(table())

    def ask(self, *words) -> dict:
        done = subprocess.run(
            [self.program, *map(str, words)], capture_output=True, text=True, cwd=self.work)
        if done.returncode not in (0, 4):
            raise AssertionError(f"{' '.join(map(str, words))}: {done.returncode} {done.stderr}")
        return json.loads(done.stdout)

    def train(self, method: str, *words, data=None) -> dict:
        return self.ask(
            "train", method, "--data", data or self.csv, "--label", "y", "--sensitive", "sex", *words,
            "--format", "json")

    def pipeline(self, data: dict, **stages) -> dict:
        file = self.work / "plan.yaml"
        roles = {"file": str(self.csv), "label": "y", "sensitive": ["sex"], **data}
        file.write_text(json.dumps({"data": roles, **stages}))
        return self.ask("run", file, "--output-directory", self.work / "out", "--format", "json")

    def library(self, job: str, **options) -> dict:
        from equipoise._engine import jobs

        given = {"data": str(self.csv), "label": "y", "sensitive": ["sex"], **options}
        return jobs.run(job, given).document


def text(document) -> str:
    return json.dumps(document, sort_keys=True)


def asked(doors: Doors) -> None:
    """Every door, for each addition; an answer that does not know it fails."""
    for name in ("reductions", "penalized"):
        told = [
            doors.train(name, "--criterion", "selection_and_error"),
            doors.pipeline({}, learner={"method": name, "criterion": "selection_and_error"}),
            doors.library("train", method=name, criterion="selection_and_error"),
        ] if name == "reductions" else []
        for document in told:
            assert "selection_and_error" in text(document), (name, document)
    print("criterion: every door")
    for document in (
            doors.train("penalized", "--penalty", "half_covariance"),
            doors.pipeline({}, learner={"method": "penalized", "penalty": "half_covariance"}),
            doors.library("train", method="penalized", penalty="half_covariance")):
        assert "half_covariance" in text(document)
    print("penalty: every door")
    for document in (
            doors.ask("audit", "--data", doors.csv, "--label", "y", "--sensitive", "sex", "--prediction", "y",
                      "--format", "json"),
            doors.library("audit", prediction="y")):
        assert "share_of_hits" in text(document)
    print("metric: every door")
    for document in (
            doors.train("equal-weights"),
            doors.pipeline({}, preprocess={"method": "equal-weights"}),
            doors.library("train", method="equal-weights")):
        assert "equal-weights" in text(document)
    for document in (
            doors.train("plain", "--ridge", "0.75"),
            doors.pipeline({}, learner={"method": "plain", "ridge": 0.75}),
            doors.library("train", method="plain", ridge=0.75)):
        assert "plain" in text(document) and "0.75" in text(document)
    for document in (
            doors.train("fixed-threshold", "--cut", "0.75"),
            doors.pipeline({}, postprocess={"method": "fixed-threshold", "cut": 0.75}),
            doors.library("train", method="fixed-threshold", cut=0.75)):
        assert "fixed-threshold" in text(document) and "0.75" in text(document)
    print("methods before, in and after training: every door")
    usual = doors.train("logistic")["train"]
    source = f"copy-of:{doors.csv}"
    assert doors.train("logistic", data=source)["train"] == usual
    assert doors.library("train", method="logistic", data=source)["train"] == usual
    print("data source: the program and C; a pipeline names files that exist, and this one is none")
    without = doors.train("logistic", "--drop", "income")["train"]
    assert without != usual
    assert doors.train("logistic", "--leave-out", "income")["train"] == without
    assert doors.library("train", method="logistic", leave_out="income")["train"] == without
    assert text(without) != text(usual)
    doors.pipeline({"leave_out": "income"}, learner={"method": "logistic"})
    print("data option: every door")


def main() -> None:
    kept = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as work:
        folder = kept or pathlib.Path(work) / "copy"
        folder.mkdir(parents=True, exist_ok=True)
        copied(folder)
        added(folder)
        for product in ("equipoise", "EquipoiseC"):
            subprocess.run(
                ["swift", "build", "-c", "release", "--product", product], cwd=folder, check=True)
        asked(Doors(folder, folder / ".build" / "release", pathlib.Path(work)))


if __name__ == "__main__":
    main()
