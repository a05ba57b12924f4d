import Auditing
import Criteria
import Datasets
import Foundation
import Jobs
import LinearAlgebra
import Mitigation
import Models
import Reports
import Testing

/// Pages of several runs: how each stands among the others, who is behind in it, and on how many rows
/// that rests.
@Suite struct RunsPageTests {
  /// Two groups of 200 rows, and a third of a few whom nobody selects, half of each positive.
  private static func data(_ rare: Int = 0) throws -> Dataset<Double> {
    let count = 400 + rare, x = Matrix<Double>(rows: count, columns: 1)
    let labels = (0..<count).map { UInt8($0 / 2 % 2) }
    for i in 0..<count { x[i, 0] = Double(labels[i]) + Double(i % 7) }
    return Dataset(
      source: "rows", encoder: FeatureEncoder(numeric: [.init(name: "x")]),
      features: DesignMatrix(dense: x), labels: Buffer(labels),
      attributes: [
        GroupIndex(attribute: "g", values: (0..<count).map { $0 < 400 ? ["a", "b"][$0 % 2] : "z" })
      ])
  }

  /// A run whose decisions are the labels but for so many of the first positives of each group, who are
  /// refused, and of the first negatives, who are admitted.
  private static func record(
    _ name: String, _ data: Dataset<Double>, refused: [Int], admitted: [Int] = [0, 0]
  ) throws -> FitRecord {
    var decisions = data.labels!.array, left = [admitted + [0], refused + [Int.max]]
    for i in decisions.indices {
      let group = data.attributes[0][i], label = Int(decisions[i])
      if left[label][group] > 0 {
        decisions[i] = 1 - decisions[i]
        left[label][group] -= 1
      }
    }
    let run = try Experiment(train: data, test: nil, pool: .serial)
      .run(try Mitigations.named("logistic"))
    var record = run.document
    record.label = name
    record.train = try FitMetrics(
      data, scores: decisions.map(Double.init), mixture: [(1, decisions)])
    return record
  }

  private static func page(
    _ records: [FitRecord], _ disparity: MeasureName = .selectionRate.difference
  ) -> (runs: RunsDocument, page: ReportDocument) {
    let runs = RunsDocument(records, disparity: disparity, tellsApart: true)
    let report = RunsReport(
      kind: "compare", runs: runs, disparity: disparity,
      split: .init(training: 400, test: nil, groups: [("g", ["a", "b"])]),
      context: ReportContext(source: "rows", version: "1"), name: { $0.label ?? $0.method })
    return (runs, report.document())
  }

  @Test func aRunThatIsNotToldApartIsUnbeatenAndNamed() throws {
    let data = try Self.data()
    let (runs, page) = Self.page([
      try Self.record("first", data, refused: [0, 10]),
      try Self.record("second", data, refused: [6, 10]),
      try Self.record("third", data, refused: [10, 30]),
    ])
    #expect(
      runs.runs.map { runs.standing($0) } == [
        .unbeaten, .notToldApart(from: "first"), .beaten,
      ])
    let text = try page.rendered(as: .markdown)
    #expect(text.contains("first: accuracy") && text.contains("second: accuracy"))
    #expect(text.contains("(b lower); no other run beats it on both."))
    #expect(text.contains("the data do not tell it apart from first"))
    #expect(text.contains("first is at least as good on both."))
    #expect(text.contains("third: accuracy"))
    let figure = try #require(page.figures.first)
    #expect(figure.description.contains("The dashed line joins"))
    for word in ["first", "second", "third"] {
      #expect(figure.svg.contains("class=\"label\">\(word)<"), "\(word)")
    }
    for words in ["no other run beats it", "not told apart from another", "beaten by another run"] {
      #expect(figure.svg.contains(words), "\(words)")
    }
  }

  /// A criterion that does not tell two runs apart says nothing of the other gaps.
  @Test func eachMeasureSaysWhetherItTellsRunsApart() throws {
    let data = try Self.data()
    let (runs, page) = Self.page(
      [
        try Self.record("even", data, refused: [60, 60]),
        try Self.record("uneven", data, refused: [0, 70]),
      ], .selectionRate.difference)
    let text = try page.rendered(as: .markdown)
    #expect(runs.runs.allSatisfy { runs.standing($0) == .unbeaten })
    let (same, told) = Self.page(
      [
        try Self.record("even", data, refused: [36, 36], admitted: [1, 0]),
        try Self.record("uneven", data, refused: [0, 70], admitted: [0, 2]),
      ], MeasureName("false_positive_rate", .difference))
    #expect(same.runs.contains { same.standing($0) == .notToldApart(from: "uneven") })
    let words = try told.rendered(as: .markdown)
    #expect(words.contains("the data do not tell it apart from uneven, in"))
    #expect(words.contains("selection difference (0") && words.contains(") they do."))
    #expect(!text.contains("do not tell"))
  }

  @Test func ofOneRunNothingIsSaidAboutOthers() throws {
    let (runs, page) = Self.page([try Self.record("alone", try Self.data(), refused: [0, 10])])
    #expect(!runs.compares && runs.standing(runs.runs[0]) == nil)
    #expect(page.figures.isEmpty)
    let text = try page.rendered(as: .markdown)
    #expect(text.contains("alone: accuracy") && !text.contains("Pareto") && !text.contains("beats"))
  }

  /// Whose rate is lower turns round from run to run while the gap is the same.
  @Test func theGapThatIsAskedForHasAColumnWithWhoIsBehind() throws {
    let data = try Self.data()
    let (runs, page) = Self.page(
      [
        try Self.record("one", data, refused: [0, 20]),
        try Self.record("other", data, refused: [20, 0]),
      ], .averageOdds.difference)
    let table = try #require(page.tables.first { $0.id == "test-table" })
    let column = try #require(table.columns.firstIndex { $0.title == "Average odds difference" })
    #expect(table.rows.map { $0.cells[column].mark } == ["b lower", "a lower"])
    #expect(table.rows.allSatisfy { $0.cells[column].range != nil })
    let json = String(decoding: try JSONEncoder().encode(runs), as: UTF8.self)
    #expect(json.contains("gap_groups") && json.contains(#""low_group":"b""#))
  }

  @Test func aGapOfFewRowsIsMarked() throws {
    let data = try Self.data(8)
    let record = try Self.record("few", data, refused: [0, 10])
    let sides = try #require(record.train.sides(of: .selectionRate.difference))
    #expect(sides.lowGroup == "z" && sides.restsOnFew && sides.groups == 3)
    let table = try #require(Self.page([record]).page.tables.first { $0.id == "test-table" })
    let column = try #require(table.columns.firstIndex { $0.title == "Selection difference" })
    #expect(table.rows[0].cells[column].status == .lowCount)
    #expect(table.rows[0].cells[column].mark == "z lowest")
    let many = try Self.record("many", try Self.data(), refused: [0, 10])
    #expect(many.train.sides(of: .selectionRate.difference)?.restsOnFew == false)
  }

  /// Sentences have few digits; the certificate beside them has all.
  @Test(arguments: ["reductions", "grid-search", "meta-fair", "distributionally-robust"])
  func reasonsHaveFewDigits(_ name: String) throws {
    let method = try Mitigations.named(name)
    let run = try Experiment(train: try Self.data(), test: nil, pool: .serial).run(method)
    let reason = run.document.stopReason ?? ""
    #expect(reason.firstMatch(of: /[1-9]\.\d{4,}|\.0*[1-9]\d{4,}/) == nil, "\(reason)")
  }
}
