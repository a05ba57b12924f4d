import Criteria
import Datasets
import Foundation
import Mitigation
import Models
import Reports
import Testing

@testable import Jobs

@Suite struct BenchMethodTests {
  @Test func criterionAndBoundReachMethodsThatTakeThem() throws {
    func options(_ text: String) throws -> [String: String] {
      try BenchMethod(text, criterion: .equalizedOdds, bound: 0.02).options
    }
    #expect(
      try options("reductions")
        == ["criterion": "equalized_odds", "bound": "0.02", "compared": "to_overall"])
    #expect(try options("penalized") == ["criterion": "equalized_odds", "target_gap": "0.02"])
    #expect(try options("logistic") == [:])
    #expect(
      try options("reductions:bound=0.1:algorithm=faithful")
        == [
          "criterion": "equalized_odds", "bound": "0.1", "compared": "to_overall",
          "algorithm": "faithful",
        ])
  }

  @Test(arguments: [
    ("reduction", "did you mean 'reductions'"), ("reductions:bound", "has no '='"),
    ("reductions:bound=2", "bound"), ("reductions:bound=1:bound=1", "given twice"),
    ("logistic:strength=1", "strength"),
  ])
  func mistakesAreNamedBeforeAnythingRuns(_ text: String, _ said: String) throws {
    do {
      _ = try BenchMethod(text, criterion: .demographicParity, bound: 0.01)
      Issue.record("\(text) is taken")
    } catch {
      #expect(error.text(.commandLine).contains(said), "\(error.text(.commandLine))")
    }
  }

  @Test func aSideIsANameWithACommand() throws {
    let side = try BenchSide("peer=python -c 'a=1'")
    #expect(side.name == "peer" && side.words == ["/bin/sh", "-c", "exec python -c 'a=1'"])
    for text in ["peer", "peer=", "peer= ", "=python", "equipoise=python"] {
      #expect(throws: DataError.self) { try BenchSide(text) }
    }
  }
}

@Suite struct CellProcessTests {
  private func run(_ script: String, budget: Double = 60) throws -> CellProcess.Outcome {
    let folder = NSTemporaryDirectory() + "equipoise-cell-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = CellProcess(
      words: ["/bin/sh", "-c", script], environment: ["CELL": "7"], folder: folder, budget: budget)
    return try process.run("asked", shouldStop: { false })
  }

  @Test func itReadsTheQuestionAndIsHeard() throws {
    let outcome = try run("read line; echo $line $CELL; echo no >&2; echo never >&2; exit 3")
    #expect(outcome.ending == .exited(3) && outcome.output == "asked 7\n")
    #expect(outcome.complaint == "never")
    #expect(outcome.seconds > 0 && outcome.processorSeconds >= 0)
  }

  @Test func endsAreToldApart() throws {
    #expect(try run("kill -9 $$").ending == .killed(9))
    #expect(try run("sleep 1000", budget: 0.05).ending == .outOfTime)
    #expect(try run("true").ending == .exited(0))
    let folder = NSTemporaryDirectory()
    let stopped = CellProcess(words: ["/bin/sleep", "1000"], folder: folder, budget: 1000)
    #expect(try stopped.run("", shouldStop: { true }).ending == .stopped)
    let absent = CellProcess(words: ["/no/such/program"], folder: folder, budget: 1)
    #expect(throws: JobError.self) { try absent.run("", shouldStop: { false }) }
  }

  @Test func theSystemsFiguresAreRead() {
    #expect(ProcessMemory.Peaks.bytes("RssAnon:\t    1234 kB") == 1_263_616)
    let text = "cpu  100 20 30 900 50 6 7 8 0 0\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nintr 5\n"
    let load = MachineLoad.load(text, ticksPerSecond: 100)
    #expect(load?.busy == 1.71 && load?.cores == 2)
    #expect(MachineLoad.load("intr 5\n", ticksPerSecond: 100) == nil)
  }

  @Test func theAnswerIsTheLastLineOfJSON() {
    let printed = "hello\n{\"no\": 1}\n{\"status\": \"ok\", \"readings\": 2.5}\nbye\n"
    #expect(BenchAnswer(printed: printed)?.readings == 2.5)
    #expect(BenchAnswer(printed: "{\"status\": \"fine\"}\n") == nil)
    #expect(BenchAnswer(printed: "") == nil)
  }
}

@Suite struct EngineSideTests {
  /// Through the arrays and a request the engine comes to the numbers of an experiment on the rows.
  @Test(arguments: ["logistic", "reductions", "group-thresholds"])
  func anAnswerIsThatOfTheExperiment(_ name: String) throws {
    let folder = NSTemporaryDirectory() + "equipoise-side-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let parts = try BenchProblem.parts(
      "german", test: nil, JobContext(), as: Double.self)
    let problem = try BenchProblem("german", parts, folder: folder, pool: .default)
    #expect(problem.record.rows == parts.train.rows && problem.record.digest.count == 64)
    let method = try BenchMethod(name, criterion: .demographicParity, bound: 0.02)
    let request = BenchRequest(
      train: problem.trainFolder, test: problem.testFolder, output: folder, method: name,
      options: method.options, criterion: "demographic_parity", bound: 0.02, precision: "double",
      seed: 0, threads: 2, budget: 60)
    let line = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
    let answer = try #require(BenchAnswer(printed: try EngineSide.answer(line)))
    #expect(answer.status == .ok && (answer.readings ?? 0) > 0)
    let run = try Experiment(train: parts.train, test: parts.test)
      .run(try Mitigations.named(name), options: method.options)
    for (part, rows, metrics) in [
      (BenchRequest.Part.train, problem.train, run.document.train),
      (.test, problem.test, try #require(run.document.test)),
    ] {
      let selected = try NPYArray(request.decisions(part)).doubles
      let right = zip(selected, 0..<rows.rows).reduce(0) {
        $0 + (rows.labels![$1.1] == 1 ? $1.0 : 1 - $1.0)
      }
      let accuracy = try #require(metrics[.accuracy].value)
      #expect(abs(right / Double(rows.rows) - accuracy) < 1e-3)
    }
  }

  @Test func whatTheEngineDoesNotTakeIsRefused() throws {
    let folder = NSTemporaryDirectory() + "equipoise-side-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let parts = try BenchProblem.parts(
      "synthetic:rows=500:features=2:groups=1", test: 0.4, JobContext(), as: Float.self)
    #expect(parts.test.rows == 200)
    let problem = try BenchProblem("one", parts, folder: folder, pool: .default)
    let request = BenchRequest(
      train: problem.trainFolder, test: problem.testFolder, output: folder, method: "reductions",
      options: [:], criterion: "demographic_parity", bound: 0.02, precision: "float", seed: 0,
      threads: 1, budget: 60)
    let line = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
    let answer = try #require(BenchAnswer(printed: try EngineSide.answer(line)))
    #expect(answer.status == .refused && answer.reason?.contains("group") == true)
  }
}
