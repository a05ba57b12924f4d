import Equipoise

/// Rule packs and what they say, on a terminal.
enum RequirementsText {
  static func describe(_ pack: any RulePack.Type) -> String {
    var lines = [
      "\(pack.id) \(pack.version): \(pack.title)", "  \(pack.citation)",
      "  Version of the text: \(pack.textVersion), status read on \(pack.readOn). To be checked by "
        + "counsel.",
    ]
    for question in pack.questions {
      lines.append(
        "  Asks \(question.name): \(question.asks) (\(question.oneOf.joined(separator: ", ")))")
    }
    for rule in pack.rules { lines += describe(rule) }
    for text in pack.texts {
      lines.append("  \(text.cite): \(text.basis.rawValue); \(text.standing)")
      if let note = text.note { lines.append("    \(note)") }
    }
    return lines.joined(separator: "\n")
  }

  private static func describe(_ rule: Rule) -> [String] {
    let term = rule.term.map { " (\($0))" } ?? ""
    var lines = ["  \(rule.clause)\(term): \(rule.asks)", "    Here: \(rule.answer)"]
    if let measure = rule.measure {
      let number = rule.line.map { " \($0.value)" } ?? ""
      let bound = measure.bound.map { ", \($0.rawValue)" + number } ?? ""
      lines.append("    Measure: \(measure.metric)\(bound)")
    }
    if let attribute = rule.attribute {
      let uses = attribute.uses.map(\.rawValue).joined(separator: ", ")
      lines.append("    Attribute: \(attribute.permission.rawValue) for \(uses)")
    }
    if let answers = rule.answers {
      let told = answers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      lines.append("    Where \(told.joined(separator: ", "))")
    }
    lines.append("    \(rule.standing)")
    if let note = rule.note { lines.append("    \(note)") }
    return lines
  }

  static func describe(_ found: CheckRequirementsJob.Outcome) -> String {
    let document = found.document
    var lines: [String] = []
    for subject in document.attributes {
      let told = subject.findings.map {
        TextWrap.paragraph(place($0) + $0.message, indent: "  ")
      }
      lines.append(subject.name + (told.isEmpty ? ": no pack speaks of its attributes" : ":"))
      lines += told
    }
    lines +=
      (document.lines.map { "\($0.pack): \($0.message)" } + document.conflicts
      + [RulePacks.disclaimer]).map { TextWrap.paragraph($0) }
    return lines.joined(separator: "\n")
  }

  private static func place(_ finding: AttributeFinding) -> String {
    guard let line = finding.line, let column = finding.column else { return "" }
    return "\(line):\(column): "
  }
}
