import Reports
import Auditing
import Criteria
import Datasets
import LinearAlgebra
import TestSupport

/// Random rows of two attributes whose groups have names that would break a careless page.
enum ReportRows {
  static let hostile = [
    "<script>alert(1)</script>", "\"'>&amp;<img src=x onerror=alert(1)>",
    "\"\u{301} onmouseover=alert(1) x=\"", String(repeating: "long ", count: 40),
    "=cmd|' /C calc'!A0", "\u{202E}txet nekorb\u{2069}", "עברית عربى",
    "pipe | star * _under_ `tick`",
    "{{title}}{{{style}}}", "",
  ]

  static func outcomes(
    _ n: Int, names: [String] = ["a", "b", "c"], scored: Bool = true, weighted: Bool = false,
    labelled: Bool = true, seed: UInt64 = 7
  ) -> Outcomes {
    var random = SeededGenerator(seed: seed)
    var first: [String] = [], second: [String] = []
    var labels: [UInt8] = [], scores: [Double] = [], weights: [Double] = []
    for i in 0..<n {
      first.append(i < names.count ? names[i] : names.randomElement(using: &random)!)
      second.append(["u", "v"].randomElement(using: &random)!)
      let score = Double.random(in: 0...1, using: &random)
      scores.append(score)
      labels.append(Double.random(in: 0...1, using: &random) < score ? 1 : 0)
      weights.append(Double(Int.random(in: 1...3, using: &random)))
    }
    return Outcomes(
      attributes: [
        GroupIndex(attribute: "first", values: first),
        GroupIndex(attribute: "second", values: second),
      ], labels: labelled ? Buffer(labels) : nil, scores: scored ? Buffer(scores) : nil,
      weights: weighted ? Buffer(weights) : nil)
  }

  static func report(
    _ outcomes: Outcomes, options: AuditOptions = AuditOptions(intersections: 2),
    context: ReportContext = ReportContext(source: "rows.csv", version: "1.0")
  ) throws -> (result: AuditResult, document: ReportDocument) {
    let result = try Audit(options: options).run(outcomes)
    let counts = try ReportCounts(counting: outcomes)
    let report = AuditReport(result, counts: counts, options: options, context: context)
    return (result, report.document())
  }
}

extension ReportDocument {
  func table(_ id: String) -> ReportTable? { tables.first { $0.id == id } }
}
