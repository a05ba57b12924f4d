import Auditing

/// Values with their intervals, one a line: rates of groups, and gaps in a forest plot.
struct IntervalPlot {
  struct Line {
    var name: String
    var value: Double?
    var low: Double?
    var high: Double?
    /// Said at the right of the name: the value in words, or why there is none.
    var text: String
    /// From few rows: an open marker.
    var isLow: Bool
  }

  let id: String
  let title: String
  let description: String
  let lines: [Line]
  /// A value that the others are seen against: all rows, or no difference.
  let rule: Double?
  let ruleName: String
  let bounds: ClosedRange<Double>
  /// A value that the axis begins at or before; nil: where the values are.
  var start: Double?
  let tick: (Double) -> String

  private static let lineHeight = 42.0
  private static let margin = 14.0

  func figure() -> ReportFigure {
    ReportFigure(id: id, title: title, description: description, svg: svg())
  }

  private func svg() -> String {
    var canvas = SVGCanvas(id: id + "-svg", title: title, description: description)
    let values = lines.flatMap { [$0.value, $0.low, $0.high] }.compactMap(\.self)
    let scale = PlotScale(
      values + [rule, start].compactMap(\.self), start: Self.margin,
      end: SVGCanvas.width - Self.margin, bounds: bounds)
    let bottom = 22 + Double(lines.count) * Self.lineHeight
    drawAxis(scale, bottom: bottom, on: &canvas)
    let told = lines.map { DisplayText.fitted($0.text, columns: 36) }
    let longest = told.map(\.count).max() ?? 0
    let names = SVGCanvas.cut(
      lines.map(\.name),
      room: SVGCanvas.width - 2 * Self.margin - Double(longest) * SVGCanvas.letter - 8, isBold: true
    )
    for (index, line) in lines.enumerated() {
      let top = 22 + Double(index) * Self.lineHeight
      canvas.name(Self.margin, top + 16, line.name, cut: names[index], "strong")
      canvas.text(SVGCanvas.width - Self.margin, top + 16, told[index], "end")
      draw(line, top: top, scale, on: &canvas)
    }
    return canvas.finished(height: bottom + 24)
  }

  private func drawAxis(_ scale: PlotScale, bottom: Double, on canvas: inout SVGCanvas) {
    for value in scale.ticks {
      canvas.line(scale(value), 18, scale(value), bottom, "grid")
      let anchor =
        value == scale.ticks.first ? "soft" : value == scale.ticks.last ? "soft end" : "soft middle"
      canvas.text(scale(value), bottom + 16, tick(value), anchor)
    }
    guard let rule else { return }
    // Beside the bars alone: a line through the whole picture would cross the numbers.
    for index in lines.indices {
      let top = 22 + Double(index) * Self.lineHeight
      canvas.line(scale(rule), top + 20, scale(rule), top + 38, "rule")
    }
    let place = scale(rule)
    let anchor = place < 90 ? "soft" : place > SVGCanvas.width - 90 ? "soft end" : "soft middle"
    canvas.text(place, 11, ruleName, anchor)
  }

  private func draw(
    _ line: Line, top: Double, _ scale: PlotScale, on canvas: inout SVGCanvas
  ) {
    guard let value = line.value else { return }
    let y = top + 29
    if let low = line.low, let high = line.high {
      canvas.line(scale(low), y, scale(high), y, "bar s0")
      canvas.line(scale(low), y - 4, scale(low), y + 4, "bar s0")
      canvas.line(scale(high), y - 4, scale(high), y + 4, "bar s0")
    }
    canvas.marker(scale(value), y, series: 0, isOpen: line.isLow)
  }
}
