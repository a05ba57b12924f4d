import Foundation
import Testing

/// Training, comparing and auditing the same rows say the same of a rate that one group of two has.
@Suite struct AbsentRateCommandTests {
  /// Nobody of group B has a positive label.
  private static let rows = (0..<120).map { i -> String in
    let isB = i % 3 == 0
    return "\((i * 7) % 23),\(isB ? "B" : "A"),\(!isB && (i * 7) % 23 + i % 5 > 12 ? 1 : 0)"
  }
  private static let data = [
    "--data", "rows.csv", "--label", "y", "--positive", "1", "--sensitive", "g",
  ]

  private func program() throws -> Program {
    let program = try Program()
    try program.file("rows.csv", (["x,g,y"] + Self.rows).joined(separator: "\n") + "\n")
    return program
  }

  @Test func aFitHasNoGapWhereAnAuditHasNone() throws {
    let program = try program()
    let fit = try program.execute(
      ["train", "logistic", "--test", "0", "--model", "m.eqp", "--format", "json"] + Self.data)
    #expect(fit.code == 0, "\(fit.errors)")
    let numbers = try #require(fit.json["train"] as? [String: Any])
    let reasons = try #require((fit.json["reasons"] as? [String: [String: String]])?["train"])
    let audit = try program.execute(["audit", "--model", "m.eqp", "--format", "json"] + Self.data)
    let rows = try #require(audit.json["disparities"] as? [[String: Any]])
    var absent = 0
    for row in rows where row["method"] as? String == "between_groups" {
      let name = "\(row["metric"] as! String).\(row["kind"] as! String)"
      guard let number = numbers[name] else { continue }
      #expect(number as? Double == row["value"] as? Double, "\(name)")
      #expect(reasons[name] == row["reason"] as? String, "\(name)")
      absent += number is NSNull ? 1 : 0
    }
    #expect(absent >= 8, "true and false negatives, equal opportunity, both odds")
    #expect(reasons["equal_opportunity.ratio"] == "1 of 2 groups: no positive labels in B")
  }

  @Test func tablesAndFrontiersShowNoGapAndNoPoint() throws {
    let program = try program()
    let table = try program.execute(
      ["compare", "--methods", "logistic,penalized", "--test", "0"] + Self.data)
    #expect(table.output.contains("opportunity gap: 1 of 2 groups: no positive labels in B"))
    let frontier = try program.execute(
      [
        "frontier", "penalized", "--settings", "0,1", "--test", "0", "--disparity",
        "equal_opportunity_difference", "--format", "json",
      ] + Self.data)
    let runs = try #require(frontier.json["runs"] as? [[String: Any]], "\(frontier.errors)")
    #expect(runs.count == 2 && runs.allSatisfy { $0["pareto"] as? Bool == false })
  }

  @Test func gatesTakeTheNamesOfTheField() throws {
    let program = try program()
    for (gate, code) in [
      ("tpr.difference>0.99", 5), ("equal_opportunity_difference>0.99", 5),
      ("surely(disparate_impact<0)", 0), ("g.statistical_parity_difference>1", 0),
      ("accuracy_score<0", 0), ("accuracy>0", 5), ("disparate_impct<0.8", 2),
      ("gg.selection_rate.difference>0.1", 2), ("g.accuracy_score<1", 2),
    ] as [(String, Int32)] {
      let outcome = try program.execute(
        ["audit", "--prediction", "y", "--fail-on", gate] + Self.data)
      #expect(outcome.code == code, "\(gate): \(outcome.errors)")
      if gate.hasPrefix("tpr") {
        #expect(outcome.errors.contains("1 of 2 groups: no positive labels in B"))
      }
    }
  }
}
