import Auditing

/// A document's tables as comma-separated text, one line a field: what stands there, the number at
/// full precision, its interval, and the counts that it is the quotient of.
///
/// Texts that a spreadsheet would take for a formula get an apostrophe in front.
enum CSVRenderer {
  static let header = [
    "table", "row", "column", "text", "value", "low", "high", "numerator", "denominator", "status",
    "reason", "mark",
  ]

  static func render(_ document: ReportDocument) -> String {
    var lines = [header.joined(separator: ",")]
    for (role, found) in [
      ("label", document.positives?.label), ("decision", document.positives?.decision),
    ] {
      guard let found else { continue }
      let words = ["positives", "\(role) \(found.column)", "positive value", found.value].map(field)
      lines.append(words.joined(separator: ",") + ",,,,,,,,")
    }
    for table in document.tables {
      for row in table.rows { lines += self.lines(of: row, in: table) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(of row: ReportRow, in table: ReportTable) -> [String] {
    let name = row.cells.first?.text ?? ""
    return zip(table.columns, row.cells).dropFirst().map { column, cell in
      let words = [table.id, name, column.title, cell.text].map(field)
      let numbers = [cell.value, cell.low, cell.high, cell.numerator, cell.denominator].map {
        $0.map(NumberText.exact) ?? ""
      }
      let state = [cell.status?.rawValue, cell.reason, cell.mark].map { field($0 ?? "") }
      return (words + numbers + state).joined(separator: ",")
    }
  }

  static func field(_ text: String) -> String {
    var text = text
    if let first = text.unicodeScalars.first, ["=", "+", "-", "@", "\t", "\r"].contains(first) {
      text = "'" + text
    }
    let needsQuotes = text.unicodeScalars.contains { [",", "\"", "\n", "\r"].contains($0) }
    guard needsQuotes else { return text }
    // Scalar by scalar: a mark with a combining accent is another character to Swift.
    var quoted = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted.append(scalar) }
      quoted.append(scalar)
    }
    return "\"" + String(quoted) + "\""
  }
}
