import Auditing
import Criteria
import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Random rows of a sensitive attribute, a control and whatever else an audit may look at.
private struct Rows {
  var sex: [String] = [], region: [String] = []
  var labels: [UInt8] = [], scores: [Double] = []

  init(_ n: Int, seed: UInt64, groups: [String] = ["a", "b", "(missing)"]) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<n {
      sex.append(groups.randomElement(using: &random)!)
      region.append(["north", "south"].randomElement(using: &random)!)
      scores.append(Double(Int.random(in: 0...100, using: &random)) / 100)
      labels.append(Double.random(in: 0...1, using: &random) < scores.last! ? 1 : 0)
    }
  }

  func outcomes(where keep: (Int) -> Bool = { _ in true }, regions: Bool = true) -> Outcomes {
    let rows = labels.indices.filter(keep)
    var attributes = [GroupIndex(attribute: "sex", values: rows.map { sex[$0] })]
    if regions {
      attributes.append(GroupIndex(attribute: "region", values: rows.map { region[$0] }))
    }
    return Outcomes(
      attributes: attributes, labels: Buffer(rows.map { labels[$0] }),
      scores: Buffer(rows.map { scores[$0] }))
  }
}

@Suite struct AuditScopeTests {
  /// What is told within a stratum is what an audit of its rows alone tells.
  @Test func aStratumIsTheAuditOfItsRows() throws {
    let rows = Rows(900, seed: 1)
    let all = try Audit(options: AuditOptions(controls: ["region"])).run(rows.outcomes())
    #expect(all.strata!.map { $0.controls["region"]! } == ["north", "south"])
    for stratum in all.strata! {
      let alone = try Audit().run(
        rows.outcomes(where: { rows.region[$0] == stratum.controls["region"]! }, regions: false))
      #expect(stratum.overall == alone.overall && stratum.groups == alone.groups)
      for (a, b) in zip(stratum.disparities, alone.disparities) {
        #expect(a.metric == b.metric && a.value == b.value && a.pValue == b.pValue)
        #expect((a.adjustedP ?? 1) >= (b.adjustedP ?? 0), "the family is the whole audit")
      }
    }
    let uncontrolled = try Audit().run(rows.outcomes(regions: false))
    #expect(all.indices == uncontrolled.indices)
    for (a, b) in zip(all.groups, uncontrolled.groups) {
      #expect(a.value == b.value && a.rows == b.rows)
      for (name, estimate) in a.metrics {
        let other = b.metrics[name]!
        #expect(estimate.status == other.status)
        if let x = estimate.value, let y = other.value { #expect(close(x, y, 1e-11), "\(name)") }
      }
    }
  }

  /// Two groups differ or they do not, whichever of them is compared with what: one hypothesis.
  @Test func twoGroupsAreOneHypothesis() throws {
    let rows = Rows(400, seed: 11, groups: ["a", "b"]).outcomes(regions: false)
    let plain = try Audit().run(rows)
    let referred = try Audit(options: AuditOptions(reference: .named(["sex": "a"]))).run(rows)
    func adjusted(_ result: AuditResult, _ method: Disparity.Method) -> [String: Double] {
      let found = result.disparities.filter { $0.method == method && $0.kind == .difference }
      return Dictionary(
        found.compactMap { row in row.adjustedP.map { (row.metric, $0) } },
        uniquingKeysWith: { first, other in
          #expect(first == other)
          return first
        })
    }
    let between = adjusted(plain, .betweenGroups)
    #expect(!between.isEmpty && adjusted(referred, .betweenGroups) == between)
    for method in [Disparity.Method.toOverall, .toReference] {
      for (metric, p) in adjusted(referred, method) { #expect(between[metric] == p, "\(metric)") }
    }
  }

  /// A reference adds questions of its own; what is said of the gaps between groups stays.
  @Test(arguments: [2, 3, 5]) func aReferenceLeavesTheGapsAlone(_ count: Int) throws {
    let names = (0..<count).map { "g\($0)" }
    let rows = Rows(600, seed: 12, groups: names).outcomes(regions: false)
    func between(_ reference: AuditOptions.Reference) throws -> [Double?] {
      try Audit(options: AuditOptions(reference: reference)).run(rows).disparities
        .filter { $0.method == .betweenGroups }.map(\.adjustedP)
    }
    #expect(try between(.none) == between(.largest))
    #expect(try between(.none) == between(.named(["sex": "g1"])))
  }

  /// Rows of an unknown value beside two groups make comparing with all rows another question.
  @Test func rowsOfNobodyKeepFamiliesApart() throws {
    let rows = Rows(900, seed: 13, groups: ["a", "b", "(missing)"]).outcomes(regions: false)
    let result = try Audit(options: AuditOptions(unknown: .exclude)).run(rows)
    let gaps = result.disparities.filter {
      $0.metric == "selection_rate" && $0.kind == .difference
    }
    let p = Dictionary(grouping: gaps, by: \.method).mapValues { Set($0.compactMap(\.pValue)) }
    #expect(p[.betweenGroups]!.isDisjoint(with: p[.toOverall]!))
    for row in result.disparities { #expect((row.adjustedP ?? 1) >= (row.pValue ?? 0)) }
  }

  @Test func controlsThatAreNotThereAreErrors() {
    let outcomes = Rows(20, seed: 2).outcomes()
    #expect(throws: AuditError.unknownControl("age", known: ["sex", "region"])) {
      try Audit(options: AuditOptions(controls: ["age"])).run(outcomes)
    }
    #expect(throws: AuditError.nothingToAudit) {
      try Audit(options: AuditOptions(controls: ["sex", "region"])).run(outcomes)
    }
  }

  @Test func unknownRowsAreComparedOrNotButAlwaysTold() throws {
    let outcomes = Rows(600, seed: 3).outcomes(regions: false)
    let own = try Audit(options: AuditOptions(reference: .largest, unknown: .ownGroup)).run(
      outcomes)
    let left = try Audit(options: AuditOptions(reference: .largest, unknown: .exclude)).run(
      outcomes)
    let rows = outcomes.attributes[0].codes.array.count { $0 == 0 }
    for (result, policy) in [(own, "own-group"), (left, "exclude")] {
      #expect(
        result.unknown
          == [UnknownRows(attribute: "sex", rows: rows, weight: Double(rows), policy: policy)])
      #expect(result.groups.contains { $0.value == "(missing)" && $0.rows == rows })
    }
    #expect(own.overall == left.overall && own.groups == left.groups)
    #expect(own.between("selection_rate", .difference, attribute: "sex")!.of == 3)
    #expect(left.between("selection_rate", .difference, attribute: "sex")!.of == 2)
    #expect(
      !left.disparities.contains {
        [$0.group, $0.reference, $0.lowGroup, $0.highGroup].contains("(missing)")
      })
  }

  @Test func eachMetricHasItsOwnReferenceWhenAsked() throws {
    let outcomes = Rows(900, seed: 4).outcomes(regions: false)
    for (rule, isLeast) in [
      (AuditOptions.Reference.leastOfMetric, true), (.greatestOfMetric, false),
    ] {
      let options = AuditOptions(reference: rule, unknown: .ownGroup, tau: 0.95)
      let result = try Audit(options: options).run(outcomes)
      for metric in ["selection_rate", "false_positive_rate", "precision_score"] {
        let values = result.groups.map { ($0.value, $0.metrics[metric]!.value!) }
        let extreme = isLeast ? values.min { $0.1 < $1.1 }! : values.max { $0.1 < $1.1 }!
        let rows = result.disparities.filter {
          $0.metric == metric && $0.method == .toReference && $0.kind == .ratio
        }
        #expect(rows.count == 2 && rows.allSatisfy { $0.reference == extreme.0 })
        for row in rows {
          let value = row.value!
          #expect(isLeast ? value >= 1 : value <= 1)
          #expect(row.tau == (value >= 0.95 && value <= 1 / 0.95 ? "within" : "outside"))
        }
      }
    }
  }

  /// Merged counts of two days, and one audit of both.
  @Test func mergedHistogramsAuditAsOne() throws {
    let rows = Rows(800, seed: 5)
    let options = AuditOptions(ranking: .histogram(bins: 200), controls: ["region"])
    func counts(_ keep: (Int) -> Bool) throws -> OutcomeCounts {
      try OutcomeCounts(counting: rows.outcomes(where: keep), scoreBins: 200)
    }
    var merged = try counts { $0 < 300 }
    try merged.merge(OutcomeCounts(decoding: counts { $0 >= 300 }.encoded()))
    let once = try Audit(options: options).run(rows.outcomes())
    let twice = try Audit(options: options).run(merged)
    #expect(once.groups.map(\.value) == twice.groups.map(\.value))
    for (a, b) in zip(once.groups, twice.groups) {
      for (name, estimate) in a.metrics {
        let other = b.metrics[name]!
        #expect(estimate.status == other.status, "\(name)")
        if let x = estimate.value, let y = other.value { #expect(close(x, y, 1e-11), "\(name)") }
      }
    }
    let exact = try Audit().run(rows.outcomes(regions: false))
    let area = once.overall["roc_auc_score"]!, true_ = exact.overall["roc_auc_score"]!.value!
    let bound = Double(area.reason!.split(separator: "±").last!)!
    #expect(abs(area.value! - true_) <= bound && bound < 0.02)
  }

  @Test func scoresThatAreNoProbabilitiesAreRankedAndNotCalibrated() throws {
    let rows = Rows(300, seed: 6)
    let outcomes = Outcomes(
      attributes: [GroupIndex(attribute: "sex", values: rows.sex)], labels: Buffer(rows.labels),
      scores: Buffer(rows.scores.map { 10 * $0 - 5 }), threshold: 0)
    let result = try Audit(options: AuditOptions(reference: .largest)).run(outcomes)
    #expect(result.overall["roc_auc_score"]!.value != nil)
    for name in [
      "brier_score", "log_loss", "calibration_slope", "expected_calibration_error",
      "generalized_true_positive_rate",
    ] {
      #expect(result.overall[name]!.reason == ScoreProfile.notProbabilities, "\(name)")
    }
    #expect(result.between("abroca", .difference, attribute: "sex")!.value != nil)
    #expect(result.between("abcc", .difference, attribute: "sex")!.value! < 10)
    let proper = try Audit().run(
      Outcomes(
        attributes: outcomes.attributes, labels: outcomes.labels, scores: Buffer(rows.scores)))
    let a = result.between("abcc", .difference, attribute: "sex")!.value!
    #expect(close(a, 10 * proper.between("abcc", .difference, attribute: "sex")!.value!, 1e-9))
  }

  @Test(arguments: [
    ([0.5], [UInt8(1)]), ([0.5, 0.5, 0.5], [1, 1, 1]), ([0, 1], [0, 1]), ([1, 1], [0, 0]),
  ])
  func smallAndDegenerateRowsAreAudited(rows: ([Double], [UInt8])) throws {
    let (scores, labels) = rows
    for ranking in [AuditOptions.Ranking.exact, .histogram(bins: 10)] {
      let result = try Audit(
        options: AuditOptions(intersections: 3, reference: .largest, ranking: ranking, tau: 0.8)
      ).run(
        Outcomes(
          attributes: [
            GroupIndex(attribute: "g", values: scores.indices.map { "\($0)" }),
            GroupIndex(attribute: "h", values: scores.map { _ in "one" }),
          ], labels: Buffer(labels), scores: Buffer(scores)))
      let text = String(decoding: try result.json(), as: UTF8.self)
      #expect(!text.contains("nan") && !text.contains("inf") && !text.contains("NaN"))
    }
  }

  @Test func nothingIsAuditedWithoutTraps() throws {
    let empty = Outcomes(
      attributes: [GroupIndex(attribute: "g", codes: Buffer(zeroed: 0), names: ["a", "b"])],
      labels: Buffer<UInt8>(zeroed: 0), scores: Buffer<Double>(zeroed: 0))
    let result = try Audit(options: AuditOptions(intersections: 2)).run(empty)
    #expect(result.rows == 0 && result.overall["selection_rate"]!.status == .notEstimable)
  }

  @Test func manyGroupsAreAuditedAndTheirNamesStayApart() throws {
    let names = (0..<300).map { "group, \($0)×\($0 % 3)" }
    let rows = Rows(6_000, seed: 7, groups: names)
    let result = try Audit(options: AuditOptions(intersections: 2)).run(rows.outcomes())
    #expect(result.groups.count == 300 + 2 + 600)
    #expect(Set(result.groups.map { "\($0.attribute) \($0.value)" }).count == result.groups.count)
    #expect(result.groups.prefix(300).reduce(0) { $0 + $1.rows } == 6_000)
    #expect(result.notes == nil)
  }
}
