import Auditing

/// Several runs on one split as a document: how accurate and how alike each is, and which no other
/// beats in both.
///
/// Seconds and memory differ from run to run of the same input; they stand in the JSON of the
/// command, not here.
public struct RunsReport {
  /// What a document says of the rows.
  public struct Split: Sendable {
    public var training: Int
    public var test: Int?
    public var groups: [(attribute: String, names: [String])]

    public init(training: Int, test: Int?, groups: [(attribute: String, names: [String])]) {
      self.training = training
      self.test = test
      self.groups = groups
    }
  }

  let kind: String
  let runs: RunsDocument
  let disparity: String
  let split: Split
  let context: ReportContext
  let name: (FitRecord) -> String
  /// Keeps identifiers apart where several such reports stand in one document.
  package var suffix = ""

  /// - Parameters:
  ///   - kind: `"compare"` or `"frontier"`.
  ///   - disparity: the metric that fairness is measured by, as in the runs document.
  ///   - name: what a run is called in tables.
  public init(
    kind: String, runs: RunsDocument, disparity: String, split: Split, context: ReportContext,
    name: @escaping (FitRecord) -> String
  ) {
    self.kind = kind
    self.runs = runs
    self.disparity = disparity
    self.split = split
    self.context = context
    self.name = name
  }

  public func document() -> ReportDocument {
    ReportDocument(
      kind: kind,
      title: context.title
        ?? (kind == "frontier" ? "Accuracy and disparity along a dial" : "Methods side by side"),
      subtitle: context.subtitle,
      facts: [
        ReportFact("Runs", NumberText.count(runs.runs.count)),
        ReportFact("Rows to train", NumberText.count(split.training), context.source),
        ReportFact("Rows to test", split.test.map(NumberText.count) ?? "none"),
      ],
      sections: [summary, data, results, settings, AuditReport.reproduction(context)])
  }

  /// Runs that the summary tells of.
  private static let mostSentences = 10

  var part: String { split.test == nil ? "training rows" : "test rows" }

  package func value(_ run: FitRecord, _ metric: String) -> Double? {
    (run.test ?? run.train)[metric] ?? nil
  }

  package var disparityName: String {
    let parts = disparity.split(separator: ".").map(String.init)
    guard let kind = parts.last, ["difference", "ratio"].contains(kind) else { return disparity }
    return parts.dropLast().map(DisplayText.metric).joined(separator: ", ") + " " + kind
  }

  // MARK: Sections

  private var summary: ReportSection {
    let best = runs.runs.filter { $0.pareto == true }
    var sentences = best.prefix(Self.mostSentences).map { run in
      "\(DisplayText.name(name(run))): accuracy "
        + "\(value(run, "accuracy_score").map(NumberText.percent) ?? "not estimable"), "
        + "\(disparityName.lowercased()) "
        + "\(value(run, disparity).map(NumberText.ratio) ?? "not estimable")."
    }
    if best.count > sentences.count {
      sentences.append("And \(NumberText.count(best.count - sentences.count)) more, in the table.")
    }
    if sentences.isEmpty { sentences = ["No run has both numbers."] }
    return ReportSection(
      "summary", "Summary",
      [
        .text(
          "\(NumberText.count(runs.runs.count)) runs on one split of "
            + "\(DisplayText.name(context.source)), measured on the \(part). No other run is at "
            + "least as accurate and at least as alike, and better in one, as these:"),
        .list(sentences),
        .text(
          "Differences between runs that are small beside the sampling error of the test rows are "
            + "no reason to prefer one. Choosing the best of many runs on the test rows makes its "
            + "numbers look better than they will be."),
      ] + (context.caution.map { [.note($0)] } ?? []))
  }

  private var data: ReportSection {
    ReportSection(
      "data", "Data",
      [
        .definitions(
          [
            ReportDefinition("Data", DisplayText.name(context.source)),
            ReportDefinition("Rows to train", NumberText.count(split.training)),
            ReportDefinition("Rows to test", split.test.map(NumberText.count) ?? "none"),
          ]
            + split.groups.map { group in
              ReportDefinition(
                "Groups of \(DisplayText.name(group.attribute))",
                group.names.map(DisplayText.name).joined(separator: ", "))
            } + [ReportDefinition("Source", context.notes.stated("data.source"))])
      ])
  }

  static let columns: [(title: String, metric: String)] = [
    ("Accuracy", "accuracy_score"), ("ROC AUC", "roc_auc_score"),
    ("Selection difference", "selection_rate.difference"),
    ("Selection ratio", "selection_rate.ratio"),
    ("Opportunity difference", "equal_opportunity.difference"),
    ("Odds difference", "equalized_odds.difference"),
  ]

  private var results: ReportSection { ReportSection("results", "Results", resultBlocks) }

  package var resultBlocks: [ReportBlock] {
    var blocks: [ReportBlock] = []
    if let figure { blocks.append(.figures([figure])) }
    blocks.append(
      .table(
        table("test-table", "Measured on the \(part)", marksBest: true) {
          ($0.test ?? $0.train, $0.test == nil ? $0.trainIntervals : $0.testIntervals)
        }))
    if split.test != nil {
      blocks.append(
        .table(
          table("train-table", "Measured on the training rows", marksBest: false) {
            ($0.train, $0.trainIntervals)
          }))
    }
    if split.groups.count > 1 { blocks.append(.table(attributeTable)) }
    return blocks
  }

  private func interval(_ run: FitRecord, _ metric: String) -> FitInterval? {
    (run.test == nil ? run.trainIntervals : run.testIntervals)[metric]
  }

  /// Whiskers of more runs hide the points.
  private static let mostWhiskers = 12

  private var figure: ReportFigure? {
    let hasWhiskers = kind != "frontier" && runs.runs.count <= Self.mostWhiskers
    let points = runs.runs.compactMap { run -> FrontierFigure.Point? in
      guard let y = value(run, "accuracy_score"), let x = value(run, disparity) else { return nil }
      var point = FrontierFigure.Point(
        name: name(run), disparity: abs(x), accuracy: y, isBest: run.pareto == true)
      guard hasWhiskers else { return point }
      point.disparityInterval = interval(run, disparity).map { ($0.low, $0.high) }
      point.accuracyInterval = interval(run, "accuracy_score").map { ($0.low, $0.high) }
      return point
    }
    guard !points.isEmpty else { return nil }
    return FrontierFigure(
      id: "frontier" + suffix, title: "Accuracy against \(disparityName.lowercased())",
      description: "One numbered point a run, measured on the \(part); up and to the left is "
        + "better. The dashed line joins the runs that no other beats in both."
        + (hasWhiskers ? " Thin lines are 95% intervals, each of its run alone." : ""),
      horizontal: disparityName, points: points
    ).figure()
  }

  private func table(
    _ id: String, _ caption: String, marksBest: Bool,
    _ measured: (FitRecord) -> (metrics: [String: Double?], intervals: [String: FitInterval])
  ) -> ReportTable {
    ReportTable(
      id + suffix, caption: caption,
      columns: [.text("Run")] + Self.columns.map { .number($0.title) }
        + (marksBest ? [.text("Pareto")] : []) + [.text("Fit")],
      rows: runs.runs.map { run in
        let (values, intervals) = measured(run)
        return ReportRow(
          [ReportCell(DisplayText.visible(name(run)))]
            + Self.columns.map { Self.cell(values[$0.metric] ?? nil, intervals[$0.metric]) }
            + (marksBest ? [ReportCell(run.pareto == true ? "✓" : "")] : [])
            + [ReportCell(run.status)])
      },
      notes: [
        "Differences are largest minus smallest over the groups, 0 is alike; ratios smallest over "
          + "largest, 1 is alike. With several attributes, of the worst of them. In brackets 95% "
          + "intervals of each run alone; runs on the same rows share much of their error."
      ])
  }

  static func cell(_ value: Double?, _ interval: FitInterval?) -> ReportCell {
    var cell = ReportCell.number(value) { NumberText.fixed($0, 4) }
    guard value != nil, let interval else { return cell }
    cell.low = interval.low
    cell.high = interval.high
    cell.range = "[\(NumberText.fixed(interval.low, 3)), \(NumberText.fixed(interval.high, 3))]"
    return cell
  }

  private var attributeTable: ReportTable {
    let measures = ["selection_rate", "equal_opportunity", "equalized_odds"]
    let columns = split.groups.flatMap { group in
      measures.map { (attribute: group.attribute, measure: $0) }
    }
    return ReportTable(
      "attribute-table" + suffix, caption: "Differences of each attribute, on the \(part)",
      columns: [.text("Run")]
        + columns.map {
          .number("\(DisplayText.visible($0.attribute)): \(DisplayText.metric($0.measure))")
        },
      rows: runs.runs.map { run in
        ReportRow(
          [ReportCell(DisplayText.visible(name(run)))]
            + columns.map {
              .number(value(run, "\($0.attribute).\($0.measure).difference")) {
                NumberText.fixed($0, 4)
              }
            })
      })
  }

  private var settings: ReportSection {
    ReportSection("settings", "Methods and settings", [.table(settingsTable)])
  }

  package var settingsTable: ReportTable {
    let rows = runs.runs.map { run in
      ReportRow([
        ReportCell(DisplayText.visible(name(run))), ReportCell(run.method),
        ReportCell(
          run.options.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
            .joined(separator: ", ")),
        .count(run.iterations), .number(run.objective) { NumberText.fixed($0, 6) },
        .number(run.certificate?.boundOnSuboptimality, NumberText.exact),
        ReportCell("\(run.seed)"),
      ])
    }
    return ReportTable(
      "settings-table" + suffix, caption: "How each run was fitted",
      columns: [
        .text("Run"), .text("Method"), .text("Options"), .number("Iterations"),
        .number("Objective"), .number("Proved within"), .text("Seed"),
      ], rows: rows,
      notes: ["Proved within: the objective is at most this much above its minimum."])
  }
}
