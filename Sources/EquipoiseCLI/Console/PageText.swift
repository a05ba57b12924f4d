import Equipoise

/// A document for people on a terminal: what its Markdown holds, in lines and tables that fit.
enum PageText {
  static func text(_ document: ReportDocument) -> String {
    var parts = [
      [document.title, document.subtitle].filter { !$0.isEmpty }.map { paragraph($0) }
        .joined(separator: "\n")
    ]
    if !document.facts.isEmpty {
      parts.append(
        document.facts.map { fact in
          paragraph("\(fact.label): \(fact.value)\(fact.detail.isEmpty ? "" : " (\(fact.detail))")")
        }.joined(separator: "\n"))
    }
    for (number, section) in document.sections.enumerated() {
      parts.append("\(number + 1). \(DisplayText.visible(section.title))")
      parts += section.blocks.map(block)
    }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private static func block(_ block: ReportBlock) -> String {
    switch block {
    case .heading(let text), .text(let text), .note(let text): paragraph(text)
    case .list(let items): items.map { paragraph("- \($0)") }.joined(separator: "\n")
    case .definitions(let definitions):
      definitions.map { paragraph("\($0.term): \($0.text)") }.joined(separator: "\n")
    case .table(let table): self.table(table)
    case .figures: ""
    // A command is copied: it is not broken.
    case .code(let text): "  " + text.replacing("\n", with: "\n  ")
    case .blanks(let labels): labels.map { paragraph("- \($0):") }.joined(separator: "\n")
    }
  }

  private static func table(_ table: ReportTable) -> String {
    let right = table.columns.indices.filter { table.columns[$0].isNumeric }
    let text = Tables.text(
      table.columns.map(\.title), table.rows.map { $0.cells.map(field) },
      alignedRight: Set(right))
    return ([paragraph(table.caption), text] + table.notes.map { paragraph($0) })
      .joined(separator: "\n")
  }

  private static func field(_ cell: ReportCell) -> String {
    ([cell.text] + [cell.range, cell.mark].compactMap(\.self)).joined(separator: " ")
      + (cell.status == .lowCount ? "*" : "")
  }

  private static func paragraph(_ text: String) -> String {
    TextWrap.paragraph(DisplayText.visible(text), indent: "  ")
  }
}
