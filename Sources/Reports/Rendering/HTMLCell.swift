import Auditing

/// A field of a table as HTML: the value, its interval, the counts behind it and what is to be said
/// against it.
///
/// Written without a template: a large audit has hundreds of thousands of fields.
enum HTMLCell {
  static func text(_ cell: ReportCell, isHead: Bool, isNumeric: Bool) -> String {
    var classes: [String] = []
    if isNumeric { classes.append("number") }
    if !isNumeric && cell.text.utf8.count > longestWord { classes.append("long") }
    if cell.status == .lowCount { classes.append("low") }
    if cell.status == .notEstimable { classes.append("absent") }
    let tag = isHead ? "th" : "td"
    var html = "<\(tag)"
    if isHead { html += " scope=\"row\"" }
    if !classes.isEmpty { html += " class=\"\(classes.joined(separator: " "))\"" }
    html += "><bdi>\(isNumeric ? DisplayText.escaped(cell.text) : breakable(cell.text))</bdi>"
    if let range = cell.range { html += part("range", range) }
    if let trace = cell.trace { html += part("trace", trace) }
    switch cell.status {
    case .lowCount: html += part("mark", "low n")
    case .notEstimable: if let reason = cell.reason { html += part("mark", reason) }
    case .estimate, nil: break
    }
    if let mark = cell.mark { html += part("mark", mark) }
    return html + "</\(tag)>"
  }

  /// Letters of a word that stays whole; a longer one may end a line after so many, or a long name would
  /// make its column wider than a telephone and a page.
  static let longestWord = 16

  /// The text with places at which a line may end inside long words.
  static func breakable(_ text: String) -> String {
    guard text.utf8.count > longestWord else { return DisplayText.escaped(text) }
    var html = "", piece = "", columns = 0
    for character in text {
      if columns >= longestWord && character != " " && character != "-" {
        html += DisplayText.escaped(piece) + "<wbr>"
        (piece, columns) = ("", 0)
      }
      piece.append(character)
      let endsWord = character == " " || character == "-"
      columns = endsWord ? 0 : columns + DisplayText.columns(of: character)
    }
    return html + DisplayText.escaped(piece)
  }

  private static func part(_ kind: String, _ text: String) -> String {
    " <span class=\"\(kind)\">\(DisplayText.escaped(text))</span>"
  }
}
