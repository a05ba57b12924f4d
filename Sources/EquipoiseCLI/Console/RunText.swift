import Equipoise

/// One run in words.
enum RunText {
  static func describe(_ document: FitRecord, savedTo path: String?) -> String {
    var lines = [
      "\(document.method): \(document.status) after \(document.iterations) iterations, "
        + "\(Tables.number(document.seconds.fit, decimals: 3)) s to fit, "
        + "\(Tables.number(document.seconds.load + document.seconds.pack, decimals: 3)) s to read"
    ]
    lines += PositivesText.lines(document.positives)
    let names = Set(document.train.names + (document.test?.names ?? [])).sorted {
      $0.description < $1.description
    }
    let rows = names.map { name in
      [
        name.description, Tables.number(document.train[name].value, decimals: 4),
        document.test.map { Tables.number($0[name].value, decimals: 4) } ?? "–",
      ]
    }
    lines.append(Tables.text(["metric", "train", "test"], rows, alignedRight: [1, 2]))
    lines += Tables.reasons(
      [("train", document.train)] + (document.test.map { [("test", $0)] } ?? []))
    lines += DecisionText.lines(document.decisions)
    if let reason = document.stopReason { lines.append("stopped: \(reason)") }
    if document.oracleCalls > 0 {
      lines.append(
        "\(document.oracleCalls) fits of the learner, "
          + "\(Tables.number(document.passes, decimals: 1)) passes over the features")
    }
    for (part, measure) in [
      ("train", document.trainConstraint), ("test", document.testConstraint),
    ] {
      guard let measure, let violation = measure.violation else { continue }
      lines.append(
        "constraint on \(part): violated by \(Tables.number(violation, decimals: 5)); rates apart by "
          + "\(Tables.number(measure.differenceBetweenGroups, decimals: 4)) between groups, "
          + "\(Tables.number(measure.differenceToOverall, decimals: 4)) to overall")
    }
    if let bound = document.certificate?.boundOnSuboptimality {
      lines.append("proved: the objective is at most \(bound) above its minimum")
    }
    if let path { lines.append("model written to \(path)") }
    return lines.joined(separator: "\n")
  }
}
