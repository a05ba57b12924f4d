import Auditing

/// Accuracy against disparity, one numbered point a run, with the line of those that no other run
/// beats in both.
public struct FrontierFigure {
  public struct Point {
    public var name: String
    public var disparity: Double
    public var accuracy: Double
    public var isBest: Bool
    /// Drawn as thin lines where they are known.
    public var disparityInterval: (low: Double, high: Double)?
    public var accuracyInterval: (low: Double, high: Double)?

    public init(name: String, disparity: Double, accuracy: Double, isBest: Bool) {
      self.name = name
      self.disparity = disparity
      self.accuracy = accuracy
      self.isBest = isBest
    }
  }

  let id: String
  let title: String
  let description: String
  let horizontal: String
  let points: [Point]

  public init(
    id: String, title: String, description: String, horizontal: String, points: [Point]
  ) {
    self.id = id
    self.title = title
    self.description = description
    self.horizontal = horizontal
    self.points = points
  }

  private static let top = 32.0
  private static let bottom = 300.0

  public func figure() -> ReportFigure {
    ReportFigure(id: id, title: title, description: description, svg: svg())
  }

  private func svg() -> String {
    var canvas = SVGCanvas(id: id + "-svg", title: title, description: description)
    let x = PlotScale(
      points.map(\.disparity) + [0]
        + points.compactMap(\.disparityInterval).flatMap { [max(0, $0.low), $0.high] },
      start: 62, end: SVGCanvas.width - 18, count: 4)
    let y = PlotScale(
      points.map(\.accuracy) + points.compactMap(\.accuracyInterval).flatMap { [$0.low, $0.high] },
      start: Self.bottom, end: Self.top, count: 5)
    for value in x.ticks {
      canvas.line(x(value), Self.top, x(value), Self.bottom, "grid")
      canvas.text(x(value), Self.bottom + 17, NumberText.exact(value), "soft middle")
    }
    for value in y.ticks {
      canvas.line(62, y(value), SVGCanvas.width - 18, y(value), "grid")
      canvas.text(56, y(value) + 4, NumberText.percent(value), "soft end")
    }
    for point in points {
      let style = "whisker s\(point.isBest ? 0 : 3)"
      if let (low, high) = point.disparityInterval {
        canvas.line(x(max(0, low)), y(point.accuracy), x(high), y(point.accuracy), style)
      }
      if let (low, high) = point.accuracyInterval {
        canvas.line(x(point.disparity), y(low), x(point.disparity), y(high), style)
      }
    }
    let best = points.filter(\.isBest).sorted {
      ($0.disparity, $0.accuracy) < ($1.disparity, $1.accuracy)
    }
    canvas.path(best.map { (x($0.disparity), y($0.accuracy)) }, "series s0", dash: "5 4")
    for (number, point) in points.enumerated() {
      draw(point, number + 1, x(point.disparity), y(point.accuracy), on: &canvas)
    }
    canvas.text(240, Self.bottom + 38, "→ \(horizontal)", "middle")
    canvas.text(4, 15, "↑ Accuracy")
    let height = legend(from: Self.bottom + 66, on: &canvas)
    return canvas.finished(height: height)
  }

  private func draw(
    _ point: Point, _ number: Int, _ x: Double, _ y: Double, on canvas: inout SVGCanvas
  ) {
    canvas.marker(x, y, series: point.isBest ? 0 : 3, isOpen: !point.isBest)
    let isRight = x < SVGCanvas.width - 50
    canvas.text(x + (isRight ? 8 : -8), y - 6, "\(number)", isRight ? "soft" : "soft end")
  }

  private func legend(from start: Double, on canvas: inout SVGCanvas) -> Double {
    var y = start
    for (number, point) in points.enumerated() {
      canvas.marker(18, y - 4, series: point.isBest ? 0 : 3, isOpen: !point.isBest)
      canvas.text(48, y, "\(number + 1)", "soft end")
      let told = "\(NumberText.percent(point.accuracy)), \(NumberText.fixed(point.disparity, 3))"
      canvas.name(56, y, point.name, room: SVGCanvas.width - 190)
      canvas.text(SVGCanvas.width - 12, y, told, "soft end")
      y += 20
    }
    canvas.marker(18, y - 4, series: 0)
    canvas.text(30, y, "no other run is at least as good in both", "soft")
    canvas.marker(280, y - 4, series: 3, isOpen: true)
    canvas.text(292, y, "another run is", "soft")
    return y + 12
  }
}
