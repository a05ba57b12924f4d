import Auditing
import Foundation
import Reports
import TestSupport
import Testing

@Suite struct PlotTests {
  /// The rectangles of a picture's names of runs, as wide as their letters may be.
  private func labels(_ svg: String) -> [(left: Double, top: Double, right: Double, bottom: Double)]
  {
    svg.matches(
      of: /<text x="([0-9.]+)" y="([0-9.]+)" class="label">(?:<title>[^<]*<\/title>)?([^<]*)</
    )
    .map { match in
      let x = Double(match.1)!, y = Double(match.2)!
      let width = Double(match.3.count) * SVGCanvas.letter
      return (x, y - 10, x + width, y + 3)
    }
  }

  /// No name lies on another or leaves the picture, wherever the runs are.
  @Test(arguments: 0..<20) func namesOfRunsDoNotTouch(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = [1, 2, 3, 5, 12, 40][Int(seed % 6)]
    let spread = [0.001, 0.05, 0.3][Int(seed % 3)]
    let points = (0..<count).map { i in
      FrontierFigure.Point(
        name: "logistic+group-calibration+group-thresholds-\(i)",
        disparity: Double.random(in: 0...spread, using: &random),
        accuracy: 0.8 + Double.random(in: 0...spread, using: &random) / 10,
        standing: i % 2 == 0 ? .unbeaten : .beaten)
    }
    let figure = FrontierFigure(
      id: "f", title: "t", description: "d", horizontal: "h", points: points
    ).figure()
    let boxes = labels(figure.svg)
    #expect(!boxes.isEmpty && boxes.count <= 12)
    for (i, a) in boxes.enumerated() {
      #expect(a.left >= 0 && a.right <= SVGCanvas.fullWidth && a.top >= 0)
      for b in boxes.dropFirst(i + 1) {
        let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top
        #expect(apart, "\(a) \(b)")
      }
    }
  }

  /// A run far from all others is not drawn, and the note says which one.
  @Test func aRunFarOffIsNamedBelow() {
    var points = (0..<20).map { i in
      FrontierFigure.Point(
        name: "run \(i)", disparity: 0.01 * Double(i), accuracy: 0.8 + 0.001 * Double(i),
        standing: i % 5 == 0 ? .unbeaten : .beaten)
    }
    let figure = FrontierFigure(
      id: "f", title: "t", description: "d", horizontal: "h", points: points
    ).figure()
    #expect(figure.description.hasPrefix("d The dashed line joins") && !figure.svg.contains("Off"))
    points.append(.init(name: "nobody", disparity: 0.1, accuracy: 0.2, standing: .beaten))
    let cut = FrontierFigure(
      id: "f", title: "t", description: "d", horizontal: "h", points: points
    ).figure()
    #expect(cut.description.contains("Off the picture: nobody (20.0%, 0.100)"))
    #expect(!cut.svg.contains("nobody"))
  }

  /// Names that are cut fit, and different names stay different.
  @Test(arguments: [4, 9, 16, 30]) func cutNamesStayDifferent(_ columns: Int) {
    let groups =
      [
        "Île-de-France et outre-mer — Paris", "Île-de-France et outre-mer — Mayotte",
        "Российская Федерация, Ханты-Мансийский округ", "Российская Федерация, Ханты-Мансийск",
        "東京都千代田区丸の内一丁目", "東京都千代田区丸の内二丁目", "a", "Amer-Indian-Eskimo",
      ] + (0..<40).map { "the same beginning \($0) and the same end" }
    let cut = ShortNames.fitted(groups, columns: columns)
    #expect(Set(cut).count == Set(groups).count)
    if columns >= 9 {
      for name in cut { #expect(DisplayText.columns(of: name) <= columns, "\(name)") }
    }
    #expect(ShortNames.fitted(["short", "short"], columns: columns).count == 2)
    #expect(ShortNames.fitted(["a", "b"], columns: columns) == ["a", "b"])
  }

  /// Groups are drawn by their value, and the extremes always are.
  @Test(arguments: [2, 3, 5, 40]) func theExtremesAreDrawn(_ count: Int) throws {
    let outcomes = ReportRows.outcomes(4_000, names: (0..<count).map { "group \($0)" })
    let (result, document) = try ReportRows.report(outcomes, options: AuditOptions())
    let figure = try #require(document.figures.first { $0.id == "g0-selection_rate" })
    let gap = try #require(result.between("selection_rate", .difference, attribute: "first"))
    let drawn = figure.svg.matches(of: /class="strong">(group [0-9]+)</).map { String($0.1) }
    #expect(drawn.count == min(count, 16))
    #expect(drawn.first == gap.highGroup && drawn.last == gap.lowGroup)
    let values = drawn.map {
      result.estimate("selection_rate", attribute: "first", group: $0)!.value!
    }
    #expect(values == values.sorted(by: >))
  }
}
