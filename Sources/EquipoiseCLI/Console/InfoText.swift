import Equipoise

/// A stored model, rule or transform on a terminal.
enum InfoText {
  /// Coefficients that are shown of each linear model.
  private static let mostCoefficients = 20
  /// Members of a mixture that are shown.
  private static let mostMembers = 3

  static func describe(_ info: StoredInfo) -> String {
    var lines = [Tables.text(["what", "value"], facts(info), alignedRight: [])]
    if info.rules.count > 1 || info.rules.contains(where: { $0.attribute != nil }) {
      lines.append(
        Tables.text(
          [
            "attribute", "group",
            "selected " + DecisionReview.condition(info.kind == .model ? .probability : .score),
          ],
          info.rules.map { [$0.attribute ?? "", $0.value ?? "all", $0.rule] }, alignedRight: []))
    }
    for part in info.linear.prefix(mostMembers) { lines += coefficients(part) }
    if info.linear.count > mostMembers {
      lines.append(
        "and \(NumberText.counted(info.linear.count - mostMembers, "linear model")) more: '--format json' has all"
      )
    }
    return lines.joined(separator: "\n")
  }

  private static func facts(_ info: StoredInfo) -> [[String]] {
    var rows = [["kind", info.kind.rawValue], ["method", info.method], ["form", info.form]]
    if !info.options.isEmpty {
      let options = info.options.sorted { $0.key < $1.key }.map {
        "\($0.key) = \(NumberText.option($0.value))"
      }
      rows.append(["options", options.joined(separator: ", ")])
    }
    for (role, names) in info.roles.sorted(by: { $0.key < $1.key }) {
      rows.append([role, names.joined(separator: ", ")])
    }
    if let label = info.positives?.label {
      rows.append([
        "positive", label.value + (info.negative.map { " (negative: \($0))" } ?? ""),
      ])
    }
    if info.rules.count == 1, info.rules[0].attribute == nil {
      rows.append(["selected", info.rules[0].rule])
    }
    if let training = info.training {
      if let count = training.rows {
        let all = training.records.map { " of \(NumberText.count($0))" } ?? ""
        rows.append([
          "training rows",
          "\(NumberText.count(count))\(all)" + (training.source.map { ", \($0)" } ?? ""),
        ])
      }
      if let digest = training.sha256 {
        rows.append(["training data", "SHA-256 \(DataDigest.manner): \(digest)"])
      }
    }
    if let fit = info.fit {
      let steps = NumberText.counted(fit.iterations, "iteration")
      rows.append(["fit", "\(fit.status), \(steps), seed \(fit.seed)"])
    }
    return rows
  }

  private static func coefficients(_ part: LinearPart) -> [String] {
    let shown = part.coefficients.prefix(mostCoefficients)
    let rows = shown.map { [$0.name, Tables.number($0.value, decimals: 4)] }
    let title = [part.name, part.weight.map { "weight " + Tables.number($0, decimals: 4) }]
      .compactMap(\.self).joined(separator: ", ")
    let rest = part.coefficients.count - shown.count
    return (title.isEmpty ? [] : [title]) + [
      Tables.text(
        ["feature", "coefficient"],
        [["(intercept)", Tables.number(part.intercept, decimals: 4)]] + rows, alignedRight: [1])
    ]
      + (rest > 0
        ? ["and \(NumberText.counted(rest, "feature")) more: '--format json' has all"] : [])
  }
}
