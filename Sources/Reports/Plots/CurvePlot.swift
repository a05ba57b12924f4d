import Auditing

/// Curves of several groups between 0 and 1: receiver operating characteristics and calibration.
struct CurvePlot {
  struct Series {
    var name: String
    /// Said in the legend after the name.
    var text: String
    var points: [(x: Double, y: Double)]
    /// Points that get a marker.
    var markers: [Marker]
  }

  struct Marker {
    var x: Double
    var y: Double
    /// Ends of an interval of y.
    var low: Double?
    var high: Double?
    /// From few rows.
    var isOpen: Bool
  }

  let id: String
  let title: String
  let description: String
  let horizontal: String
  let vertical: String
  let series: [Series]

  private static let left = 44.0
  private static let top = 30.0
  private static let side = 340.0

  /// More curves than this cannot be told apart.
  static let mostSeries = 8

  func figure() -> ReportFigure {
    ReportFigure(id: id, title: title, description: description, svg: svg())
  }

  private func svg() -> String {
    var canvas = SVGCanvas(id: id + "-svg", title: title, description: description)
    let x = PlotScale([0, 1], start: Self.left, end: Self.left + Self.side, bounds: 0...1)
    let y = PlotScale([0, 1], start: Self.top + Self.side, end: Self.top, bounds: 0...1)
    for value in x.ticks {
      canvas.line(x(value), y(0), x(value), y(1), "grid")
      canvas.line(x(0), y(value), x(1), y(value), "grid")
      let label = NumberText.fixed(100 * value, 0) + "%"
      canvas.text(x(value), y(0) + 18, label, "soft middle")
      canvas.text(x(0) - 6, y(value) + 4, label, "soft end")
    }
    canvas.line(x(0), y(0), x(1), y(1), "rule")
    for (number, curve) in series.enumerated() {
      canvas.path(
        curve.points.map { (x($0.x), y($0.y)) }, "series s\(number % 8)",
        dash: SVGCanvas.dash(series: number))
      for point in curve.markers {
        if let low = point.low, let high = point.high {
          canvas.line(x(point.x), y(low), x(point.x), y(high), "error s\(number % 8)")
        }
        canvas.marker(x(point.x), y(point.y), series: number, isOpen: point.isOpen)
      }
    }
    canvas.text(Self.left + Self.side / 2, y(0) + 36, "→ \(horizontal)", "middle")
    canvas.text(4, 15, "↑ \(vertical)")
    var row = y(0) + 62
    let longest = series.map(\.text.count).max() ?? 0
    let names = SVGCanvas.cut(
      series.map(\.name), room: SVGCanvas.width - 68 - Double(longest) * SVGCanvas.letter)
    for (number, curve) in series.enumerated() {
      legend(curve, number, cut: names[number], y: row, on: &canvas)
      row += 21
    }
    return canvas.finished(height: row)
  }

  private func legend(
    _ curve: Series, _ number: Int, cut: String, y: Double, on canvas: inout SVGCanvas
  ) {
    canvas.line(
      12, y - 4, 46, y - 4, "series s\(number % 8)", dash: SVGCanvas.dash(series: number))
    canvas.marker(29, y - 4, series: number)
    canvas.name(56, y, curve.name, cut: cut)
    canvas.text(SVGCanvas.width - 12, y, curve.text, "soft end")
  }
}
