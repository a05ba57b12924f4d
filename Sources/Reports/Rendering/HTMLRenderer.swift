import Auditing

/// A document as one HTML page that opens from a disk: styles and pictures are inside, there is no
/// script, and the page's own policy forbids every request.
enum HTMLRenderer {
  /// Tables with more rows are closed until they are asked for; they print open.
  static let longestOpenTable = 60

  private static let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
  private static let footer =
    "Measured values with their uncertainty. What they mean for a decision is for people to judge."

  static func render(_ document: ReportDocument) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="\(policy)">
    <link rel="icon" href="data:,">
    <title>\(text(document.title))</title>
    <style>
    \(HTMLStyle.sheet)
    </style>
    </head>
    <body class="\(text(document.kind))">
    <a class="skip" href="#content">Skip to the content</a>
    <header>
    <p class="kind">\(text(kindName(document.kind)))</p>
    <h1>\(text(document.title))</h1>
    <p class="subtitle">\(text(document.subtitle))</p>
    </header>
    <nav aria-label="Contents">
    <ol>
    \(lines(document.sections) { "<li><a href=\"#\(text($0.id))\">\(text($0.title))</a></li>" })\
    </ol>
    </nav>
    <main id="content" tabindex="-1">
    \(facts(document.facts))\(document.sections.map(section).joined())\
    </main>
    <footer><p>\(text(footer))</p></footer>
    </body>
    </html>

    """
  }

  /// A text of others in an element or a quoted attribute.
  private static func text(_ text: String) -> String { DisplayText.escaped(text) }

  /// One line an item.
  private static func lines<Item>(_ items: [Item], _ line: (Item) -> String) -> String {
    items.map { line($0) + "\n" }.joined()
  }

  private static func kindName(_ kind: String) -> String {
    [
      "audit": "Audit report", "audit-brief": "Audit in brief", "compare": "Comparison",
      "frontier": "Frontier",
      "ll144": "NYC Local Law 144", "four-fifths": "Selection rates", "model-card": "Model card",
      "datasheet": "Datasheet", "pipeline": "Pipeline",
    ][kind] ?? kind
  }

  private static func facts(_ facts: [ReportFact]) -> String {
    guard !facts.isEmpty else { return "" }
    let items = lines(facts) { fact in
      "<div><dt>\(text(fact.label))</dt><dd><strong>\(text(fact.value))</strong>"
        + "<span>\(text(fact.detail))</span></dd></div>"
    }
    let wide = tileColumns(facts.count, of: 3...6), middle = tileColumns(facts.count, of: 3...4)
    return "<dl class=\"facts w\(wide) m\(middle)\">\n\(items)</dl>\n"
  }

  /// The most columns of tiles that leave no tile alone in its row; on a narrow screen there are two, and
  /// the first tile takes both where the tiles are odd.
  static func tileColumns(_ tiles: Int, of range: ClosedRange<Int>) -> Int {
    let choices = range.reversed().filter { $0 < tiles }
    guard tiles > range.upperBound else { return max(tiles, range.lowerBound) }
    return choices.first { tiles % $0 != 1 } ?? 2
  }

  private static func section(_ section: ReportSection) -> String {
    let id = text(section.id)
    return """
      <section id="\(id)" aria-labelledby="\(id)-title">
      <h2 id="\(id)-title">\(text(section.title))</h2>
      \(section.blocks.map { "\n" + block($0) }.joined())\
      </section>

      """
  }

  private static func block(_ block: ReportBlock) -> String {
    switch block {
    case .heading(let heading): "<h3>\(text(heading))</h3>\n"
    case .text(let paragraph): "<p>\(text(paragraph))</p>\n"
    case .note(let note): "<p class=\"note\" role=\"note\">\(text(note))</p>\n"
    case .list(let items): "<ul>\n\(lines(items) { "<li>\(text($0))</li>" })</ul>\n"
    case .definitions(let items): terms("terms", items.map { ($0.term, $0.text) })
    case .blanks(let labels): terms("blanks", labels.map { ($0, "") })
    case .table(let table): self.table(table)
    case .figures(let figures): self.figures(figures)
    case .code(let code): "<pre tabindex=\"0\"><code>\(text(code))</code></pre>\n"
    }
  }

  private static func terms(_ name: String, _ items: [(term: String, text: String)]) -> String {
    let rows = lines(items) { "<div><dt>\(text($0.term))</dt><dd>\(text($0.text))</dd></div>" }
    return "<dl class=\"\(name)\">\n\(rows)</dl>\n"
  }

  /// Pictures at a page's whole width stand alone, the others two side by side.
  private static func figures(_ figures: [ReportFigure]) -> String {
    let wide = figures.filter { $0.isWide == true }, rest = figures.filter { $0.isWide != true }
    return wide.map(figure).joined()
      + (rest.isEmpty
        ? "" : "<div class=\"figures\">\n\(rest.map(figure).joined())</div>\n")
  }

  private static func figure(_ figure: ReportFigure) -> String {
    let id = text(figure.id), isWide = figure.isWide == true
    // Of a picture that is too wide for a telephone there is a second one that fits.
    let picture =
      figure.narrow.map {
        "<div class=\"broad\">\(figure.svg)</div>\n<div class=\"narrow\">\($0)</div>"
      } ?? figure.svg
    return """
      <figure id="\(id)"\(isWide ? " class=\"wide\"" : "")>
      <figcaption id="\(id)-caption">\(text(figure.title))</figcaption>
      \(picture)
      <p class="figure-note">\(text(figure.description))</p>
      </figure>
      """
  }

  private static func table(_ table: ReportTable) -> String {
    let id = text(table.id), caption = text(table.caption)
    let isLong = table.rows.count > longestOpenTable
    let count = NumberText.counted(table.rows.count, "row")
    let opening =
      isLong ? "<details class=\"long\">\n<summary>\(caption) (\(count))</summary>\n" : ""
    let columns = table.columns.map { column in
      "<th scope=\"col\"\(column.isNumeric ? " class=\"number\"" : "")>\(text(column.title))</th>"
    }
    let rows = lines(table.rows) { row in
      let cells = zip(table.columns, row.cells).enumerated().map { index, pair in
        HTMLCell.text(pair.1, isHead: index == 0, isNumeric: pair.0.isNumeric)
      }
      return "<tr\(row.isTotal ? " class=\"total\"" : "")>\(cells.joined())</tr>"
    }
    return """
      \(opening)\
      <div class="scroll" role="region" aria-labelledby="\(id)-caption" tabindex="0">
      <table id="\(id)">
      <caption id="\(id)-caption">\(caption)</caption>
      <thead>
      <tr>\(columns.joined())</tr>
      </thead>
      <tbody>
      \(rows)\
      </tbody>
      </table>
      </div>
      \(lines(table.notes) { "<p class=\"table-note\">\(text($0))</p>" })\
      \(isLong ? "</details>\n" : "")
      """
  }
}
