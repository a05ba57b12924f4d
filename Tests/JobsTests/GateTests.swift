import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Jobs
import Reports
import Testing

@Suite struct GateTests {
  /// 200 rows of two groups of `g` with selection rates 0.5 and 0.25, and of three of `h`, one of them
  /// without positive labels.
  private func audited() throws -> AuditResult {
    let n = 200
    let labels: [UInt8] = (0..<n).map { $0 % 5 == 4 || $0 % 3 == 0 ? 0 : 1 }
    let decisions: [UInt8] = (0..<n).map { [0, 4, 1].contains($0 % 8) ? 1 : 0 }
    let thirds = (0..<n).map { $0 % 5 == 4 ? "z" : $0 % 5 < 2 ? "x" : "y" }
    return try Audit().run(
      Outcomes(
        attributes: [
          GroupIndex(attribute: "g", values: (0..<n).map { $0 % 2 == 0 ? "a" : "b" }),
          GroupIndex(attribute: "h", values: thirds),
        ], labels: Buffer(labels), predictions: Buffer(decisions)))
  }

  @Test func namesOfOneNumberAreOneGate() throws {
    let result = try audited()
    let plain = try Gate("selection_rate.ratio<0.8").finding(in: result)
    let value = try #require(plain.value)
    for name in [
      "disparate_impact", "adverse_impact_ratio", "demographic_parity.ratio",
      "selection_rate_ratio", "pprev.ratio",
    ] {
      let found = try Gate("\(name) < 0.8").finding(in: result)
      #expect(found.value == value && found.attribute == plain.attribute, "\(name)")
    }
  }

  @Test func anAttributeBeforeTheNameIsLookedAtAlone() throws {
    let result = try audited()
    let g = try #require(result.between("selection_rate", .difference, attribute: "g")?.value)
    let found = try Gate("g.selection_rate.difference>\(g + 0.01)").finding(in: result)
    #expect(found.attribute == "g" && found.value == g && !found.isExceeded)
    let unknown = try Gate("gg.selection_rate.difference>0.9")
    #expect(unknown.isExceeded(by: result))
    #expect(unknown.advice(for: result) == "no attribute 'gg'; did you mean 'g'?")
  }

  @Test func aPerformanceMetricIsOfAllRows() throws {
    let result = try audited()
    let accuracy = try #require(result.overall["accuracy_score"]?.value)
    #expect(try Gate("accuracy_score<\(accuracy + 0.01)").isExceeded(by: result))
    #expect(try !Gate("accuracy<\(accuracy)").isExceeded(by: result))
    #expect(try Gate("accuracy_score<0.1").finding(in: result).attribute == nil)
  }

  /// The name of a criterion alone is no number of all rows: such a gate could never close.
  @Test func aCriterionNeedsAComparison() throws {
    for name in ["demographic_parity", "accuracy_parity", "independence", "equalized_odds"] {
      let error = #expect(throws: GateError.self) { try Gate("\(name)>0.1") }
      #expect("\(error!)".contains("'\(name).difference'"), "\(error!)")
      _ = try Gate("\(name).difference>0.1")
    }
    _ = try Gate("disparate_impact<0.8")
    _ = try Gate("precision<0.8")
  }

  @Test func surelyNeedsTheWholeInterval() throws {
    let result = try audited()
    let row = try #require(result.between("selection_rate", .difference, attribute: "g"))
    let low = try #require(row.low), value = try #require(row.value)
    let between = 0.5 * (low + value)
    #expect(try Gate("g.selection_rate.difference>\(between)").isExceeded(by: result))
    for form in [
      "surely(g.selection_rate.difference>BOUND)", "surely(g.selection_rate.difference) > BOUND",
    ] {
      func gate(_ bound: Double) throws -> Gate {
        try Gate(form.replacing("BOUND", with: "\(bound)"))
      }
      #expect(try gate(between).isSure)
      #expect(try !gate(between).isExceeded(by: result))
      #expect(try gate(low - 0.001).isExceeded(by: result))
    }
    let ratio = try #require(result.between("selection_rate", .ratio, attribute: "g"))
    let high = try #require(ratio.high)
    #expect(try Gate("surely(g.selection_rate.ratio<\(high + 0.001))").isExceeded(by: result))
    #expect(try !Gate("surely(g.selection_rate.ratio<\(high - 0.001))").isExceeded(by: result))
    // No interval: nothing is sure, and the gate stays shut.
    let f1 = try Gate("surely(g.f1_score.difference>0.99)").finding(in: result)
    #expect(f1.isExceeded && f1.value != nil && f1.reason != nil)
  }

  @Test func aGateSaysOverHowManyGroups() throws {
    let result = try audited()
    let found = try Gate("h.tpr.difference>0.99").finding(in: result)
    #expect(found.value != nil && !found.isExceeded)
    #expect(found.reason == "2 of 3 groups: no positive labels in z")
    let lonely = try Audit().run(
      Outcomes(
        attributes: [GroupIndex(attribute: "g", values: ["A", "A", "B"])],
        labels: Buffer([0, 1, 0]), predictions: Buffer([0, 1, 1])))
    let absent = try Gate("equal_opportunity_difference>0.99").finding(in: lonely)
    #expect(absent.isExceeded && absent.value == nil)
    #expect(
      absent.message == "equal_opportunity.difference of g is not estimable "
        + "(1 of 2 groups: no positive labels in B); the limit is 0.99")
  }

  /// A message names number, interval, attribute, groups and limit, whether the gate holds or not.
  @Test(arguments: [0.01, 0.99]) func aGateSaysWhatItMeasured(_ limit: Double) throws {
    let result = try audited()
    for (kind, sign) in [(Disparity.Kind.difference, "−"), (.ratio, "/")] {
      let row = try #require(result.between("selection_rate", kind, attribute: "g"))
      let found = try Gate("g.selection_rate.\(kind.rawValue)>\(limit)").finding(in: result)
      let low = try #require(row.lowGroup), high = try #require(row.highGroup)
      let groups = kind == .ratio ? "\(low) \(sign) \(high)" : "\(high) \(sign) \(low)"
      let parts = [
        NumberText.ratio(try #require(row.value)),
        "[\(NumberText.ratio(try #require(row.low))), \(NumberText.ratio(try #require(row.high)))]",
      ]
      #expect(
        found.message == "selection_rate.\(kind.rawValue) of g (\(groups)) is "
          + parts.joined(separator: " ") + "; the limit is \(limit)")
    }
    let accuracy = try Gate("accuracy<\(limit)").finding(in: result)
    #expect(accuracy.message.hasPrefix("accuracy_score is "))
    let sure = try Gate("surely(g.disparate_impact<\(limit))").finding(in: result)
    let high = try #require(result.between("selection_rate", .ratio, attribute: "g")?.high)
    #expect(sure.message.contains(", surely at most \(NumberText.ratio(high));"))
  }

  /// A value that rounds to its limit is written with the decimals that tell them apart.
  @Test func aValueBesideItsLimitIsNotWrittenAsTheLimit() throws {
    let result = try audited()
    let value = try #require(result.overall["accuracy_score"]?.value)
    let found = try Gate("accuracy_score<\(value + 1e-6)").finding(in: result)
    #expect(found.isExceeded)
    #expect(found.message.contains(" is \(NumberText.fixed(value, 6))"), "\(found.message)")
  }

  /// The numbers of a rule that draws its decisions are expectations: of a mixture of one list they
  /// are the audit's own, and of two they lie between.
  @Test func expectedRatesAreThoseOfTheMixture() throws {
    let n = 200
    let labels: [UInt8] = (0..<n).map { $0 % 5 == 4 || $0 % 3 == 0 ? 0 : 1 }
    let groups = [
      GroupIndex(attribute: "g", values: (0..<n).map { $0 % 2 == 0 ? "a" : "b" }),
      GroupIndex(attribute: "h", values: (0..<n).map { $0 % 7 < 3 ? "x" : "y" }),
    ]
    func outcomes(_ modulus: Int) -> Outcomes {
      Outcomes(
        attributes: groups, labels: Buffer(labels),
        predictions: Buffer((0..<n).map { $0 % modulus == 0 ? UInt8(1) : 0 }))
    }
    let options = AuditOptions(intersections: 2)
    let parts = try [3, 4].map { try OutcomeCounts(counting: outcomes($0)) }
    let audits = try [3, 4].map { try Audit(options: options).run(outcomes($0)) }
    #expect(audits[0].expectation(ExpectedCounts([(1, parts[0])]), options) == nil)
    #expect(audits[0].expecting == audits[0])
    var drawn = audits[0]
    drawn.expected = drawn.expectation(
      ExpectedCounts([(0.25, parts[0]), (0.75, parts[1])]), options)
    let both = drawn.expecting
    func rate(_ audit: AuditResult, _ attribute: String, _ group: String) -> Double {
      audit.estimate("selection_rate", attribute: attribute, group: group)!.value!
    }
    for attribute in ["g", "h", "g×h"] {
      let names = audits[0].groups.filter { $0.attribute == attribute }.map(\.value)
      let expected = names.map { name in
        0.25 * rate(audits[0], attribute, name) + 0.75 * rate(audits[1], attribute, name)
      }
      let gap = try #require(both.between("selection_rate", .difference, attribute: attribute))
      #expect(abs(gap.value! - (expected.max()! - expected.min()!)) < 1e-12)
    }
  }

  @Test func aNameThatNobodyHasIsAnsweredAtOnce() {
    let error = #expect(throws: GateError.self) { try Gate("selection_rte.difference>0.1") }
    #expect(error?.reason == "no metric 'selection_rte'; did you mean 'selection_rate'?")
  }
}
