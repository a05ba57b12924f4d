import Datasets
import Foundation
import Jobs
import LinearAlgebra
import Models
import Testing

/// The page's document from files: models, scores, decisions and tables alone.
@Suite struct ExploreTests {
  private let folder = NSTemporaryDirectory() + "equipoise-explore-\(UUID().uuidString)"

  private func table(_ rows: Int = 800) throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var random = SyntheticNumbers(seed: 11)
    let lines = (0..<rows).map { row -> String in
      let income = random.next(), p = 0.7 * income + 0.3 * random.next()
      let sex = random.next() < 0.4 ? "f" : "m", race = random.next() < 0.5 ? "a" : "b"
      let paid = random.next() < p ? "yes" : "no"
      return "k\(row),\(sex),\(race),\(income),\(p),\(p > 0.6 ? 1 : 0),\(paid)"
    }
    let path = folder + "/t.csv"
    try ("id,sex,race,income,p,decided,paid\n" + lines.joined(separator: "\n") + "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func job(_ path: String, label: String? = "paid") -> ExploreJob {
    var job = ExploreJob()
    job.data = DataInput(
      file: path,
      DataOptions(label: label, sensitive: ["sex", "race"], drop: ["id"]))
    return job
  }

  @Test func scoresAndDecisionsStandBesideEachOther() throws {
    let path = try table()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var job = job(path)
    job.subject.scores = ["p"]
    job.subject.prediction = "decided"
    job.snapshot = folder + "/page.html"
    let found = try job.run(JobContext())
    #expect(found.document.models.map(\.name) == ["p", "decided"])
    #expect(found.document.partitions.map(\.name) == ["sex", "race", "sex × race"])
    #expect(found.document.columns.map(\.name) == ["income"])
    let page = try Data(contentsOf: URL(fileURLWithPath: folder + "/page.html"))
    #expect(Array(page) == found.bytes)
    // Identifiers are on no page.
    let names = String(decoding: page, as: UTF8.self)
    let hasRow = names.contains("k417")
    #expect(!hasRow)
  }

  @Test func modelsAreAskedAboutChangedRows() throws {
    let path = try table()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var train = TrainJob()
    train.data = job(path).data
    train.data.stated.drop = ["id", "p", "decided"]
    train.method = MethodInput("logistic")
    var context = JobContext()
    context.models["model"] = try #require(try train.run(JobContext()).model)
    var job = job(path)
    job.data.stated.drop = []
    let model = try #require(try job.run(context).document.models.first)
    #expect(model.name == "logistic" && model.strategies?.isEmpty == false)
    let income = try #require(model.dependence?.first { $0.column == "income" })
    // The score rises with income in every group.
    for means in income.means.flatMap({ $0 }).compactMap({ $0 }) {
      #expect(zip(means, means.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test func aTableAloneHasColumnsAndSlices() throws {
    let path = try table()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let found = try job(path, label: nil).run(JobContext()).document
    #expect(found.models.isEmpty && found.label == nil && !found.slices.isEmpty)
  }

  @Test func aMissingScoreIsNamedWithItsLine() throws {
    let path = try table(60)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    var fields = lines[7].split(separator: ",", omittingEmptySubsequences: false)
    fields[4] = ""
    lines[7] = fields.joined(separator: ",")[...]
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    var job = job(path)
    job.subject.scores = ["p"]
    let error = #expect(throws: DataError.self) { try job.run(JobContext()) }
    #expect("\(error!)".contains("8") && "\(error!)".contains("'p'"))
  }
}
