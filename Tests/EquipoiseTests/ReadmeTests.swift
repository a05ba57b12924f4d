import Equipoise
import Foundation
import Testing

/// The Swift example of the README, compiled and run.
@Suite struct ReadmeTests {
  private func example(in folder: String) throws {
    // README begins
    let options = DataOptions(label: "repaid", sensitive: ["sex"])
    let (train, test) = try DataReader(options: options).readSplit(
      .path("loans.csv"), test: .fraction(0.3, seed: 0), as: Float.self)
    let experiment = Experiment(train: train, test: test)
    let fair = try experiment.run(Penalized(strength: 20))
    print(fair.document.status, fair.document.measured[.selectionRate.difference])
    let frontier = try experiment.frontier(Penalized.self)
    try ModelStore.write(fair.model, to: "m.eqp")
    // README ends
    #expect(fair.document.status == "converged")
    #expect(frontier.count == Penalized.dialSettings.count)
    #expect(try ModelStore.read("m.eqp").method == "penalized")
  }

  @Test func theExampleOfTheReadmeRuns() throws {
    let folder = NSTemporaryDirectory() + "equipoise-readme-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let before = FileManager.default.currentDirectoryPath
    defer {
      FileManager.default.changeCurrentDirectoryPath(before)
      try? FileManager.default.removeItem(atPath: folder)
    }
    #expect(FileManager.default.changeCurrentDirectoryPath(folder))
    var random = CounterRandom(seed: 1, stream: 0)
    let lines = (0..<800).map { _ in
      let sex = random.uniform() < 0.4 ? "f" : "m", income = random.normal()
      let repaid = income + random.normal() + (sex == "m" ? 0.5 : 0) > 0.2
      return "\(income),\(sex),\(repaid ? "yes" : "no")"
    }
    try (["income,sex,repaid"] + lines).joined(separator: "\n").write(
      toFile: "loans.csv", atomically: true, encoding: .utf8)
    try example(in: folder)
  }

  @Test func theReadmeShowsTheSameLines() throws {
    let here = URL(fileURLWithPath: #filePath)
    let root = here.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let source = try String(contentsOf: here, encoding: .utf8)
    func trimmed(_ text: Substring) -> [String] {
      text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let block = try #require(readme.components(separatedBy: "```swift\n").dropFirst().first)
    let shown = trimmed(block[..<block.range(of: "```")!.lowerBound])
    let from = source.range(of: "// README begins\n")!.upperBound
    let run = trimmed(source[from..<source.range(of: "    // README ends")!.lowerBound])
    #expect(shown.first == "import Equipoise")
    #expect(Array(shown.dropFirst()) == run)
  }
}
