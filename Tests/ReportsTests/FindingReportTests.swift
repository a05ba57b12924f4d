import Reports
import Auditing
import Criteria
import Datasets
import LinearAlgebra
import TestSupport
import Testing

@Suite struct FindingReportTests {
  /// An audit of hostile names with everything that can be found.
  private func everything(tau: Double? = nil) throws -> (AuditFindings, ReportDocument) {
    let outcomes = ReportRows.outcomes(900, names: ReportRows.hostile)
    let options = AuditOptions(intersections: 2, tau: tau)
    var result = try Audit(options: options).run(outcomes)
    let counts = try OutcomeCounts(counting: outcomes)
    var found = AuditFindings()
    found.worstCells = WorstCells().find(counts)
    found.dispersion = AuditFindings.NamedDispersion.all(of: counts)
    found.shrinkage = ShrunkenRates.all(of: counts)
    found.detectable = DetectableGap.all(of: counts)
    found.bootstrap = BootstrapTable(counts, bootstrap: CellBootstrap(replicates: 200))
    found.richSubgroups = [
      try #require(RichSubgroups(replicates: 9).audit(counts, event: .selectionRate))
    ]
    let labels = outcomes.labels!.array.map { Double($0) }
    found.biasScan = try BiasScan.Direction.allCases.map { direction in
      let finding = try #require(
        BiasScan(direction: direction, restarts: 2, replicates: 9).run(
          outcomes.attributes, observed: labels, expected: outcomes.scores!.array))
      return AuditFindings.NamedScan(
        question: "labels against scores", attributes: outcomes.attributes.map(\.attribute),
        rowsScanned: 900, of: 900, finding: finding)
    }
    let other = Outcomes(
      attributes: outcomes.attributes, labels: outcomes.labels,
      scores: Buffer(outcomes.scores!.array.map { 1 - $0 }))
    found.comparison = ModelComparison().compare(
      outcomes, other, names: ("<first>", "\u{202E}second|"))
    found.memberships = [
      try MembershipAudit().run(
        Membership(
          attribute: "<race>", names: ["a", "b\"'>"],
          chances: [outcomes.scores!, Buffer(outcomes.scores!.array.map { 1 - $0 })]), outcomes)
    ]
    let strata = try OutcomeCounts(
      counting: Outcomes(
        attributes: outcomes.attributes, labels: outcomes.labels, scores: outcomes.scores))
    found.stratified = StratifiedComparison.all(of: strata, controls: ["second"])
    result.findings = found
    let document = AuditReport(
      result, counts: try ReportCounts(counting: outcomes), options: options,
      context: ReportContext(source: "rows.csv", version: "1.0")
    ).document()
    return (found, document)
  }

  @Test func findingsHaveAPartWithTheirNumbers() throws {
    let (found, document) = try everything()
    #expect(document.sections.prefix(3).map(\.id) == ["summary", "results", "findings"])
    let worst = try #require(document.table("worst-cells"))
    #expect(worst.rows.count == found.worstCells?.cells.count)
    for (row, cell) in zip(worst.rows, found.worstCells!.cells) {
      #expect(row.cells[3].value == cell.rate && row.cells[5].low == cell.low)
      #expect(row.cells[3].value == row.cells[3].numerator! / row.cells[3].denominator!)
    }
    let scan = try #require(document.table("bias-scan"))
    #expect(scan.rows.map { $0.cells[5].value } == found.biasScan!.map { $0.finding.pValue })
    #expect(scan.rows.map { $0.cells[2].value } == found.biasScan!.map { $0.finding.rows })
    let sentences = found.biasScan!.map(\.sentence)
    #expect(sentences.allSatisfy { $0.contains("is expected, in ") && $0.count < 600 })
    #expect(document.sections[2].blocks.contains(.list(sentences)))
    let gaps = try #require(document.table("gap-changes"))
    let rate = found.comparison!.gaps.first { $0.metric == "selection_rate" }!
    #expect(gaps.rows.contains { $0.cells[4].value == rate.change && $0.cells[4].low == rate.low })
    for id in [
      "rich-subgroups", "dispersion", "shrinkage", "detectable", "bootstrap", "stratified",
      "paired", "membership-0",
    ] { #expect(document.table(id)?.rows.isEmpty == false, "\(id)") }
    #expect(Set(document.tables.map(\.id)).count == document.tables.count)
    #expect(Set(document.figures.map(\.id)).count == document.figures.count)
  }

  @Test func hostileNamesInFindingsDoNoHarm() throws {
    let (_, document) = try everything()
    let page = try document.rendered(as: .html)
    #expect(HTMLCheck.problems(page) == [])
    #expect(!page.contains("<script") && !page.contains("<img"))
    #expect(!page.unicodeScalars.contains("\u{202E}"))
    let text = try document.rendered(as: .markdown)
    #expect(!text.contains("<script"))
    for line in text.split(separator: "\n") where line.hasPrefix("|") {
      #expect(line.replacing("\\|", with: "").hasSuffix(" |"))
    }
  }

  @Test func anAuditThatSearchedNothingHasNoSuchPart() throws {
    let (_, document) = try ReportRows.report(ReportRows.outcomes(200))
    #expect(!document.sections.contains { $0.id == "findings" })
  }

  @Test func ratiosAreMarkedByTheBandThatWasAskedFor() throws {
    let (_, document) = try everything(tau: 0.8)
    func marked(_ document: ReportDocument) -> [ReportCell] {
      document.tables.flatMap(\.rows).flatMap(\.cells).filter { $0.mark != nil && $0.value != nil }
    }
    let marks = marked(document)
    #expect(!marks.isEmpty)
    for cell in marks {
      let isWithin = cell.value! >= 0.8 && cell.value! <= 1.25
      #expect(cell.mark == (isWithin ? "✓ within 0.8 to 1.25" : "✗ outside 0.8 to 1.25"))
    }
    let page = try document.rendered(as: .html)
    #expect(page.contains("outside 0.8 to 1.25") || page.contains("within 0.8 to 1.25"))
    let (_, plain) = try everything()
    #expect(marked(plain).isEmpty)
  }

  @Test func numbersAndClassesHaveADocument() throws {
    let outcomes = ReportRows.outcomes(600, names: ReportRows.hostile)
    let scores = outcomes.scores!.array
    let regression = try RegressionAudit().run(
      attributes: outcomes.attributes, labels: Buffer(scores.map { 1_000 * $0 }),
      predictions: Buffer(scores.map { 900 * $0 + 70 }))
    let codes = Buffer(scores.map { UInt16($0 * 3) })
    let classes = try MulticlassAudit().run(
      MulticlassCounts(
        attributes: outcomes.attributes, classes: ["<x>", "y|", "z"], labels: codes,
        predictions: Buffer(codes.array.map { ($0 + 1) % 3 })))
    for result in [regression, classes] {
      let document = TaskReport(
        result, options: AuditOptions(), context: ReportContext(source: "<b>.csv", version: "1")
      ).document()
      let page = try document.rendered(as: .html)
      #expect(HTMLCheck.problems(page) == [] && !page.contains("<x>"))
      #expect(document.figures.count >= 2)
      #expect(try !document.rendered(as: .csv).isEmpty)
    }
    let table = try #require(
      TaskReport(
        regression, options: AuditOptions(), context: ReportContext(source: "r", version: "1")
      ).document().table("rates-0-0"))
    #expect(table.rows.last?.cells[2].value == regression.overall["mean_label"]?.value)
  }
}
