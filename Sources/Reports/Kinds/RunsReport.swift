import Auditing
import Criteria

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
  let disparity: MeasureName
  let split: Split
  let context: ReportContext
  let name: (FitRecord) -> String
  /// Keeps identifiers apart where several such reports stand in one document.
  package var suffix = ""
  /// Keeps captions apart there: whose runs these are.
  package var runsName: String?

  /// - Parameters:
  ///   - kind: `"compare"` or `"frontier"`.
  ///   - disparity: the metric that fairness is measured by, as in the runs document.
  ///   - name: what a run is called in tables.
  public init(
    kind: String, runs: RunsDocument, disparity: MeasureName, split: Split, context: ReportContext,
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
      subtitle: context.subtitle, positives: context.positives,
      facts: [
        ReportFact("Runs", NumberText.count(runs.runs.count)),
        ReportFact("Rows to train", NumberText.count(split.training), context.source),
        ReportFact("Rows to test", split.test.map(NumberText.count) ?? "none"),
      ],
      sections: [summary, results, data, settings, AuditReport.reproduction(context)]
    ).collectingUnstated()
  }

  func caption(_ text: String) -> String { runsName.map { "\(text): \($0)" } ?? text }

  var part: String { split.test == nil ? "training rows" : "test rows" }

  package func value(_ run: FitRecord, _ name: MeasureName) -> Double? { run.measured[name].value }

  package var disparityName: String {
    let parts = [disparity.attribute, disparity.metric].compactMap { $0.map(DisplayText.metric) }
    return parts.joined(separator: ", ") + (disparity.kind.map { " \($0.rawValue)" } ?? "")
  }

  // MARK: Sections

  /// `accuracy 82.2%, selection rate difference 0.129 (Female lower)`
  package func numbers(_ run: FitRecord) -> String {
    let accuracy = value(run, .accuracy).map(NumberText.percent) ?? "not estimable"
    let gap = value(run, disparity).map(NumberText.ratio) ?? "not estimable"
    let sides = run.measured.sides(of: disparity)
    let told = [
      sides?.text(namesAttribute: split.groups.count > 1 && disparity.attribute == nil),
      sides?.restsOnFew == true ? "low n" : nil,
    ].compactMap(\.self)
    return "accuracy \(accuracy), \(Self.inSentence(disparityName)) \(gap)"
      + (told.isEmpty ? "" : " (\(told.joined(separator: ", ")))")
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
          ] + context.columns.terms()
            + split.groups.map { group in
              ReportDefinition(
                "Groups of \(DisplayText.name(group.attribute))",
                group.names.map(DisplayText.name).joined(separator: ", "))
            } + [context.notes.definition("Source", "data.source")])
      ])
  }

  static let usualColumns: [(title: String, metric: MeasureName)] = [
    ("Accuracy", .accuracy), ("ROC AUC", .areaUnderCurve),
    ("Selected", .selectionRate),
    ("Selection difference", .selectionRate.difference),
    ("Selection ratio", .selectionRate.ratio),
    ("Opportunity difference", .equalOpportunity.difference),
    ("Odds difference", .equalizedOdds.difference),
  ]

  /// What a table shows of each run: the disparity that was asked for is among it.
  private var columns: [(title: String, metric: MeasureName)] {
    Self.usualColumns.contains { $0.metric == disparity }
      ? Self.usualColumns : Self.usualColumns + [(disparityName, disparity)]
  }

  private var results: ReportSection { ReportSection("results", "Results", resultBlocks) }

  package var resultBlocks: [ReportBlock] {
    var blocks: [ReportBlock] = []
    if let figure { blocks.append(.figures([figure])) }
    blocks.append(
      .table(
        table("test-table", "Measured on the \(part)", marksBest: true) { $0.measured }))
    if split.test != nil {
      blocks.append(
        .table(
          table("train-table", "Measured on the training rows", marksBest: false) { $0.train }))
    }
    if split.groups.count > 1 { blocks.append(.table(attributeTable)) }
    return blocks
  }

  private func interval(_ run: FitRecord, _ name: MeasureName) -> (low: Double, high: Double)? {
    FitInterval(run.measured[name]).map { ($0.low, $0.high) }
  }

  /// Whiskers of more runs hide the points.
  private static let mostWhiskers = 12

  /// A name at the beginning of which a capital is not an abbreviation's.
  static func inSentence(_ name: String) -> String {
    guard let second = name.dropFirst().first, second.isLowercase else { return name }
    return name.prefix(1).lowercased() + name.dropFirst()
  }

  private var figure: ReportFigure? {
    let hasWhiskers = kind != "frontier" && runs.runs.count <= Self.mostWhiskers
    let points = runs.runs.compactMap { run -> FrontierFigure.Point? in
      guard let y = value(run, .accuracy), let x = value(run, disparity) else { return nil }
      guard let standing = runs.standing(run) else { return nil }
      var point = FrontierFigure.Point(
        name: name(run), disparity: abs(x), accuracy: y, standing: standing)
      guard hasWhiskers else { return point }
      point.disparityInterval = interval(run, disparity)
      point.accuracyInterval = interval(run, .accuracy)
      return point
    }
    guard points.count > 1 else { return nil }
    let isRatio = disparity.kind == .ratio
    return FrontierFigure(
      id: "frontier" + suffix,
      title: caption("Accuracy against \(Self.inSentence(disparityName))"),
      description: "Each point is a run, measured on the \(part); up and to the "
        + "\(isRatio ? "right" : "left") is better. The table below has all runs."
        + (hasWhiskers ? " Thin lines are the 95% intervals of each run." : ""),
      horizontal: disparityName + (isRatio ? " (1 is alike)" : " (0 is alike)"), points: points
    ).figure()
  }

  private func table(
    _ id: String, _ caption: String, marksBest: Bool,
    _ measured: (FitRecord) -> FitMetrics
  ) -> ReportTable {
    let marksBest = marksBest && runs.compares
    return ReportTable(
      id + suffix, caption: self.caption(caption),
      columns: [.text("Run")] + columns.map { .number($0.title) }
        + (marksBest ? [.text("Pareto")] : []) + [.text("Fit")],
      rows: runs.runs.map { run in
        let metrics = measured(run)
        return ReportRow(
          [ReportCell(DisplayText.visible(name(run)))]
            + columns.map { cell(metrics, $0.metric) }
            + (marksBest ? [ReportCell(runs.paretoMark(run, DisplayText.name))] : [])
            + [ReportCell(run.status)])
      },
      notes: (marksBest ? paretoNotes : []) + [
        "Differences are largest minus smallest over the groups, 0 is alike; ratios smallest over "
          + "largest, 1 is alike. With several attributes, of the worst of them. Under a difference "
          + "stands the group whose rate is lower or lowest: of odds by the rate that is farther apart, "
          + "none where two rates rank the groups differently. “low n”: one of the groups has few rows. "
          + "In brackets 95% intervals of each run alone; runs on the same rows share much of their "
          + "error."
      ])
  }

  /// What the marks mean, and which runs decide alike for all.
  private var paretoNotes: [String] {
    let before = runs.runs.compactMap { run in
      run.selectionBefore.map { before in
        "\(DisplayText.name(name(run))): its scores at the threshold select "
          + "\(NumberText.percent(before)) of all rows, its rule "
          + "\(run.selection.map(NumberText.percent) ?? "none")."
      }
    }
    let isUntold = runs.runs.contains { $0.notToldApartFrom != nil }
    return
      (isUntold
      ? [
        "≈ with a name: the intervals do not show the run to be better than the named one, in accuracy "
          + "or in \(disparityName.lowercased())."
      ] : []) + runs.runs.compactMap { $0.remark(DisplayText.name(name($0))).map { $0 + "." } }
      + before
      + (runs.skipped ?? []).map { "\($0.method) could not be fitted: \($0.reason)." }
  }

  /// A number; of a difference with the group that is behind, and whether few rows are.
  private func cell(_ metrics: FitMetrics, _ name: MeasureName, of attribute: String? = nil)
    -> ReportCell
  {
    let name = attribute.map { name.of($0) } ?? name
    var cell = Self.cell(metrics[name])
    guard let sides = metrics.sides(of: name) else { return cell }
    if sides.restsOnFew { cell.status = .lowCount }
    if name.kind == .difference {
      cell.mark = sides.text(namesAttribute: split.groups.count > 1 && name.attribute == nil)
    }
    return cell
  }

  private static func cell(_ estimate: Estimate) -> ReportCell {
    guard let value = estimate.value else { return .absent(estimate.reason) }
    var cell = ReportCell.number(value) { NumberText.fixed($0, 4) }
    if estimate.status == .estimate { cell.reason = estimate.reason }
    guard let interval = FitInterval(estimate) else { return cell }
    cell.low = interval.low
    cell.high = interval.high
    cell.range = "[\(NumberText.fixed(interval.low, 3)), \(NumberText.fixed(interval.high, 3))]"
    return cell
  }

  private var attributeTable: ReportTable {
    let measures: [MeasureName] = [.selectionRate, .equalOpportunity, .equalizedOdds]
    let columns = split.groups.flatMap { group in
      measures.map { (attribute: group.attribute, measure: $0) }
    }
    return ReportTable(
      "attribute-table" + suffix,
      caption: caption("Differences of each attribute, on the \(part)"),
      columns: [.text("Run")]
        + columns.map {
          .number("\(DisplayText.visible($0.attribute)): \(DisplayText.metric($0.measure.metric))")
        },
      rows: runs.runs.map { run in
        ReportRow(
          [ReportCell(DisplayText.visible(name(run)))]
            + columns.map {
              cell(run.measured, $0.measure.difference, of: $0.attribute)
            })
      })
  }

  private var settings: ReportSection {
    ReportSection(
      "settings", "Methods and settings",
      (decisionsTable.map { [.table($0)] } ?? []) + [.table(settingsTable)])
  }

  package var settingsTable: ReportTable {
    let rows = runs.runs.map { run in
      ReportRow([
        ReportCell(DisplayText.visible(name(run))), ReportCell(run.method),
        ReportCell(
          run.options.sorted { $0.key < $1.key }.map {
            "\($0.key) = \(NumberText.option($0.value))"
          }
          .joined(separator: ", ")),
        .count(run.iterations), .number(run.objective) { NumberText.fixed($0, 6) },
        .number(run.certificate?.boundOnSuboptimality, NumberText.small),
        ReportCell("\(run.seed)"),
      ])
    }
    return ReportTable(
      "settings-table" + suffix, caption: caption("How each run was fitted"),
      columns: [
        .text("Run"), .text("Method"), .text("Options"), .number("Iterations"),
        .number("Objective"), .number("Proved within"), .text("Seed"),
      ], rows: rows,
      notes: ["Proved within: the objective is at most this much above its minimum."])
  }
}
