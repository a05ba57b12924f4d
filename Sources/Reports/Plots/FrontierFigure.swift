import Auditing

/// Accuracy against disparity: the runs that no other beats in both are joined by a line. Of few runs
/// all are named, of many those on the line; the others have their names as hints.
public struct FrontierFigure {
  public struct Point {
    public var name: String
    public var disparity: Double
    public var accuracy: Double
    public var standing: RunStanding
    /// Drawn as thin lines where they are known.
    public var disparityInterval: (low: Double, high: Double)?
    public var accuracyInterval: (low: Double, high: Double)?

    public init(name: String, disparity: Double, accuracy: Double, standing: RunStanding) {
      self.name = name
      self.disparity = disparity
      self.accuracy = accuracy
      self.standing = standing
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

  private static let left = 62.0
  private static let top = 32.0
  private static let margin = 18.0
  private static let bottom = 400.0
  private static func right(_ canvas: SVGCanvas) -> Double { canvas.width - margin }
  /// Names on the picture; of more runs those that no other beats, and of these some.
  private static let mostNames = 12
  /// Runs that are farther from the middle half than this many times its width are left out.
  private static let farOff = 3.0

  public func figure() -> ReportFigure {
    let cut = points.filter { !isDrawn($0) }
    let joined =
      points.count(where: \.standing.isUnbeaten) > 1
      ? " The dashed line joins the runs that no other run beats on both." : ""
    let note =
      cut.isEmpty
      ? joined
      : joined + " Off the picture: "
        + cut.map { "\(DisplayText.name($0.name)) (\(Self.numbers($0)))" }.joined(separator: ", ")
        + "."
    var figure = ReportFigure(
      id: id, title: title, description: description + note,
      svg: svg(id: id + "-svg", width: SVGCanvas.fullWidth), isWide: true)
    figure.narrow = svg(id: id + "-narrow-svg", width: SVGCanvas.width)
    return figure
  }

  private static func numbers(_ point: Point) -> String {
    "\(NumberText.percent(point.accuracy)), \(NumberText.fixed(point.disparity, 3))"
  }

  // MARK: What is drawn

  /// Whether a run is near enough to the others to be drawn with them; the best ones always are.
  private func isDrawn(_ point: Point) -> Bool {
    point.standing.isUnbeaten
      || (Self.isNear(point.accuracy, points.map(\.accuracy))
        && Self.isNear(point.disparity, points.map(\.disparity)))
  }

  private static func isNear(_ value: Double, _ values: [Double]) -> Bool {
    let sorted = values.sorted()
    guard sorted.count >= 8 else { return true }
    let low = sorted[sorted.count / 4], high = sorted[sorted.count * 3 / 4]
    let room = farOff * max(high - low, 1e-3)
    return value >= low - room && value <= high + room
  }

  private func svg(id: String, width: Double) -> String {
    var canvas = SVGCanvas(id: id, title: title, description: description, width: width)
    let right = Self.right(canvas)
    let drawn = points.filter(isDrawn)
    let x = PlotScale(
      drawn.map(\.disparity) + [0]
        + drawn.compactMap(\.disparityInterval).flatMap { [max(0, $0.low), $0.high] },
      start: Self.left, end: right, count: width < SVGCanvas.fullWidth ? 4 : 6)
    let y = PlotScale(
      drawn.map(\.accuracy) + drawn.compactMap(\.accuracyInterval).flatMap { [$0.low, $0.high] },
      start: Self.bottom, end: Self.top, count: 5)
    drawAxes(x, y, on: &canvas)
    for point in drawn { drawIntervals(point, x, y, on: &canvas) }
    let ordered = drawn.sorted { ($0.disparity, $0.accuracy) < ($1.disparity, $1.accuracy) }
    let best = ordered.filter(\.standing.isUnbeaten)
    if best.count > 1 {
      canvas.path(best.map { (x($0.disparity), y($0.accuracy)) }, "series s0", dash: "5 4")
    }
    for point in drawn {
      let mark = Self.mark(point.standing)
      canvas.marker(
        x(point.disparity), y(point.accuracy), series: mark.series, isOpen: mark.isOpen,
        hint: "\(point.name): \(Self.numbers(point))")
    }
    name(
      drawn.count <= Self.mostNames ? ordered : best, x, y, among: drawn, on: &canvas)
    let lines = legend(of: drawn, on: &canvas)
    return canvas.finished(height: Self.bottom + 56 + 18 * Double(lines))
  }

  private func drawAxes(_ x: PlotScale, _ y: PlotScale, on canvas: inout SVGCanvas) {
    for value in x.ticks {
      canvas.line(x(value), Self.top, x(value), Self.bottom, "grid")
      canvas.text(x(value), Self.bottom + 17, NumberText.plain(value), "soft middle")
    }
    for value in y.ticks {
      canvas.line(Self.left, y(value), Self.right(canvas), y(value), "grid")
      canvas.text(Self.left - 6, y(value) + 4, NumberText.percent(value), "soft end")
    }
    canvas.text((Self.left + Self.right(canvas)) / 2, Self.bottom + 38, "→ \(horizontal)", "middle")
    canvas.text(4, 15, "↑ Accuracy")
  }

  private func drawIntervals(
    _ point: Point, _ x: PlotScale, _ y: PlotScale, on canvas: inout SVGCanvas
  ) {
    let style = "whisker s\(Self.mark(point.standing).series)"
    if let (low, high) = point.disparityInterval {
      canvas.line(x(max(0, low)), y(point.accuracy), x(high), y(point.accuracy), style)
    }
    if let (low, high) = point.accuracyInterval {
      canvas.line(x(point.disparity), y(low), x(point.disparity), y(high), style)
    }
  }

  private static let standings: [RunStanding] = [
    .unbeaten, .notToldApart(from: ""), .beaten, .alikeForAll,
  ]

  /// How a run is marked.
  private static func mark(_ standing: RunStanding) -> (series: Int, isOpen: Bool, text: String) {
    switch standing {
    case .unbeaten: (0, false, "no other run beats it")
    case .notToldApart: (0, true, "unbeaten, not told apart from another")
    case .beaten: (3, true, "beaten by another run")
    case .alikeForAll: (1, true, "the same decision for all")
    }
  }

  /// The names of runs, each beside its marker or at the end of a line from it.
  private func name(
    _ best: [Point], _ x: PlotScale, _ y: PlotScale, among drawn: [Point],
    on canvas: inout SVGCanvas
  ) {
    let named = Self.spread(best)
    let names = ShortNames.fitted(named.map(\.name), columns: SVGCanvas.nameColumns)
    var labels = LabelPlacement(
      bounds: (Self.left + 2, Self.top + 2, Self.right(canvas), Self.bottom - 2),
      markers: drawn.map { (x($0.disparity), y($0.accuracy)) })
    for (point, name) in zip(named, names) {
      let place = (x: x(point.disparity), y: y(point.accuracy))
      let width = Double(DisplayText.columns(of: name)) * SVGCanvas.boldLetter + 4
      guard let box = labels.place(width: width, at: place) else { continue }
      if let end = box.leader(from: place) {
        canvas.line(place.x, place.y, end.x, end.y, "leader")
      }
      canvas.name(box.left + 2, box.top + 12, point.name, cut: name, "label")
    }
  }

  /// Of many points the ends and some between, in their order.
  private static func spread(_ points: [Point]) -> [Point] {
    guard points.count > mostNames else { return points }
    let step = Double(points.count - 1) / Double(mostNames - 1)
    return (0..<mostNames).map { points[Int((Double($0) * step).rounded())] }
  }

  /// What the marks mean that are on the picture; how many lines that takes.
  private func legend(of drawn: [Point], on canvas: inout SVGCanvas) -> Int {
    let shown = Set(drawn.map { Self.mark($0.standing).text })
    var x = Self.left, line = 1
    for mark in Self.standings.map(Self.mark) where shown.contains(mark.text) {
      let width = 20 + Double(mark.text.count) * SVGCanvas.letter
      if x > Self.left && x + width > Self.right(canvas) { (x, line) = (Self.left, line + 1) }
      let y = Self.bottom + 44 + 18 * Double(line)
      canvas.marker(x + 8, y - 4, series: mark.series, isOpen: mark.isOpen)
      canvas.text(x + 20, y, mark.text, "soft")
      x += width + 16
    }
    return line
  }
}
