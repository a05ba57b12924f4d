import Essentials

/// Performance profiles: for each series the share of problems that it solved within a factor of the
/// fastest, over the factor, which is logarithmic.
struct ProfilePlot {
  let id: String
  let title: String
  let description: String
  let profiles: [BenchProfile]

  private static let left = 52.0
  private static let right = SVGCanvas.fullWidth - 18
  private static let top = 32.0
  private static let bottom = 300.0
  /// Factors whose lines are drawn, as far as the widest ratio reaches; the last ends every picture.
  private static let factors = [1.0, 1.5, 2, 4, 10, 20, 50, 100]
  /// Pictures reach to this factor at least.
  private static let leastWidth = 4.0

  func figure() -> ReportFigure {
    ReportFigure(id: id, title: title, description: description, svg: svg(), isWide: true)
  }

  private var end: Double {
    let widest = profiles.flatMap(\.ratios).compactMap(\.self).max() ?? 1
    let wanted = max(Self.leastWidth, widest)
    return Self.factors.first { $0 >= wanted } ?? Self.factors.last!
  }

  private func svg() -> String {
    var canvas = SVGCanvas(
      id: id + "-svg", title: title, description: description, width: SVGCanvas.fullWidth)
    let end = end
    func x(_ factor: Double) -> Double {
      Self.left + log(min(factor, end)) / log(end) * (Self.right - Self.left)
    }
    let y = PlotScale([0, 1], start: Self.bottom, end: Self.top, bounds: 0...1)
    for factor in Self.factors where factor <= end {
      canvas.line(x(factor), Self.top, x(factor), Self.bottom, "grid")
      canvas.text(x(factor), Self.bottom + 17, NumberText.plain(factor), "soft middle")
    }
    for share in y.ticks {
      canvas.line(Self.left, y(share), Self.right, y(share), "grid")
      canvas.text(Self.left - 6, y(share) + 4, NumberText.fixed(100 * share, 0) + "%", "soft end")
    }
    canvas.text(
      (Self.left + Self.right) / 2, Self.bottom + 38, "→ Times the fastest", "middle")
    canvas.text(4, 15, "↑ Share of problems solved within")
    for (number, profile) in profiles.enumerated() {
      canvas.path(
        steps(profile, end).map { (x($0.factor), y($0.share)) }, "series s\(number % 8)",
        dash: SVGCanvas.dash(series: number))
    }
    return legend(on: &canvas)
  }

  /// The corners of a profile's staircase, from factor 1 to the end of the picture.
  private func steps(_ profile: BenchProfile, _ end: Double) -> [(factor: Double, share: Double)] {
    var share = profile.share(within: 1)
    var corners = [(factor: 1.0, share: share)]
    for ratio in profile.ratios.compactMap(\.self).sorted() where ratio > 1 && ratio <= end {
      corners.append((ratio, share))
      share = profile.share(within: ratio)
      corners.append((ratio, share))
    }
    return corners + [(end, share)]
  }

  private func legend(on canvas: inout SVGCanvas) -> String {
    var row = Self.bottom + 64
    let names = SVGCanvas.cut(profiles.map(\.name), room: SVGCanvas.fullWidth - 300)
    for (number, profile) in profiles.enumerated() {
      canvas.line(
        12, row - 4, 46, row - 4, "series s\(number % 8)", dash: SVGCanvas.dash(series: number))
      canvas.name(56, row, profile.name, cut: names[number])
      let solved = profile.ratios.count { $0 != nil }
      canvas.text(
        SVGCanvas.fullWidth - 12, row,
        "fastest on \(NumberText.percent(profile.share(within: 1))), solved \(solved) of "
          + "\(profile.ratios.count)", "soft end")
      row += 21
    }
    return canvas.finished(height: row)
  }
}
