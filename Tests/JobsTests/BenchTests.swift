import Datasets
import Foundation
import Jobs
import LinearAlgebra
import Mitigation
import Models
import Reports
import Testing

@Suite struct ProcessUsageTests {
  @Test func theSystemsFiguresAreRead() {
    #expect(ProcessMemory.Peaks.bytes("RssAnon:\t    1234 kB") == 1_263_616)
    let text = "cpu  100 20 30 900 50 6 7 8 0 0\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nintr 5\n"
    let load = MachineLoad.load(text, ticksPerSecond: 100)
    #expect(load?.busy == 1.71 && load?.cores == 2)
    #expect(MachineLoad.load("intr 5\n", ticksPerSecond: 100) == nil)
  }
}

@Suite struct EngineSideTests {
  /// A request about rows that are written as arrays, and what the engine answers.
  private func answer(
    _ parts: [(name: String, rows: Dataset<Double>)], _ method: String, options: [String: String],
    folder: String
  ) throws -> [String: Any] {
    for part in parts { try part.rows.writeArrays(to: "\(folder)/\(part.name)") }
    try FileManager.default.createDirectory(
      atPath: folder + "/out", withIntermediateDirectories: true)
    let request: [String: Any] = [
      "schema": "equipoise.bench-request/1", "train": folder + "/train", "test": folder + "/test",
      "output": folder + "/out", "method": method, "options": options,
      "criterion": "demographic_parity", "bound": 0.02, "precision": "double", "seed": 0,
      "threads": 2, "budget": 60,
    ]
    let line = String(
      decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self)
    let answer = try EngineSide.answer(line)
    #expect(!answer.contains("\n"), "one line")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
  }

  /// Through the arrays and a request the engine comes to the numbers of an experiment on the rows.
  @Test(arguments: ["logistic", "reductions", "group-thresholds"])
  func anAnswerIsThatOfTheExperiment(_ name: String) throws {
    let folder = NSTemporaryDirectory() + "equipoise-side-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let german = try BundledDataset.named("german")
    let parts = try DataReader(options: DataOptions(german)).readSplit(
      .bundled(german, .train), test: .fraction(0.3, seed: 0), as: Double.self)
    let options = name == "logistic" ? [:] : ["bound": "0.02"]
    let told = try answer(
      [("train", parts.train), ("test", parts.test)], name, options: options, folder: folder)
    #expect(told["status"] as? String == "ok" && told["readings"] as? Double ?? 0 > 0)
    let run = try Experiment(train: parts.train, test: parts.test)
      .run(try Mitigations.named(name), options: options)
    for (part, rows, metrics) in [
      ("train", parts.train, run.document.train),
      ("test", parts.test, try #require(run.document.test)),
    ] {
      let selected = try NPYArray("\(folder)/out/\(part).npy").doubles
      let right = zip(selected, 0..<rows.rows).reduce(0) {
        $0 + (rows.labels![$1.1] == 1 ? $1.0 : 1 - $1.0)
      }
      let accuracy = try #require(metrics[.accuracy].value)
      // A row at a threshold may fall to its other side: the arrays are standardized again.
      #expect(abs(right / Double(rows.rows) - accuracy) < 2.1 / Double(rows.rows))
    }
  }

  @Test func whatTheEngineDoesNotTakeIsRefused() throws {
    let folder = NSTemporaryDirectory() + "equipoise-side-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let rows: Dataset<Double> = try SyntheticData(rows: 300, features: 2, groups: 1).dataset()
    let told = try answer(
      [("train", rows), ("test", rows)], "reductions", options: [:], folder: folder)
    #expect(told["status"] as? String == "refused")
    #expect((told["reason"] as? String ?? "").contains("group"))
    #expect(throws: JobError.self) { try EngineSide.answer("{}") }
  }
}
