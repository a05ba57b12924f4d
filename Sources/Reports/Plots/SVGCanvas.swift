/// A picture in the making. Its classes are those of `HTMLStyle`; its units are the text's pixels
/// at a width of 420, so that it can be read on a telephone and on a wide screen.
package struct SVGCanvas {
  /// The width of every picture.
  static let width = 420.0
  /// The mean width of a letter at the pictures' text size, a little more than it is.
  package static let letter = 7.0
  /// The same for names in bold.
  static let boldLetter = 8.2

  /// The width of a picture that has a page's whole width; on a telephone it is scrolled.
  package static let fullWidth = 780.0

  let id: String
  let width: Double
  private let title: String
  private let description: String
  private var body = ""

  init(id: String, title: String, description: String, width: Double = Self.width) {
    self.id = id
    self.title = title
    self.description = description
    self.width = width
  }

  static func number(_ value: Double) -> String {
    let hundredths = (value * 100).rounded()
    precondition(hundredths.isFinite && abs(hundredths) < 1e12, "a place in a picture")
    let whole = Int(hundredths.magnitude)
    var text = "\(whole / 100)"
    if whole % 100 != 0 {
      text += "." + (whole % 100 < 10 ? "0" : "") + "\(whole % 100)"
      if text.hasSuffix("0") { text.removeLast() }
    }
    return hundredths < 0 ? "-" + text : text
  }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String, dash: String? = nil
  ) {
    let n = Self.number
    body += #"<line x1="\#(n(x1))" y1="\#(n(y1))" x2="\#(n(x2))" y2="\#(n(y2))" "#
    body += #"class="\#(style)"\#(dashes(dash))/>"# + "\n"
  }

  mutating func path(_ points: [(x: Double, y: Double)], _ style: String, dash: String? = nil) {
    guard let first = points.first else { return }
    let n = Self.number
    var route = "M\(n(first.x)) \(n(first.y))"
    for point in points.dropFirst() { route += "L\(n(point.x)) \(n(point.y))" }
    body += #"<path d="\#(route)" class="\#(style)"\#(dashes(dash))/>"# + "\n"
  }

  private func dashes(_ dash: String?) -> String {
    dash.map { #" stroke-dasharray="\#($0)""# } ?? ""
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String,
    fill: String? = nil, opacity: Double? = nil, hint: String? = nil
  ) {
    let n = Self.number
    body += #"<rect x="\#(n(x))" y="\#(n(y))" width="\#(n(width))" height="\#(n(height))" rx="3" "#
    body += #"class="\#(style)""#
    if let fill { body += #" fill="\#(fill)""# }
    if let opacity { body += #" fill-opacity="\#(n(opacity))""# }
    body += hint.map { "><title>\(DisplayText.escaped($0))</title></rect>\n" } ?? "/>\n"
  }

  /// - Parameter hint: the full text where the one shown is cut short.
  mutating func text(
    _ x: Double, _ y: Double, _ text: String, _ style: String = "", hint: String? = nil
  ) {
    let n = Self.number
    body += #"<text x="\#(n(x))" y="\#(n(y))""#
    if !style.isEmpty { body += #" class="\#(style)""# }
    body += ">" + (hint.map { "<title>\(DisplayText.escaped($0))</title>" } ?? "")
    body += DisplayText.escaped(DisplayText.visible(text)) + "</text>\n"
  }

  /// Columns of a name in every plot with room for them, so that it is cut in one way on a page.
  static let nameColumns = 32

  /// Names cut to the room there is, different ones staying different.
  static func cut(_ names: [String], room: Double, isBold: Bool = false) -> [String] {
    let columns = max(4, Int(room / (isBold ? boldLetter : letter)))
    return ShortNames.fitted(names, columns: min(columns, nameColumns))
  }

  /// A name that was cut to the room there is; the whole of it is its hint.
  mutating func name(
    _ x: Double, _ y: Double, _ name: String, cut: String, _ style: String = ""
  ) {
    let whole = DisplayText.visible(name)
    text(x, y, cut, style, hint: cut == whole ? nil : whole)
  }

  /// The marker of a series: a shape of its own for each of eight, filled or open.
  mutating func marker(
    _ x: Double, _ y: Double, series: Int, isOpen: Bool = false, hint: String? = nil
  ) {
    let style = isOpen ? "open s\(series % 8)" : "f\(series % 8)"
    let n = Self.number
    let title = hint.map { "<title>\(DisplayText.escaped(DisplayText.visible($0)))</title>" }
    func element(_ name: String, _ place: String) {
      body += "<\(name) \(place) class=\"\(style)\""
      body += (title.map { ">\($0)</\(name)>" } ?? "/>") + "\n"
    }
    guard series % 8 > 0 else {
      return element("circle", #"cx="\#(n(x))" cy="\#(n(y))" r="4.5""#)
    }
    let corners = Self.shapes[series % 8 - 1].map { "\(n(x + $0.0)),\(n(y + $0.1))" }
    element("polygon", #"points="\#(corners.joined(separator: " "))""#)
  }

  private static let shapes: [[(Double, Double)]] = [
    [(-4, -4), (4, -4), (4, 4), (-4, 4)],
    [(0, -5.5), (5, 4), (-5, 4)],
    [(0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)],
    [(0, 5.5), (5, -4), (-5, -4)],
    [(-5.5, -1.8), (5.5, -1.8), (5.5, 1.8), (-5.5, 1.8)],
    [(-1.8, -5.5), (1.8, -5.5), (1.8, 5.5), (-1.8, 5.5)],
    [(-5, -2.5), (0, -5.5), (5, -2.5), (5, 2.5), (0, 5.5), (-5, 2.5)],
  ]

  /// The dashes of a series' line.
  static func dash(series: Int) -> String? {
    [nil, "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 4", "6 2 1 2 1 2"][series % 8]
  }

  /// Oblique lines over a rectangle, drawn rather than patterned, so that no identifier is needed.
  mutating func hatch(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    let step = 7.0
    var offset = step
    while offset < width + height {
      let fromX = x + max(0, offset - height), fromY = y + min(height, offset)
      let toX = x + min(width, offset), toY = y + max(0, offset - width)
      line(fromX, fromY, toX, toY, "hatch")
      offset += step
    }
  }

  func finished(height: Double) -> String {
    let n = Self.number
    return """
      <svg viewBox="0 0 \(n(width)) \(n(height))" role="img" \
      aria-labelledby="\(id)-t \(id)-d"><title id="\(id)-t">\(DisplayText.escaped(title))</title>\
      <desc id="\(id)-d">\(DisplayText.escaped(description))</desc>
      \(body)</svg>
      """
  }
}
