import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Testing

/// Decided rows as fits and as audits take them.
private struct DecidedRows {
  var groups: [String]
  var labels: [UInt8]
  var decisions: [UInt8]
  var weights: [Double]?

  var attributes: [GroupIndex] { [GroupIndex(attribute: "g", values: groups)] }
  var scores: [Double] { labels.indices.map { Double($0 * 7 % 11) / 11 } }

  func fitted(_ attributes: [GroupIndex]? = nil) throws -> FitMetrics {
    let data = Dataset<Double>(
      source: "memory",
      encoder: FeatureEncoder(numeric: [.init(name: "x")], options: DataOptions()),
      features: DesignMatrix(dense: Matrix(rows: labels.count, columns: 1)), labels: Buffer(labels),
      sampleWeights: weights, attributes: attributes ?? self.attributes)
    return try FitMetrics(data, scores: scores, mixture: [(1, decisions)])
  }

  func audited(_ attributes: [GroupIndex]? = nil) throws -> AuditResult {
    try Audit().run(
      Outcomes(
        attributes: attributes ?? self.attributes, labels: Buffer(labels),
        predictions: Buffer(decisions), scores: Buffer(scores), weights: weights.map { Buffer($0) })
    )
  }

  /// The smallest input where a rate exists in one of two groups: nobody in B has a positive label.
  static let oneWithoutPositives = DecidedRows(
    groups: ["A", "A", "A", "A", "B", "B"], labels: [0, 0, 1, 1, 0, 0],
    decisions: [0, 1, 1, 0, 0, 1])
}

/// Tables of fits, audits and frames say the same of the same rows.
@Suite struct OneDisparityTests {
  @Test func aRateOfOneGroupOfTwoHasNoGapInAFit() throws {
    let found = try DecidedRows.oneWithoutPositives.fitted()
    for name in ["true_positive_rate", "equal_opportunity", "equalized_odds", "average_odds"] {
      for kind in DisparityKind.allCases {
        let estimate = found[MeasureName(name, kind)]
        #expect(estimate.value == nil && estimate.status == .notEstimable, "\(name).\(kind)")
        #expect(estimate.reason == "1 of 2 groups: no positive labels in B", "\(name).\(kind)")
      }
    }
    #expect(found[.selectionRate.difference].value == 0)
    #expect(found[.falsePositiveRate.ratio].reason == nil)
  }

  @Test func aRateOfOneGroupOfTwoHasNoGapInAnAudit() throws {
    let result = try DecidedRows.oneWithoutPositives.audited()
    let gap = try #require(result.between("true_positive_rate", .difference, attribute: "g"))
    #expect(gap.value == nil && gap.groups == 1 && gap.of == 2)
    #expect(gap.reason == "1 of 2 groups: no positive labels in B")
    let overall = result.disparities.filter {
      $0.metric == "true_positive_rate" && $0.method == .toOverall
    }
    #expect(overall.count == 4 && overall.allSatisfy { $0.value == nil && $0.reason != nil })
  }

  @Test func aRateOfOneGroupOfTwoHasNoGapInAFrame() throws {
    let rows = DecidedRows.oneWithoutPositives
    let frame = MetricFrame(
      try OutcomeCounts(
        counting: Outcomes(
          attributes: rows.attributes, labels: Buffer(rows.labels),
          predictions: Buffer(rows.decisions))))
    for method in [MetricFrame.Method.betweenGroups, .toOverall] {
      for aggregate in [
        frame.difference("true_positive_rate", method)[0],
        frame.ratio("true_positive_rate", method)[0],
      ] {
        #expect(aggregate.value == .absent("1 of 2 groups: no positive labels in B"))
        #expect(aggregate.groups == 1 && aggregate.of == 2)
      }
      #expect(frame.equalizedOddsDifference(method).value == nil)
    }
    #expect(frame.groupMin("true_positive_rate")[0].value == .value(0.5))
  }

  @Test func oneGroupLiesApartFromNobody() throws {
    var rows = DecidedRows.oneWithoutPositives
    rows.groups = rows.groups.map { _ in "A" }
    let fit = try rows.fitted()
    #expect(fit[.selectionRate.difference].reason == "1 of 1 groups: a comparison takes two")
    #expect(fit[.selectionRate.ratio].value == nil)
    let result = try rows.audited()
    #expect(result.disparities.allSatisfy { $0.value == nil })
  }

  /// With several attributes the worst of them is not known where one is absent.
  @Test func theWorstOverAttributesIsAbsentWhereOneIs() throws {
    let rows = DecidedRows.oneWithoutPositives
    let other = GroupIndex(attribute: "h", values: ["x", "y", "x", "y", "x", "y"])
    let found = try rows.fitted([other, rows.attributes[0]])
    #expect(found[.truePositiveRate.difference.of("h")].value == 1)
    #expect(found[.truePositiveRate.difference].value == nil)
    #expect(
      found[.truePositiveRate.difference].reason == "g: 1 of 2 groups: no positive labels in B")
    #expect(found[.selectionRate.difference].value == found["h.selection_rate.difference"].value)
  }

  /// Random tables with labels and decisions that some groups lack.
  @Test(arguments: [1, 2, 3, 5, 40], [false, true])
  func aFitSaysWhatAnAuditSays(groups: Int, weighted: Bool) throws {
    var absent = 0, partial = 0
    for seed in 0..<6 {
      var random = CounterRandom(seed: UInt64(seed), stream: UInt64(groups))
      let shares = (0..<groups).map { _ in (random.uniform(), random.uniform()) }
      var rows = DecidedRows(groups: [], labels: [], decisions: [], weights: weighted ? [] : nil)
      for i in 0..<(12 * groups) {
        let group = i % groups
        // A third of the groups has one label, another third one decision.
        let label = group % 3 == 1 ? UInt8(seed % 2) : random.uniform() < shares[group].0 ? 1 : 0
        let decision = group % 3 == 2 ? UInt8(seed % 2) : random.uniform() < shares[group].1 ? 1 : 0
        rows.groups.append("g\(group)")
        rows.labels.append(label)
        rows.decisions.append(decision)
        rows.weights?.append(0.25 + 2 * random.uniform())
      }
      let fit = try rows.fitted(), audit = try rows.audited()
      let compared = fit.names.filter { $0.kind != nil }
      #expect(compared.count == 20)
      for name in fit.names {
        let entries = audit.found(name)
        try #require(entries.count == 1, "\(name)")
        #expect(entries[0].estimate == fit[name], "\(name), \(groups) groups, seed \(seed)")
        absent += fit[name].value == nil ? 1 : 0
        partial += fit[name].value != nil && fit[name].reason?.contains(" of ") == true ? 1 : 0
      }
    }
    #expect(absent > 0 || groups > 1)
    #expect(partial > 0 || groups < 3)
  }

  @Test func plainNumbersHaveTheirReasonsBeside() throws {
    let found = try DecidedRows.oneWithoutPositives.fitted()
    #expect(found.reasons["equal_opportunity.ratio"] == "1 of 2 groups: no positive labels in B")
    #expect(found.reasons["selection_rate.difference"] == nil)
    #expect(found.intervals["selection_rate.difference"] != nil)
    #expect(found[.of("nothing")].reason == "'nothing' is not measured")
    #expect("\(found[.truePositiveRate.ratio])".hasPrefix("not estimable: 1 of 2 groups"))
  }
}

extension MeasureName {
  fileprivate static func of(_ text: String) -> MeasureName { MeasureName(text) }
}
