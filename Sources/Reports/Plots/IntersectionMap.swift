import Auditing

/// Every cell of a cross as a rectangle, coloured by the bound of its gap to all rows: what the
/// data show at least, not the point estimate. A hatch marks few rows.
struct IntersectionMap {
  struct Cell {
    var row: String
    var column: String
    var value: Double?
    /// The limit of the gap's interval that is nearer to 0; 0 where the interval contains it.
    var bound: Double?
    var isLow: Bool
    /// The whole story of the cell.
    var hint: String
  }

  let id: String
  let title: String
  let description: String
  let rows: [String]
  let columns: [String]
  let cells: [Cell]

  private static let height = 40.0
  private static let labelWidth = 146.0
  /// Lines of a column's name.
  private static let headLines = 3
  /// A gap of this size has the full colour.
  static let fullColour = 0.3

  func figure() -> ReportFigure {
    ReportFigure(id: id, title: title, description: description, svg: svg())
  }

  private var width: Double {
    (SVGCanvas.width - Self.labelWidth - 8) / Double(max(columns.count, 1))
  }

  private var heads: [[String]] {
    let room = max(Int(width / SVGCanvas.letter), 3)
    // A wide letter may leave a column of each line empty.
    return ShortNames.fitted(columns, columns: Self.headLines * (room - 1)).map {
      Self.broken($0, columns: room)
    }
  }

  /// Where the cells begin: below the longest head.
  private var top: Double { 14 + 15 * Double(heads.map(\.count).max() ?? 1) }

  private func svg() -> String {
    let top = top
    var canvas = SVGCanvas(id: id + "-svg", title: title, description: description)
    for (number, column) in columns.enumerated() {
      let x = Self.labelWidth + (Double(number) + 0.5) * width
      for (line, text) in heads[number].enumerated() {
        canvas.text(x, 18 + 15 * Double(line), text, "soft middle", hint: column)
      }
    }
    let names = SVGCanvas.cut(rows, room: Self.labelWidth - 10)
    for (number, row) in rows.enumerated() {
      canvas.name(4, top + Double(number) * Self.height + 25, row, cut: names[number])
    }
    let rowPlace = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    let columnPlace = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    for cell in cells {
      guard let r = rowPlace[cell.row], let c = columnPlace[cell.column] else { continue }
      draw(
        cell, x: Self.labelWidth + Double(c) * width, y: top + Double(r) * Self.height,
        on: &canvas)
    }
    let bottom = top + Double(rows.count) * Self.height
    legend(y: bottom + 14, on: &canvas)
    return canvas.finished(height: bottom + 56)
  }

  /// A name on up to three lines, none of its letters left out: at words where they fit, else anywhere.
  private static func broken(_ name: String, columns room: Int) -> [String] {
    var lines: [String] = []
    for word in name.split(whereSeparator: { $0 == " " || $0 == "-" }) {
      let joined = (lines.last.map { $0 + " " } ?? "") + word
      if DisplayText.columns(of: joined) <= room, !lines.isEmpty {
        lines[lines.count - 1] = joined
      } else {
        lines.append(String(word))
      }
    }
    let fits = lines.allSatisfy { DisplayText.columns(of: $0) <= room }
    if fits && lines.count <= headLines { return lines }
    lines = []
    var rest = Substring(name)
    while !rest.isEmpty {
      let line = DisplayText.prefix(of: rest, columns: room)
      lines.append(line.isEmpty ? String(rest.prefix(1)) : line)
      rest = rest.dropFirst(max(line.count, 1))
    }
    return lines
  }

  private func draw(
    _ cell: Cell, x: Double, y: Double, on canvas: inout SVGCanvas
  ) {
    let bound = cell.bound ?? 0
    let strength = min(1, abs(bound) / Self.fullColour)
    canvas.rectangle(x, y, width, Self.height, "cell even", hint: cell.hint)
    if bound != 0 {
      canvas.rectangle(
        x, y, width, Self.height, bound > 0 ? "cell above" : "cell below",
        opacity: 0.15 + 0.6 * strength, hint: cell.hint)
    }
    if cell.isLow || cell.value == nil { canvas.hatch(x + 1, y + 1, width - 2, Self.height - 2) }
    guard width >= 34 else { return }
    let sign = bound > 0 ? "▲ " : bound < 0 ? "▼ " : ""
    let text = cell.value.map { NumberText.fixed(100 * $0, 0) + "%" } ?? "–"
    let shown = width >= 52 ? sign + text : text
    canvas.text(x + width / 2, y + 25, shown, "middle strong")
  }

  private func legend(y: Double, on canvas: inout SVGCanvas) {
    canvas.rectangle(4, y, 16, 14, "cell below", opacity: 0.6)
    canvas.text(24, y + 11, "▼ below all rows", "soft")
    canvas.rectangle(150, y, 16, 14, "cell above", opacity: 0.6)
    canvas.text(170, y + 11, "▲ above all rows", "soft")
    canvas.rectangle(298, y, 16, 14, "cell even")
    canvas.text(318, y + 11, "cannot tell", "soft")
    canvas.rectangle(4, y + 20, 16, 14, "cell even")
    canvas.hatch(4, y + 20, 16, 14)
    canvas.text(24, y + 31, "few rows, or not estimable", "soft")
  }
}
