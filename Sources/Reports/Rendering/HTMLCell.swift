import Auditing

/// A field of a table as HTML: the value, its interval, the counts behind it and what is to be said
/// against it.
///
/// Written without a template: a large audit has hundreds of thousands of fields.
enum HTMLCell {
  static func text(_ cell: ReportCell, isHead: Bool, isNumeric: Bool) -> String {
    var classes: [String] = []
    if isNumeric { classes.append("number") }
    if cell.status == .lowCount { classes.append("low") }
    if cell.status == .notEstimable { classes.append("absent") }
    let tag = isHead ? "th" : "td"
    var html = "<\(tag)"
    if isHead { html += " scope=\"row\"" }
    if !classes.isEmpty { html += " class=\"\(classes.joined(separator: " "))\"" }
    html += "><bdi>\(DisplayText.escaped(cell.text))</bdi>"
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

  private static func part(_ kind: String, _ text: String) -> String {
    " <span class=\"\(kind)\">\(DisplayText.escaped(text))</span>"
  }
}
