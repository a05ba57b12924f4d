import Equipoise

/// One run in words.
enum RunText {
  /// What is told of a fit first; the numbers of groups are of the worst attribute.
  static let leading: [MeasureName] = [
    .accuracy, .areaUnderCurve, .selectionRate.difference, .selectionRate.ratio,
    .equalOpportunity.difference, .equalizedOdds.difference, .meanError,
    .meanAbsoluteError, MeasureName("root_mean_squared_error", nil), MeasureName("r2_score", nil),
  ]

  /// - Parameter all: every number that the fit was measured by.
  static func describe(_ outcome: TrainJob.Outcome, savedTo path: String?, all: Bool) -> String {
    let document = outcome.document
    var lines = [
      status(document),
      TextWrap.paragraph(
        rows(outcome.split) + "; " + NumberText.counted(outcome.features, "feature")
          + (outcome.split.groups.isEmpty ? "" : "; groups of " + groups(outcome.split)),
        indent: "  "),
    ]
    lines += PositivesText.lines(document.positives)
    let names = names(document, all: all)
    let hasTest = document.test != nil
    let table = names.map { name in
      [name.description, cell(document.train, name)]
        + (document.test.map { [cell($0, name)] } ?? [])
    }
    lines.append(
      Tables.text(["metric", "train"] + (hasTest ? ["test"] : []), table, alignedRight: [1, 2]))
    for (part, metrics) in [("train", document.train)]
      + (document.test.map { [("test", $0)] } ?? [])
    {
      if let sides = sides(metrics, names) {
        lines.append(paragraph("lower rate on \(part): \(sides)"))
      }
    }
    let rest = Set(document.train.names).count - names.count
    if rest > 0 { lines.append("  and \(rest) more numbers: --all shows them") }
    lines += Tables.reasons(
      [("train", document.train)] + (document.test.map { [("test", $0)] } ?? []))
    lines += details(document)
    lines.append(
      path.map { "model written to \($0)" }
        ?? "the model was not kept: --model FILE writes it")
    return lines.joined(separator: "\n")
  }

  /// `16,281 rows to train, 4,000 to test`
  static func rows(_ split: RunsReport.Split) -> String {
    NumberText.counted(split.training, "row") + " to train"
      + (split.test.map { ", \(NumberText.count($0)) to test" } ?? "")
  }

  static func groups(_ split: RunsReport.Split) -> String {
    split.groups.map { group in
      let names = group.names.prefix(mostNames).map(DisplayText.name).joined(separator: ", ")
      let rest = group.names.count - mostNames
      return "\(DisplayText.name(group.attribute)) (\(names)\(rest > 0 ? " and \(rest) more" : ""))"
    }.joined(separator: "; ")
  }
  private static let mostNames = 6

  private static func status(_ document: FitRecord) -> String {
    "\(document.method): \(document.status.replacing("_", with: " ")) after "
      + "\(NumberText.counted(document.iterations, "iteration")), "
      + "\(Tables.number(document.seconds.fit, decimals: 3)) s to fit, "
      + "\(Tables.number(document.seconds.load + document.seconds.pack, decimals: 3)) s to read"
  }

  private static func names(_ document: FitRecord, all: Bool) -> [MeasureName] {
    let known = Set(document.train.names + (document.test?.names ?? []))
    let first = leading.filter(known.contains)
    guard all || first.isEmpty else { return first }
    return known.sorted { $0.description < $1.description }
  }

  private static func cell(_ metrics: FitMetrics, _ name: MeasureName) -> String {
    let estimate = metrics[name]
    let value = Tables.number(estimate.value, decimals: 4)
    guard estimate.value != nil, let interval = FitInterval(estimate) else { return value }
    return value + " [\(NumberText.ratio(interval.low)), \(NumberText.ratio(interval.high))]"
  }

  private static func paragraph(_ text: String) -> String { TextWrap.paragraph(text, indent: "  ") }

  /// Whose rate is the lower one in each gap, and of which attribute, where there are several.
  private static func sides(_ metrics: FitMetrics, _ names: [MeasureName]) -> String? {
    let gaps = names.filter { $0.kind == .difference }.compactMap { name in
      metrics.sides(of: name).map { (name, $0) }
    }
    let hasSeveral = Set(metrics.sides.values.map(\.attribute)).count > 1
    let told = gaps.compactMap { name, sides in
      sides.text(namesAttribute: hasSeveral).map {
        "\(name.metric) (\($0)\(sides.restsOnFew ? ", rests on few rows" : ""))"
      }
    }
    return told.isEmpty ? nil : told.joined(separator: ", ")
  }

  private static func details(_ document: FitRecord) -> [String] {
    var lines = DecisionText.lines(document.decisions)
    if let reason = document.stopReason {
      lines.append(TextWrap.paragraph("stopped: \(reason)", indent: "  "))
    }
    if document.oracleCalls > 0 {
      lines.append(
        "\(NumberText.counted(document.oracleCalls, "fit")) of the learner, "
          + "\(Tables.number(document.passes, decimals: 1)) passes over the features")
    }
    for (part, measure) in [
      ("train", document.trainConstraint), ("test", document.testConstraint),
    ] {
      guard let measure, let violation = measure.violation else { continue }
      lines.append(
        TextWrap.paragraph(
          "constraint on \(part): violated by \(Tables.number(violation, decimals: 5)); rates apart "
            + "by \(Tables.number(measure.differenceBetweenGroups, decimals: 4)) between groups, "
            + "\(Tables.number(measure.differenceToOverall, decimals: 4)) to overall", indent: "  ")
      )
    }
    if let bound = document.certificate?.boundOnSuboptimality {
      lines.append("proved: the objective is at most \(NumberText.small(bound)) above its minimum")
    }
    return lines
  }
}
