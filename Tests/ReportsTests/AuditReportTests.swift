import Reports
import Auditing
import Criteria
import Foundation
import TestSupport
import Testing

@Suite struct AuditReportTests {
  @Test(arguments: [(true, false), (true, true), (false, false)])
  func everyNumberOfATableIsTheAuditsAndAQuotientOfCounts(
    _ kind: (scored: Bool, weighted: Bool)
  ) throws {
    let outcomes = ReportRows.outcomes(600, scored: kind.scored, weighted: kind.weighted)
    let (result, document) = try ReportRows.report(outcomes)
    var checked = 0, traced = 0
    for table in document.tables where table.id.hasPrefix("rates-") {
      let attribute = try #require(table.caption.components(separatedBy: " by ").last)
      for row in table.rows {
        for (column, cell) in zip(table.columns, row.cells).dropFirst(2) {
          let name = try #require(
            result.overall.keys.first { DisplayText.metric($0) == column.title })
          let found =
            row.isTotal
            ? result.overall[name]
            : result.estimate(name, attribute: attribute, group: row.cells[0].text)
          let estimate = try #require(found)
          #expect(cell.value == estimate.value && cell.low == estimate.low)
          #expect(cell.high == estimate.high && cell.status == estimate.status)
          checked += 1
          guard let part = cell.numerator, let whole = cell.denominator else { continue }
          #expect(cell.value == part / whole)
          #expect(abs(read(cell.text) - cell.value!) <= 0.000_5 + 1e-12)
          traced += 1
        }
      }
    }
    #expect(checked > (kind.scored ? 200 : 10) && traced > 10)
  }

  /// A percentage, a ratio or a count as a reader takes it.
  private func read(_ text: String) -> Double {
    let plain = text.replacing("−", with: "-").replacing(",", with: "")
    return plain.hasSuffix("%") ? Double(plain.dropLast())! / 100 : Double(plain)!
  }

  @Test func gapsOfATableAreTheAudits() throws {
    let (result, document) = try ReportRows.report(ReportRows.outcomes(500))
    for (index, attribute) in ["first", "second", "first×second"].enumerated() {
      let table = try #require(document.table("between-\(index)"))
      // A rate and its complement lie equally far apart: one of them is told.
      var told = Set<Disparity.Hypothesis>()
      let rows = result.disparities.filter {
        $0.attribute == attribute && $0.method == .betweenGroups && $0.kind == .difference
          && $0.metric != "mean_prediction"
      }.filter { row in row.hypothesis.map { told.insert($0).inserted } ?? true }
      #expect(table.rows.count == rows.count && rows.count > 10)
      for (shown, row) in zip(table.rows, rows) {
        #expect(shown.cells[0].text == DisplayText.metric(row.metric))
        #expect(shown.cells[1].value == row.value && shown.cells[1].low == row.low)
        let ratio = result.between(row.metric, .ratio, attribute: attribute)
        #expect(shown.cells[2].value == ratio?.value && shown.cells[2].high == ratio?.high)
        #expect(shown.cells[6].value == row.pValue && shown.cells[7].value == row.adjustedP)
      }
    }
  }

  @Test func countsAddUpToTheRows() throws {
    let outcomes = ReportRows.outcomes(400)
    let (_, document) = try ReportRows.report(outcomes)
    let table = try #require(document.table("counts-0"))
    let titles = table.columns.map(\.title)
    for (place, title) in titles.enumerated() where table.columns[place].isNumeric {
      guard title != "Share of rows" else { continue }
      let sum = table.rows.filter { !$0.isTotal }.reduce(0) { $0 + ($1.cells[place].value ?? 0) }
      #expect(sum == table.rows.last?.cells[place].value, "\(title)")
    }
    let last = try #require(table.rows.last)
    func value(_ title: String) -> Double { last.cells[titles.firstIndex(of: title)!].value! }
    #expect(
      value("True positive") + value("False positive") + value("False negative")
        + value("True negative") == 400)
  }

  @Test func aPageIsWellFormedWhateverGroupsAreCalled() throws {
    let outcomes = ReportRows.outcomes(900, names: ReportRows.hostile)
    var context = ReportContext(source: "<b>.csv", version: "1.0")
    context.command = "equipoise audit --data '<b>.csv'"
    context.caution = "</main><script>"
    let (_, document) = try ReportRows.report(outcomes, context: context)
    let page = try document.rendered(as: .html)
    #expect(HTMLCheck.problems(page) == [])
    #expect(!page.contains("<script") && !page.contains("<img"))
    #expect(!page.unicodeScalars.contains("\u{202E}"))
    #expect(page.contains("{{title}}"), "names are no templates")
    #expect(document.figures.count > 8)
  }

  @Test func theCheckOfPagesFindsFaults() {
    #expect(HTMLCheck.problems("<p id=\"a\">x</p>") == [])
    for bad in [
      "<p>", "<p></b>", "<p id=\"a\"></p><p id=\"a\"></p>", "<a href=\"#b\"></a>",
      "<img src=\"x.png\">", "<p onclick=\"x\"></p>", "<script></script>", "a < b",
      "<p class=x></p>",
      "<p>http://x</p>",
    ] { #expect(HTMLCheck.problems(bad) != [], "\(bad)") }
  }

  /// Rates differ by points; a distance of scores has no unit.
  @Test func distancesOfScoresAreNoPoints() throws {
    let (_, document) = try ReportRows.report(ReportRows.outcomes(600))
    let lines = try document.rendered(as: .markdown).split(separator: "\n")
    let distances = lines.filter { $0.contains("tandardized mean difference |") }
    #expect(!distances.isEmpty && distances.allSatisfy { !$0.contains(" pp") }, "\(distances)")
    #expect(lines.contains { $0.contains("election rate |") && $0.contains(" pp") })
  }

  @Test func hostileNamesDoNotBreakMarkdownAndTables() throws {
    let outcomes = ReportRows.outcomes(900, names: ReportRows.hostile)
    let (_, document) = try ReportRows.report(outcomes)
    let text = try document.rendered(as: .markdown)
    #expect(!text.contains("<script") && !text.contains("<img"))
    for line in text.split(separator: "\n") where line.hasPrefix("|") {
      let bare = line.replacing("\\|", with: "")
      #expect(bare.hasSuffix(" |"))
    }
    // Every line of a table has as many bars as its head.
    var head = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let bars = line.replacing("\\|", with: "").count { $0 == "|" }
      guard line.hasPrefix("|") else {
        head = 0
        continue
      }
      if head == 0 { head = bars }
      #expect(bars == head, "\(line)")
    }
  }

  @Test func aSpreadsheetReadsNoFormulaAndEveryField() throws {
    let outcomes = ReportRows.outcomes(900, names: ReportRows.hostile)
    let (_, document) = try ReportRows.report(outcomes)
    let text = try document.rendered(as: .csv)
    let records = fields(of: text)
    #expect(records.allSatisfy { $0.count == records[0].count })
    let cells = document.tables.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.cells.count - 1 } }
    #expect(records.count == cells + 1)
    #expect(!records.contains { $0[1].hasPrefix("=") })
    #expect(records.contains { $0[1].hasPrefix("'=cmd") })
  }

  /// Records of RFC 4180.
  private func fields(of text: String) -> [[String]] {
    var records: [[String]] = [], record: [String] = [], field = ""
    var isQuoted = false
    let scalars = Array(text.unicodeScalars)
    var i = 0
    while i < scalars.count {
      let c = scalars[i]
      if isQuoted {
        if c == "\"" && i + 1 < scalars.count && scalars[i + 1] == "\"" {
          field.unicodeScalars.append(c)
          i += 1
        } else if c == "\"" {
          isQuoted = false
        } else {
          field.unicodeScalars.append(c)
        }
      } else if c == "\"" {
        isQuoted = true
      } else if c == "," {
        record.append(field)
        field = ""
      } else if c == "\n" {
        records.append(record + [field])
        (record, field) = ([], "")
      } else {
        field.unicodeScalars.append(c)
      }
      i += 1
    }
    return records
  }

  @Test func sameInputGivesTheSameBytes() throws {
    for format in ReportFormat.allCases {
      let texts = try (0..<3).map { _ in
        try ReportRows.report(ReportRows.outcomes(300)).document.rendered(as: format)
      }
      #expect(Set(texts).count == 1 && texts[0].count > 1_000, "\(format)")
    }
  }

  @Test func aDocumentComesBackFromItsJSON() throws {
    let (_, document) = try ReportRows.report(ReportRows.outcomes(200))
    let text = try document.rendered(as: .json)
    #expect(
      try JSONDecoder().decode(ReportDocument.self, from: Data(text.utf8)) == document)
  }

  @Test func whatCannotBeEstimatedIsListedWithItsReason() throws {
    // A group of one row has no negatives or no positives.
    let (result, document) = try ReportRows.report(
      ReportRows.outcomes(300, names: ["a", "b", "lonely"].dropLast() + ["lonely"]))
    let (_, small) = try ReportRows.report(
      ReportRows.outcomes(5, names: ["a", "b", "c", "d", "e"]))
    let absent = try #require(small.table("absent"))
    #expect(absent.rows.allSatisfy { !$0.cells[3].text.isEmpty } && absent.rows.count > 5)
    let missing = (result.groups.map(\.metrics) + [result.indices]).flatMap(\.values)
      .count { $0.status == .notEstimable }
    #expect((document.table("absent")?.rows.count ?? 0) == missing)
    #expect(!(try small.rendered(as: .html)).contains("NaN"))
  }

  @Test func controlsAreToldWithinAndNotCompared() throws {
    let options = AuditOptions(intersections: 2, controls: ["second"])
    let (result, document) = try ReportRows.report(ReportRows.outcomes(400), options: options)
    #expect(document.table("counts-0") != nil && document.table("counts-1") == nil)
    let table = try #require(document.table("strata"))
    let gaps = try #require(result.strata).flatMap(\.disparities).filter {
      $0.method == .betweenGroups && $0.kind == .difference
    }
    for row in table.rows {
      #expect(gaps.contains { $0.value == row.cells[4].value && $0.low == row.cells[4].low })
    }
    #expect(Set(table.rows.map { $0.cells[0].text }) == ["second = u", "second = v"])
    #expect(HTMLCheck.problems(try document.rendered(as: .html)) == [])
  }

  @Test func manyGroupsAreCutToTheLargestAndThatIsSaid() throws {
    let names = (0..<400).map { "g\($0)" }
    let (result, document) = try ReportRows.report(
      ReportRows.outcomes(4_000, names: names), options: AuditOptions())
    #expect(result.groups.count { $0.attribute == "first" } == 400)
    let table = try #require(document.table("rates-0-0"))
    #expect(table.rows.count == 301 && table.notes.contains { $0.contains("300 largest of 400") })
    let smallest = table.rows.dropLast().map { $0.cells[1].value! }.min()!
    let left = Set(names).subtracting(table.rows.map { $0.cells[0].text })
    #expect(
      left.allSatisfy { name in
        Double(result.groups.first { $0.value == name }!.rows) <= smallest
      })
    let page = try document.rendered(as: .html)
    #expect(HTMLCheck.problems(page) == [] && page.contains("<details"))
  }

  /// Results follow the summary, and no field of a form stands empty: what was not stated is one line.
  @Test func resultsComeSecondAndEmptyFieldsAreOneLine() throws {
    let (_, document) = try ReportRows.report(ReportRows.outcomes(300))
    #expect(document.sections.prefix(2).map(\.id) == ["summary", "results"])
    #expect(Set(document.sections.map(\.id)).count == document.sections.count)
    #expect(Set(document.tables.map(\.id)).count == document.tables.count)
    let unstated = try #require(document.sections.first { $0.id == "unstated" })
    guard case .text(let line)? = unstated.blocks.first else {
      Issue.record("a line of what was not stated")
      return
    }
    let names = try #require(line.split(separator: ": ", maxSplits: 1).last)
      .split(separator: ". ")[0].split(separator: ", ")
    #expect(line.hasPrefix("\(names.count) fields are not stated: "))
    #expect(unstated.blocks.count == 1)
    let text = try document.rendered(as: .markdown)
    #expect(!text.contains(OwnerNotes.notStated))
  }

  /// The brief document has the numbers of the whole one.
  @Test(arguments: [2, 3, 5, 40]) func aBriefDocumentHasTheLeadingNumbers(_ count: Int) throws {
    let outcomes = ReportRows.outcomes(1_000, names: (0..<count).map { "g\($0)" })
    let options = AuditOptions(intersections: 2)
    let result = try Audit(options: options).run(outcomes)
    let report = AuditReport(
      result, counts: try ReportCounts(counting: outcomes), options: options,
      context: ReportContext(source: "rows.csv", version: "1.0"))
    let brief = report.brief()
    #expect(brief.facts == report.document().facts)
    let table = try #require(brief.table("brief-0"))
    #expect(table.rows.count <= 8 + 3)
    let gaps = result.gaps(of: report.leadingMetrics)
    let name = try #require(gaps.first?.attribute)
    #expect(table.caption.hasSuffix(DisplayText.visible(name)))
    let shown = Set(table.rows.map { $0.cells[0].text })
    let own = try #require(
      result.between(report.leadingMetrics[0], .difference, attribute: name))
    #expect(shown.contains(own.lowGroup!) && shown.contains(own.highGroup!))
    #expect(HTMLCheck.problems(try brief.rendered(as: .html)) == [])
  }

  @Test func theFarthestGroupsComeByWhatIsSure() throws {
    let (result, document) = try ReportRows.report(ReportRows.outcomes(2_000))
    let table = try #require(document.table("farthest"))
    let bounds = table.rows.map { $0.cells[4].value! }
    #expect(bounds == bounds.sorted(by: >) && bounds.allSatisfy { $0 > 0 })
    for row in table.rows {
      #expect(
        result.disparities.contains {
          $0.method == .toOverall && $0.group == row.cells[0].text
            && $0.value == row.cells[3].value
            && min(abs($0.low!), abs($0.high!)) == row.cells[4].value
        })
    }
  }

  @Test func noVerdictIsPrinted() throws {
    let (_, document) = try ReportRows.report(ReportRows.outcomes(300))
    for format in ReportFormat.allCases {
      let text = try document.rendered(as: format).lowercased()
      for word in ["passed", "failed", " fair ", "unfair", "compliant"] {
        #expect(!text.contains(word), "\(word) in \(format)")
      }
    }
  }

  @Test func anAuditOfLabelsAloneIsADocument() throws {
    let (_, document) = try ReportRows.report(ReportRows.outcomes(300, scored: false))
    let page = try document.rendered(as: .html)
    #expect(HTMLCheck.problems(page) == [] && page.contains("Base rate by first"))
    let (_, selection) = try ReportRows.report(ReportRows.outcomes(300, labelled: false))
    #expect(HTMLCheck.problems(try selection.rendered(as: .html)) == [])
    #expect(selection.facts.contains { $0.label == "Selection rate" })
  }

  @Test func aPageSaysANoteOnce() {
    let tables = [["a", "b"], ["a", "c"]].enumerated().map { number, notes in
      ReportBlock.table(ReportTable("t\(number)", caption: "", columns: [], notes: notes))
    }
    let page = ReportDocument(
      kind: "pipeline", title: "t", subtitle: "s",
      sections: [ReportSection("one", "One", tables), ReportSection("two", "Two", tables)])
    #expect(page.sayingNotesOnce().tables.map(\.notes) == [["a", "b"], ["c"], [], []])
  }

  /// No tile stands alone below a row of others.
  @Test(arguments: 2...12) func rowsOfTilesAreEven(_ tiles: Int) throws {
    let page = ReportDocument(
      kind: "audit", title: "t", subtitle: "s",
      facts: (0..<tiles).map { ReportFact("fact \($0)", "1") }, sections: [])
    let text = try page.rendered(as: .html)
    let found = try #require(text.firstMatch(of: /class="facts w([2-6]) m([2-4])"/))
    for columns in [found.1, found.2].compactMap({ Int($0) }) {
      #expect(tiles <= columns || tiles % columns != 1, "\(tiles) tiles in \(columns) columns")
    }
  }

  @Test func numbersAreWrittenOneWay() {
    #expect(NumberText.small(3.071e-5) == "3.1e-5" && NumberText.small(1e-8) == "1e-8")
    #expect(NumberText.small(9.96e-6) == "1e-5" && NumberText.plain(0.355_099_999_999) == "0.3551")
    #expect(NumberText.option("10.0") == "10" && NumberText.option("1e-08") == "1e-8")
    #expect(NumberText.option("007") == "007" && NumberText.option("relu") == "relu")
    #expect(NumberText.measured(108_397.69) == "108,397.7" && NumberText.measured(12.25) == "12.25")
    #expect(NumberText.drawnP(0.005, draws: 199) == "≤ 0.0050")
    #expect(NumberText.drawnP(0.01, draws: 199) == "0.0100")
    #expect(NumberText.counted(1, "entry", "entries") == "1 entry")
    #expect(NumberText.counted(2_000, "row") == "2,000 rows")
    #expect(DisplayText.metric("between_group_theil_index") == "Between-group Theil index")
    #expect(
      DisplayText.metric("between_group_generalized_entropy_index")
        == "Between-group generalized entropy index")
    #expect(DisplayText.method("kruskal_wallis") == "Kruskal–Wallis")
    #expect(
      DisplayText.method("cochran_mantel_haenszel_exact") == "Cochran Mantel–Haenszel exact")
    #expect(DisplayText.metric("r2_score") == "R²")
    #expect(NumberText.count(1_234_567) == "1,234,567" && NumberText.count(-12_345) == "−12,345")
    #expect(NumberText.count(999) == "999" && NumberText.count(0) == "0")
    #expect(NumberText.fixed(-0.000_1, 2) == "0.00" && NumberText.fixed(-1.5, 1) == "−1.5")
    #expect(NumberText.signed(0.04, 1) == "0.0" && NumberText.signed(0.06, 1) == "+0.1")
    #expect(NumberText.percent(0.642_857) == "64.3%" && NumberText.pValue(1e-9) == "<0.0001")
    #expect(NumberText.weight(1234.56) == "1,234.6" && NumberText.weight(12) == "12")
  }
}
