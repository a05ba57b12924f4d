import Datasets
import Foundation
import Jobs
import LinearAlgebra
import Models
import Synchronization
import Testing

/// Reasons add up to the score, and a list that suffices does flip the decision.
@Suite struct ExplainTests {
  private let folder = NSTemporaryDirectory() + "equipoise-explain-\(UUID().uuidString)"

  private func table() throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var random = SyntheticNumbers(seed: 4)
    let lines = (0..<400).map { row -> String in
      let income = random.next() + (row % 2 == 0 ? 0 : 0.3)
      let debt = random.next(), age = random.next()
      let job = ["clerk", "cook", "none"][Int(3 * random.next())]
      let part = job == "none" ? -0.4 : job == "cook" ? 0.1 : 0.2
      let isSilent = row % 17 == 0
      let z = 2 * income - 2 * debt + part + 0.2 * random.next() - (isSilent ? 0.8 : 0)
      let shown = isSilent ? "" : "\(age)"
      let sex = row % 2 == 0 ? "f" : "m", paid = z > 0 ? "yes" : "no"
      return "p\(row),\(sex),\(income),\(debt),\(shown),\(job),\(paid)"
    }
    let path = folder + "/t.csv"
    try ("id,sex,income,debt,age,job,paid\n" + lines.joined(separator: "\n") + "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func trained(
    _ path: String, _ method: String, useSensitive: Bool = false
  ) throws -> TrainedModel {
    var job = TrainJob()
    var roles = DataOptions(label: "paid", sensitive: ["sex"], identifier: "id", missing: .keep)
    roles.useSensitive = useSensitive
    job.data = DataInput(file: path, roles)
    job.data.precision = .double
    job.method = MethodInput(method)
    return try #require(try job.run(JobContext()).model)
  }

  private func explained(
    _ model: TrainedModel, _ path: String, _ change: (inout ExplainJob) -> Void = { _ in }
  ) throws -> ExplainDocument {
    var job = ExplainJob()
    job.data = DataInput(file: path, DataOptions(identifier: "id"))
    job.data.precision = .double
    change(&job)
    var context = JobContext()
    context.models["model"] = model
    return try job.run(context).document
  }

  @Test func aListThatSufficesFlipsTheDecision() throws {
    let path = try table()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try trained(path, "logistic")
    let found = try explained(model, path)
    let rows: Dataset<Double> = try DataReader(options: DataOptions(sensitive: [])).read(
      .path(path), encoder: model.encoder)
    let decisions = try model.predict(rows).decisions
    #expect(found.adverse == decisions.count { $0 == 0 } && found.adverse > 50)
    #expect(found.explained.allSatisfy { decisions[$0.record] == 0 && $0.id == "p\($0.record)" })
    let linear = try #require(model.predictor as? LinearModel)
    let scores = linear.scores(rows.features)
    for row in found.explained {
      #expect(!row.reasons.isEmpty && row.reasons.allSatisfy { $0.contribution < 0 })
      let parts = row.reasons.map(\.contribution)
      #expect(parts == parts.sorted())
      let without = scores[row.record] - row.reasons.reduce(0) { $0 + $1.contribution }
      #expect(row.sufficient == (without >= found.cut))
      #expect(abs(row.shortBy - max(0, found.cut - without)) < 1e-9)
      // A shorter list would say too little, or leave the decision as it is.
      let shorter = row.reasons.dropLast()
      if shorter.count >= 1 {
        let sum = shorter.reduce(0) { $0 + $1.contribution }
        let all = row.reasons.reduce(0) { $0 + $1.contribution } / row.share
        #expect(scores[row.record] - sum < found.cut || (sum > 0.8 * all && shorter.count < 4))
      }
    }
    #expect(found.explained.allSatisfy { row in !row.reasons.contains { $0.column == "sex" } })
  }

  /// Without sensitive features every row can be explained by what speaks against it: with all of
  /// that at the mean of selected rows, its score is at least theirs, which is above the cut.
  @Test func allReasonsTogetherSuffice() throws {
    let path = try table()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let found = try explained(try trained(path, "logistic"), path) { $0.requiresSufficient = true }
    #expect(found.insufficient == 0)
  }

  @Test func whatWouldNotBeHonestIsRefused() throws {
    let path = try table()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (method, reason) in [
      ("group-thresholds", "membership of a group"), ("reductions", "chance"),
      ("relaxed-parity", "membership of a group"), ("adversarial", "not one linear score"),
    ] {
      let model = try trained(path, method)
      let error = #expect(throws: JobError.self, "\(method)") { _ = try explained(model, path) }
      #expect(error.map { "\($0)".contains(reason) } == true, "\(method): \(error as Any)")
    }
  }

  /// One person is held against the reference rows, not against nobody but that person.
  @Test func aConditionChoosesWhoIsExplainedAndNotWhomTheyAreHeldAgainst() throws {
    let path = try table()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try trained(path, "logistic")
    let all = try explained(model, path)
    let person = try #require(all.explained.first?.id)
    let one = try explained(model, path) {
      $0.data.stated.condition = try? RowCondition("id = '\(person)'")
      $0.reference = path
    }
    #expect(one.rows == 1 && one.reference == all.reference)
    #expect(
      one.explained.first?.reasons.map(\.contribution)
        == all.explained[0].reasons.map(\.contribution))
  }

  /// A reason says what the row has, as the table has it, or that it has nothing.
  @Test func reasonsNameTheValuesTheyAreAbout() throws {
    let path = try table()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let found = try explained(try trained(path, "logistic"), path) { $0.most = 9 }
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let places = ["income": 2, "debt": 3, "age": 4, "job": 5]
    var missing = 0
    for row in found.explained {
      for reason in row.reasons {
        let own = lines[row.record][try #require(places[reason.column])]
        guard let number = Double(own) else {
          #expect(reason.value == (own.isEmpty ? nil : own))
          missing += own.isEmpty ? 1 : 0
          continue
        }
        #expect(abs(try #require(reason.value.flatMap { Double($0) }) - number) < 1e-6)
      }
    }
    #expect(missing > 0)
    let typical = Set(
      found.explained.flatMap(\.reasons).filter { $0.column == "job" }.map(\.typical))
    #expect(typical.count == 1 && ["clerk", "cook", "none"].contains(typical.first ?? nil))
  }

  /// Numbers are as the table has them, however features are stored, and a row is at the place by which
  /// a condition finds it.
  @Test(arguments: [FeaturePrecision.float, .double])
  func reasonsHaveTheTablesOwnNumbersAndPlaces(precision: FeaturePrecision) throws {
    let path = folder + "/read.csv"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var random = SyntheticNumbers(seed: 3), lines = ["years,savings,region,label"]
    for row in 0..<400 {
      let years = Int(41 * random.next()), saved = ["0", "600", "24800", "0.1", "1999.99"][row % 5]
      let score = Double(years) / 20 + (Double(saved) ?? 0) / 20_000
      lines.append(
        "\(years),\(saved),\(row % 3 == 0 ? "us" : "eu"),\(2 * random.next() < score ? 1 : 0)")
    }
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    var training = TrainJob()
    training.data = DataInput(file: path, DataOptions(label: "label"))
    training.method = MethodInput("logistic")
    let model = try #require(try training.run(JobContext()).model)
    func explained(_ condition: String? = nil) throws -> ExplainDocument {
      var job = ExplainJob()
      job.data = DataInput(file: path, DataOptions())
      job.data.precision = precision
      job.data.stated.condition = try condition.map { try RowCondition($0) }
      (job.reference, job.most) = (path, 9)
      var context = JobContext()
      context.models["model"] = model
      return try job.run(context).document
    }
    let found = try explained()
    #expect(found.explained.count > 20)
    for row in found.explained {
      #expect(row.row == row.record + 2)
      let own = lines[row.row - 1].split(separator: ",").map(String.init)
      for reason in row.reasons {
        let place = try #require(["years", "savings", "region"].firstIndex(of: reason.column))
        #expect(reason.value == own[place])
        #expect((reason.typicalShare != nil) == (reason.column == "region"))
      }
    }
    let one = try #require(found.explained.first)
    #expect(try explained("row = \(one.row)").explained.map(\.record) == [one.record])
  }

  @Test func whereNobodyIsRefusedANoteSaysSo() throws {
    let path = try table()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try trained(path, "logistic")
    let told = Mutex<[String]>([])
    var job = ExplainJob()
    job.data = DataInput(file: path, DataOptions(identifier: "id"))
    job.data.precision = .double
    job.threshold = 1e-9
    var context = JobContext()
    context.models["model"] = model
    context.note = { text in told.withLock { $0.append(text) } }
    #expect(try job.run(context).document.adverse == 0)
    #expect(told.withLock { $0 } == ["note: every row is selected: there is nothing to explain"])
  }

  @Test func sensitiveColumnsAreNoReasons() throws {
    let path = try table()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let found = try explained(try trained(path, "logistic", useSensitive: true), path)
    #expect(found.explained.allSatisfy { row in !row.reasons.contains { $0.column == "sex" } })
  }
}
