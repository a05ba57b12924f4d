import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Reports
import TestSupport
import Testing

/// What documents say of columns, of the owner's notes and of gaps that nothing shows.
@Suite struct StatedTests {
  private static let model = ReportContext.Model(
    file: "m.eqp", method: "group-thresholds", options: [], status: "converged", objective: nil,
    certificate: nil, seed: 0, features: (0..<12).map { "x\($0)" }, label: "y", positive: "1",
    sensitive: ["sex"], usesSensitive: false, digest: nil, dataDigest: nil)

  private static func report(
    _ outcomes: Outcomes = ReportRows.outcomes(300),
    _ change: (inout ReportContext) throws -> Void = { _ in }
  ) throws -> AuditReport {
    var context = ReportContext(source: "rows.csv", version: "1.0")
    try change(&context)
    let options = AuditOptions(intersections: 1)
    return AuditReport(
      try Audit(options: options).run(outcomes), counts: try ReportCounts(counting: outcomes),
      options: options, context: context)
  }

  @Test func aRuleOfGroupsIsToldApartFromFeatures() throws {
    for (isFeature, byGroup, words) in [
      (false, false, "sex (not features)"), (true, false, "sex (also features)"),
      (false, true, "sex (not features; the rule uses them)"),
      (true, true, "sex (also features; the rule uses them)"),
    ] {
      let text = try Self.report { context in
        var model = Self.model
        model.usesSensitive = isFeature
        model.decidesByGroup = byGroup
        context.model = model
      }.document().rendered(as: .markdown)
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test func columnsThatWereLeftOutAreNamed() throws {
    let roles = ColumnRoles(
      leftOut: ["zip"] + (0..<11).map { "c\($0)" }, identifier: "number", folded: ["sex"])
    let page = try Self.report { $0.columns = roles }.document()
    let blocks = page.sections.first { $0.id == "data" }?.blocks ?? []
    let terms = blocks.flatMap { block -> [ReportDefinition] in
      if case .definitions(let items) = block { items } else { [] }
    }
    func text(_ term: String) -> String? { terms.first { $0.term == term }?.text }
    #expect(text("Left out")?.hasPrefix("zip, c0, c1, ") == true)
    #expect(text("Left out")?.hasSuffix(", c8, and 2 more") == true)
    #expect(text("Identifier") == "number" && text("Read as one spelling") == "sex")
    #expect(text("Features") == nil)
    let system = try Self.report { $0.model = Self.model }.document()
      .rendered(as: .markdown)
    #expect(system.contains("12: x0, x1") && system.contains("x9, and 2 more"))
  }

  /// No note is lost: what no part is for stands in one of its own, and long ones do not fill a brief page.
  @Test func everythingThatNotesStateIsPrinted() throws {
    var notes = OwnerNotes()
    let long = String(repeating: "much was tried ", count: 40)
    try notes.set("recommendations", .list(["look at it again", "ask an officer"]))
    try notes.set("mitigation.tried", .text(long))
    try notes.set("tradeoffs", .list(["less accurate"]))
    try notes.set("ethics.risks", .records([["name": "refusal", "mitigation": "appeal"]]))
    let report = try Self.report { $0.notes = notes }
    let whole = report.document()
    #expect(
      whole.sections.first { $0.id == "recommendations" }?.blocks
        == [.list(["look at it again", "ask an officer"])])
    let text = try whole.rendered(as: .markdown)
    for words in ["less accurate", "refusal", "appeal", "Also stated by the owner"] {
      #expect(text.contains(words), "\(words)")
    }
    let brief = try report.brief().rendered(as: .markdown)
    #expect(brief.contains("look at it again; ask an officer") && !brief.contains(long))
    #expect(brief.contains("the full report has all"))
    let silent = try Self.report()
    #expect(!silent.brief().sections.contains { $0.id == "remedies" })
    #expect(!silent.document().sections.contains { ["recommendations", "stated"].contains($0.id) })
  }

  /// Whoever reads what is not stated finds the key under which it would be.
  @Test func whatIsNotStatedBearsItsKey() throws {
    let text = try Self.report().document().rendered(as: .markdown).replacing("\\", with: "")
    for words in [
      "How obtained (data.attributes)", "Set by (decisions.thresholds)",
      "Why these (metrics.choice)", "Robustness (robustness)",
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test func aValueIsNamedOnceAndMemoryIsNoFile() throws {
    let value = PositiveValues.Value(column: "decision", value: "approved")
    let page = try Self.report { context in
      context.positives = PositiveValues(label: value, decision: value)
      context.source = RowPlace.table
      var model = Self.model
      model.file = ReportContext.Model.memory
      context.model = model
    }.document()
    #expect(page.title == "Audit of the group-thresholds model")
    #expect(page.subtitle == "positive: decision = approved · equipoise 1.0")
  }

  /// Two groups that fare alike: the gap is large by chance alone, and both places say so.
  @Test func aGapThatNothingShowsIsCalledThat() throws {
    let alike = try Self.report(ReportRows.outcomes(60, names: ["a", "b"])).document()
    let tile = try #require(alike.facts.first)
    #expect(tile.label == "Clearest gap" && tile.detail.hasSuffix("not shown to differ"))
    #expect(try alike.rendered(as: .markdown).contains("No gap is shown: chance alone"))
    let names = (0..<600).map { $0 % 2 == 0 ? "a" : "b" }
    let apart = Outcomes(
      attributes: [GroupIndex(attribute: "g", values: names)],
      labels: Buffer((0..<600).map { UInt8($0 / 2 % 2) }),
      predictions: Buffer((0..<600).map { UInt8($0 % 2 == 0 || $0 % 10 == 1 ? 1 : 0) }))
    let shown = try Self.report(apart).document()
    #expect(!shown.facts[0].detail.contains("not shown"))
    #expect(try !shown.rendered(as: .markdown).contains("No gap is shown"))
    let asked = try Self.report(apart) { $0.asked = ["precision_score"] }.document()
    #expect(asked.facts[0].label == "Clearest gap asked for")
    #expect(asked.facts[0].detail.hasPrefix("precision"))
  }

  @Test func thePValuesSayOverHowManyComparisons() throws {
    let (result, page) = try ReportRows.report(ReportRows.outcomes(400))
    let count = result.comparisons(.betweenGroups)
    let tested = Set(
      result.disparities.filter { $0.method == .betweenGroups && $0.pValue != nil }
        .map { "\($0.attribute) \($0.metric)" })
    #expect(count > 5 && count <= tested.count)
    let words = "over all \(count) comparisons between groups of this audit"
    #expect(page.table("between-0")?.notes.contains { $0.contains(words) } == true)
    #expect(page.table("farthest")?.notes.contains { $0.contains("with all rows") } != false)
  }

  /// A page never says that all is estimable beside a number that is not.
  @Test func indicesThatCannotBeEstimatedAreListed() throws {
    let outcomes = ReportRows.outcomes(400, names: ["a", "b"])
    let options = AuditOptions(intersections: 1)
    var result = try Audit(options: options).run(outcomes)
    result.indices["consistency"] = .notEstimable("no neighbors")
    let page = AuditReport(
      result, counts: try ReportCounts(counting: outcomes), options: options,
      context: ReportContext(source: "rows.csv", version: "1.0")
    ).document()
    let absent = try #require(page.table("absent"))
    #expect(
      absent.rows.contains { $0.cells.map(\.text).suffix(2) == ["Consistency", "no neighbors"] })
    #expect(try !page.rendered(as: .markdown).contains("can be estimated in every group"))
  }
}
