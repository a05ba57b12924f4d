import Auditing

/// A document as Markdown with pipe tables. Figures are named with what they show.
enum MarkdownRenderer {
  static func render(_ document: ReportDocument) -> String {
    var parts = ["# \(escaped(document.title))", escaped(document.subtitle)]
    if !document.facts.isEmpty {
      parts.append(
        document.facts.map { fact in
          "- **\(escaped(fact.label)):** \(escaped(fact.value))"
            + (fact.detail.isEmpty ? "" : " (\(escaped(fact.detail)))")
        }.joined(separator: "\n"))
    }
    for (number, section) in document.sections.enumerated() {
      parts.append("## \(number + 1). \(escaped(section.title))")
      parts += section.blocks.map(block)
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func block(_ block: ReportBlock) -> String {
    switch block {
    case .heading(let text): "### \(escaped(text))"
    case .text(let text): escaped(text)
    case .note(let text): "> \(escaped(text))"
    case .list(let items): items.map { "- \(escaped($0))" }.joined(separator: "\n")
    case .definitions(let definitions):
      definitions.map { "- **\(escaped($0.term)):** \(escaped($0.text))" }
        .joined(separator: "\n")
    case .table(let table): self.table(table)
    case .figures(let figures):
      figures.map { "*Figure: \(escaped($0.title)).* \(escaped($0.description))" }
        .joined(separator: "\n\n")
    case .code(let text):
      // A fence longer than any run of backticks inside.
      fence(around: text)
    case .blanks(let labels):
      labels.map { "- \(escaped($0)): ____________________" }.joined(separator: "\n")
    }
  }

  private static func fence(around text: String) -> String {
    var longest = 0, run = 0
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\n\(text)\n\(fence)"
  }

  private static func table(_ table: ReportTable) -> String {
    var lines = ["**\(escaped(table.caption))**", ""]
    lines.append(line(table.columns.map { escaped($0.title) }))
    lines.append(line(table.columns.map { $0.isNumeric ? "--:" : "---" }))
    for row in table.rows {
      lines.append(
        line(
          row.cells.map { cell in
            let text = field(cell)
            return row.isTotal && !text.isEmpty ? "**\(text)**" : text
          }))
    }
    for note in table.notes { lines += ["", escaped(note)] }
    return lines.joined(separator: "\n")
  }

  private static func field(_ cell: ReportCell) -> String {
    var text = escaped(cell.text)
    if let range = cell.range { text += " \(escaped(range))" }
    if let trace = cell.trace { text += " (\(trace))" }
    if cell.status == .lowCount { text += " low n" }
    if let mark = cell.mark { text += ", \(escaped(mark))" }
    return text
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  /// Text that Markdown and HTML inside it take literally, on one line.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$":
        result.append("\\")
        result.append(scalar)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "\n", "\r": result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
