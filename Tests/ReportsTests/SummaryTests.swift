import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Reports
import TestSupport
import Testing

/// What a summary says of gaps of few rows, of decisions drawn by lot, and of who is counted.
@Suite struct SummaryTests {
  /// Two groups of 200 rows whose rates differ by a tenth, one of 8 whose members are all selected, and
  /// rows of which nobody knows the group.
  private static func outcomes(shift: Int = 0, unknown: Int = 0) -> Outcomes {
    var groups: [String] = [], labels: [UInt8] = [], decisions: [UInt8] = []
    for i in 0..<(408 + unknown) {
      groups.append(i < 400 ? ["a", "b"][i % 2] : i < 408 ? "few" : UnknownGroups.levelName)
      labels.append(UInt8(i / 2 % 2))
      let isSelected = i < 400 ? (i / 2 + shift) % 10 < 4 + i % 2 : i < 408
      decisions.append(isSelected ? 1 : 0)
    }
    return Outcomes(
      attributes: [GroupIndex(attribute: "g", values: groups)], labels: Buffer(labels),
      predictions: Buffer(decisions))
  }

  private static func text(_ document: ReportDocument) throws -> String {
    try document.rendered(as: .markdown)
  }

  @Test func aGapOfFewRowsHasTheGapOfTheOthersBesideIt() throws {
    let (result, document) = try ReportRows.report(
      Self.outcomes(), options: AuditOptions(intersections: 1))
    let row = try #require(result.between("selection_rate", .difference, attribute: "g"))
    #expect(result.restsOnFew(row) && row.highGroup == "few")
    let among = try #require(result.extremesAmongMany(row))
    #expect(among.low.name == "a" && among.high.name == "b")
    #expect(abs(among.low.value - 0.4) < 1e-12 && abs(among.high.value - 0.5) < 1e-12)
    let text = try Self.text(document)
    #expect(text.contains("among groups with enough rows 50.0% of b against 40.0% of a"))
    #expect(text.contains("gaps of few rows (low n) last"))
    #expect(text.contains("the interval allows for every pair"))
    let table = try #require(document.table("gaps-0"))
    #expect(table.rows[0].cells[1].status == .lowCount)
    #expect(document.facts.first?.label != "Clearest gap" || result.restsOnFew(row))
  }

  @Test func twoLargeGroupsHaveNoSuchWords() throws {
    let (_, document) = try ReportRows.report(
      ReportRows.outcomes(600, names: ["a", "b"]), options: AuditOptions(intersections: 1))
    let text = try Self.text(document)
    #expect(!text.contains("among groups with enough") && !text.contains("that are named"))
  }

  @Test func rowsOfUnknownGroupsAreNoGroup() throws {
    for (policy, count) in [(AuditOptions.Unknown.exclude, "3"), (.ownGroup, "4")] {
      let (_, document) = try ReportRows.report(
        Self.outcomes(unknown: 40), options: AuditOptions(intersections: 1, unknown: policy))
      #expect(document.facts.first { $0.label == "Groups" }?.value == count)
    }
  }

  @Test func oneDrawIsCalledThat() throws {
    let options = AuditOptions(intersections: 1)
    var result = try Audit(options: options).run(Self.outcomes())
    #expect(result.sentenceOfDraw == nil)
    let counts = try [0, 1].map { try OutcomeCounts(counting: Self.outcomes(shift: $0)) }
    result.expected = result.expectation(
      ExpectedCounts([(0.5, counts[0]), (0.5, counts[1])]), options)
    let drawn = try #require(result.overall["accuracy_score"]?.value)
    let mean = try #require(result.expected?.overall["accuracy_score"]?.value)
    let sentence = try #require(result.sentenceOfDraw)
    #expect(sentence.contains("those of one draw; over all draws: accuracy"))
    #expect(sentence.contains("\(NumberText.percent(mean)) (here \(NumberText.percent(drawn)))"))
    let page = AuditReport(
      result, counts: try ReportCounts(counting: Self.outcomes()), options: options,
      context: ReportContext(source: "rows", version: "1")
    ).document()
    #expect(try Self.text(page).contains("; over all draws "))
  }

  /// The mean of two rates has a side where both rank the groups alike.
  @Test func averageOddsHaveASideWhereTheRatesAgree() throws {
    let result = try Audit(options: AuditOptions()).run(Self.outcomes())
    let rows = try ["true_positive_rate", "false_positive_rate", "average_odds"].map {
      try #require(result.between($0, .difference, attribute: "g"))
    }
    #expect(rows[0].lowGroup == rows[1].lowGroup && rows[2].lowGroup == rows[0].lowGroup)
    #expect(rows[2].highGroup == rows[0].highGroup && rows[2].lowGroup != nil)
  }
}
