import Reports
import Auditing
import Criteria
import Datasets
import LinearAlgebra
import TestSupport
import Testing

private func page(
  _ groups: [(name: String, rows: Int, selected: Int)], _ unknown: UnknownGroups = .exclude
) throws -> ReportDocument {
  let names = groups.flatMap { Array(repeating: $0.name, count: $0.rows) }
  let selected = groups.flatMap { group in
    (0..<group.rows).map { UInt8($0 < group.selected ? 1 : 0) }
  }
  let counts = try OutcomeCounts(
    counting: Outcomes(
      attributes: [GroupIndex(attribute: "g", values: names)], predictions: Buffer(selected)))
  return FourFifthsReport(
    counts, intersections: 1, confidence: 0.95, unknown: unknown,
    context: ReportContext(source: "rows.csv", version: "1.0")
  ).document()
}

private func cells(_ document: ReportDocument, _ table: String, _ name: String) -> [ReportCell] {
  document.table(table)?.rows.first { $0.cells[0].text == name }?.cells ?? []
}

@Suite struct FourFifthsTests {
  /// 48 of 80 against 12 of 40, the worked example of the guidelines' questions and answers.
  @Test func bothKindsOfSignificanceStandSideBySide() throws {
    let document = try page([("white", 80, 48), ("black", 40, 12)])
    let practical = cells(document, "practical-0", "black")
    #expect(practical[4].text == "30.0%" && practical[5].text == "0.500")
    #expect(practical[6].text == "below")
    // 40·(0.6 − 0.3) and 40·(0.5 − 0.3).
    #expect(abs(practical[7].value! - 12) < 1e-12 && abs(practical[8].value! - 8) < 1e-12)
    let statistical = cells(document, "statistical-0", "black")
    // (0.3 − 0.6)/√(¼·(1/40 + 1/80)).
    #expect(abs(statistical[2].value! + 0.3 / (0.25 * (1.0 / 40 + 1.0 / 80)).squareRoot()) < 1e-12)
    #expect(statistical[4].value == ProportionTests.fisher(12, of: 40, against: 48, of: 80))
    // (12·32)/(28·48)
    #expect(abs(statistical[5].value! - 12.0 * 32 / (28 * 48)) < 1e-12)
    #expect(cells(document, "statistical-0", "white").isEmpty, "not against itself")
  }

  @Test func oneePersonMayMoveARatioAcrossFourFifths() throws {
    // 7/20 over 10/20 is 0.7; with 8 over 9 it is 0.89.
    let near = try page([("a", 20, 10), ("b", 20, 7)])
    #expect(cells(near, "practical-0", "b")[9].text == "yes")
    let far = try page([("a", 200, 100), ("b", 200, 70)])
    #expect(cells(far, "practical-0", "b")[9].text == "no")
    // 17/20 over 20/20 is 0.85; with 16 selected of b it is 0.8 of 21, which there are not.
    let full = try page([("a", 20, 20), ("b", 20, 17)])
    #expect(cells(full, "practical-0", "b")[9].text == "no")
  }

  @Test func smallGroupsAreShownAndNotCompared() throws {
    let document = try page([("a", 500, 200), ("b", 490, 150), ("tiny", 10, 10)])
    let tiny = cells(document, "practical-0", "tiny")
    #expect(tiny[4].text == "100.0%" && tiny[5].text == "left out" && tiny[6].text == "–")
    #expect(cells(document, "practical-0", "a")[5].text == "1.000")
    #expect(cells(document, "statistical-0", "tiny").isEmpty)
  }

  @Test func peopleOfUnknownGroupsAreComparedWithNobody() throws {
    for name in ["Unknown", "(missing)", "Prefer not to say"] {
      let groups = [("a", 50, 20), ("b", 40, 10), (name, 10, 10)]
      let document = try page(groups)
      #expect(cells(document, "practical-0", name).isEmpty)
      #expect(cells(document, "statistical-0", name).isEmpty)
      #expect(cells(document, "practical-0", "a")[5].text == "1.000")
      let text = try document.rendered(as: .markdown)
      #expect(text.contains("10 people of unknown g are compared with nobody"))
      let own = try page(groups, .ownGroup)
      #expect(cells(own, "practical-0", name)[5].text == "1.000")
      #expect(!(try own.rendered(as: .markdown)).contains("of unknown g"))
    }
  }

  /// 20 of 40 where all have 30 of 80 are 5 more; a footnote names no column that is not there.
  @Test func wordsSayWhichWayANumberPoints() throws {
    let document = try page([("a", 40, 20), ("b", 40, 10)])
    #expect(cells(document, "practical-0", "a")[8].text == "5.0 more")
    #expect(cells(document, "practical-0", "b")[8].text == "5.0")
    #expect(cells(document, "practical-0", "b")[7].text == "10.0")
    let table = try #require(document.table("practical-0"))
    for note in table.notes {
      let named = note.prefix { $0 != ":" }
      #expect(
        !note.contains(":") || table.columns.contains { $0.title.hasPrefix(named) }, "\(note)")
    }
    #expect(!table.notes.contains { $0.contains("2%") }, "no group is that small")
  }

  @Test func smallNumbersSendTheReaderToTheExactTest() throws {
    let small = try page([("a", 20, 15), ("b", 20, 5)])
    #expect(cells(small, "statistical-0", "b")[7].text == "Fisher's test")
    let large = try page([("a", 400, 150), ("b", 400, 100)])
    #expect(cells(large, "statistical-0", "b")[7].text == "either test")
  }

  @Test func nobodySelectedIsNotEstimableAndNotZero() throws {
    let document = try page([("a", 50, 0), ("b", 60, 0)])
    let row = cells(document, "practical-0", "b")
    #expect(row[5].status == .notEstimable && row[5].reason == "the highest rate is 0")
    #expect(row[6].text == "–")
    #expect(HTMLCheck.problems(try document.rendered(as: .html)) == [])
  }

  @Test func everyRulePackHasItsSource() {
    for pack in RulePacks.all {
      #expect(pack.citation.count > 20 && !pack.version.isEmpty && pack.rules.count > 2)
      // A year at least, and the page names it and says that counsel must check it.
      #expect(pack.textVersion.contains(/[12]\d{3}/), "\(pack.id)")
      let section = "\(pack.section())"
      #expect(section.contains(pack.textVersion) && section.contains("counsel must check"))
      #expect(RulePacks.named(pack.id)?.title == pack.title)
    }
    #expect(Set(RulePacks.all.map { $0.id }).count == RulePacks.all.count)
  }
}
