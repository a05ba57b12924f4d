import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import TestSupport
import Testing

private func probabilities(_ seed: UInt64, _ n: Int, groups: Int) throws -> ScoredRows {
  var random = SeededGenerator(seed: seed)
  let codes = (0..<n).map { _ in Int.random(in: 0..<groups, using: &random) }
  let scores = (0..<n).map { _ in Double.random(in: 0.01...0.99, using: &random) }
  let labels = (0..<n).map { i in
    let truth = pow(scores[i], 0.5 + Double(codes[i]))
    return Double.random(in: 0...1, using: &random) < truth ? 1 : 0
  }
  return try scored(scores, labels, codes)
}

@Suite struct ScoreTransformTests {
  /// The isotonic fit is the projection: its residuals add up to 0 in each of its levels, and no
  /// other non-decreasing function found by moving levels is nearer.
  @Test func isotonicCalibrationIsRightInEveryLevel() throws {
    let rows = try probabilities(41, 2_000, groups: 2)
    let fit = try GroupCalibration.fit(
      rows, try request(GroupCalibration.self, ["calibration": "isotonic"]))
    let values = fit.rule.values(scores: rows.scores, groups: rows.groupCodes)
    for group in 0..<2 {
      let own = (0..<rows.count).filter { rows.groups[$0] == group }
      let levels = Dictionary(grouping: own) { values[$0] }
      #expect(levels.count > 5)
      for (value, members) in levels {
        let mean = members.reduce(0) { $0 + Double(rows.labels[$1]) } / Double(members.count)
        #expect(abs(mean - value) < 1e-12)
      }
      let sorted = own.sorted { rows.scores[$0] < rows.scores[$1] }
      #expect(zip(sorted, sorted.dropFirst()).allSatisfy { values[$0] <= values[$1] })
    }
  }

  /// Of many rows too, whose loss cannot tell the last steps apart.
  @Test(arguments: [2_000, 90_000])
  func plattScalingIsAStationaryPoint(count: Int) throws {
    let rows = try probabilities(43, count, groups: 3)
    let fit = try GroupCalibration.fit(rows, try request(GroupCalibration.self))
    #expect(fit.report.status == .converged)
    let values = fit.rule.values(scores: rows.scores, groups: rows.groupCodes)
    for group in 0..<3 {
      let own = (0..<rows.count).filter { rows.groups[$0] == group }
      let positives = Double(own.count { rows.labels[$0] == 1 })
      let negatives = Double(own.count) - positives
      var gradient = (0.0, 0.0)
      for i in own {
        let target = rows.labels[i] == 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2)
        gradient.0 += values[i] - target
        gradient.1 += (values[i] - target) * log(rows.scores[i] / (1 - rows.scores[i]))
      }
      #expect(abs(gradient.0) + abs(gradient.1) < 1e-6)
    }
  }

  /// Groups of two attributes and their cross: checked against the definition.
  @Test(arguments: [1, 10])
  func boostingLeavesNoGroupOff(bins: Int) throws {
    var random = SeededGenerator(seed: 47)
    let n = 4_000
    let a = (0..<n).map { _ in Int.random(in: 0..<2, using: &random) }
    let b = (0..<n).map { _ in Int.random(in: 0..<3, using: &random) }
    let scores = (0..<n).map { _ in Double.random(in: 0...1, using: &random) }
    let labels = (0..<n).map { i -> UInt8 in
      let truth = min(1, max(0, scores[i] + 0.15 * Double(a[i]) - 0.1 * Double(b[i])))
      return Double.random(in: 0...1, using: &random) < truth ? 1 : 0
    }
    let attributes = [
      GroupIndex(attribute: "a", codes: Buffer(a.map(UInt16.init)), names: ["0", "1"]),
      GroupIndex(attribute: "b", codes: Buffer(b.map(UInt16.init)), names: ["0", "1", "2"]),
    ]
    let rows = try ScoredRows(scores: scores, labels: Buffer(labels), attributes: attributes)
    let method: any Postprocessor.Type = bins == 1 ? Multiaccuracy.self : Multicalibration.self
    let fit = try method.fit(rows, try request(method, ["tolerance_of_bin": "0.02"]))
    #expect(fit.report.status == .converged && fit.report.iterations > 3)
    let values = fit.rule.values(scores: scores, groups: rows.groupCodes)
    var error = 0.0, before = 0.0
    for i in 0..<n {
      error += (values[i] - Double(labels[i])) * (values[i] - Double(labels[i]))
      before += (scores[i] - Double(labels[i])) * (scores[i] - Double(labels[i]))
    }
    #expect(error < before && abs(error / Double(n) - fit.report.objective!) < 1e-12)
    for wantA in -1..<2 {
      for wantB in -1..<3 {
        for bin in 0..<bins {
          let members = (0..<n).filter { i in
            (wantA < 0 || a[i] == wantA) && (wantB < 0 || b[i] == wantB)
              && min(bins - 1, Int(values[i] * Double(bins))) == bin
          }
          guard Double(members.count) >= 0.005 * Double(n) else { continue }
          let off = members.reduce(0) { $0 + Double(labels[$1]) - values[$1] }
          #expect(abs(off) / Double(members.count) <= 0.02 + 1e-12)
        }
      }
    }
  }

  @Test func transformedScoresGiveEqualOpportunityAtEveryThreshold() throws {
    let rows = try probabilities(53, 20_000, groups: 3)
    let fit = try QuantileTransform.fit(rows, try request(QuantileTransform.self))
    let values = fit.rule.values(scores: rows.scores, groups: rows.groupCodes)
    func spread(_ scores: [Double]) -> Double {
      stride(from: 0.05, to: 1, by: 0.05).map { cut in
        let rates = ExpectedRates(rows, scores.map { $0 >= cut ? 1 : 0 }).rates(.truePositiveRate)
          .compactMap { $0 }
        return rates.max()! - rates.min()!
      }.max()!
    }
    #expect(spread(rows.scores) > 0.1)
    #expect(spread(values) < 0.004, "\(spread(values))")
    for group in 0..<3 {
      let own = (0..<rows.count).filter { rows.groups[$0] == group }
        .sorted { rows.scores[$0] < rows.scores[$1] }
      #expect(zip(own, own.dropFirst()).allSatisfy { values[$0] <= values[$1] })
    }
  }

  /// In every prefix each group has its floor, as long as its members last: with as many groups as
  /// the paper proves it for.
  @Test(arguments: Reranking.Algorithm.allCases)
  func everyPrefixOfTheRankingHasItsShares(algorithm: Reranking.Algorithm) throws {
    var random = SeededGenerator(seed: 59)
    let groups = algorithm == .greedy ? 2 : algorithm == .constrained ? 6 : 3
    for _ in 0..<50 {
      let n = 200
      let codes = (0..<n).map { _ in Int.random(in: 0..<groups, using: &random) }
      let scores = codes.map { Double.random(in: 0...1, using: &random) - 0.2 * Double($0) }
      let shares = (0..<groups).map { group in Double(codes.count { $0 == group }) / Double(n) }
      let rule = RankingRule(algorithm: algorithm, shares: shares, selected: 0.3)
      let order = rule.ranking(scores: scores, groups: codes)
      #expect(order.sorted() == Array(0..<n))
      var counts = [Int](repeating: 0, count: groups)
      for (place, row) in order.enumerated() {
        counts[codes[row]] += 1
        for group in 0..<groups {
          let floor = Int((Double(place + 1) * shares[group] + 1e-9).rounded(.down))
          #expect(counts[group] >= min(floor, codes.count { $0 == group }), "\(algorithm)")
        }
      }
      for group in 0..<groups {
        let own = order.filter { codes[$0] == group }
        #expect(zip(own, own.dropFirst()).allSatisfy { scores[$0] >= scores[$1] })
      }
      let values = rule.values(scores: scores, groups: codes)
      #expect(values.count { $0 >= 0.5 } == 60)
      #expect(order == (0..<n).sorted { values[$0] > values[$1] })
    }
  }

  /// Shares that people set hold in every prefix; groups without one divide what is left.
  @Test func theRankingTakesSharesThatPeopleHaveSet() throws {
    let rows = try probabilities(61, 400, groups: 3)
    let names = rows.groups.names
    var method = Reranking(.constrained, selected: 0.25)
    func shares(_ text: String?) throws -> [Double] {
      method.targetShares = text
      return try #require(try method.fit(rows).rule as? RankingRule).shares
    }
    let own = try shares(nil)
    let mixed = try shares("\(names[1])=0.6")
    #expect(mixed[1] == 0.6)
    #expect(abs(mixed[0] / mixed[2] - own[0] / own[2]) < 1e-12)
    #expect(abs(mixed.reduce(0, +) - 1) < 1e-12)
    #expect(try shares("\(names[2])=0.5,\(names[0])=0.2,\(names[1])=0.3") == [0.2, 0.3, 0.5])

    let fit = try method.fit(rows)
    let values = fit.rule.values(scores: rows.scores, groups: rows.groupCodes)
    let chosen = (0..<rows.count).filter { values[$0] >= 0.5 }
    let counts = (0..<3).map { group in chosen.count { rows.groupCodes[$0] == group } }
    #expect(counts == [20, 30, 50])
    for wrong in [
      "\(names[0])=1.2", "\(names[0])=-0.1", "nobody=0.5", "\(names[0])", "",
      "\(names[0])=0.2,\(names[1])=0.2,\(names[2])=0.2", "\(names[0])=0.7,\(names[1])=0.7",
    ] {
      #expect(throws: DataError.self, "\(wrong)") { try shares(wrong) }
    }
  }

  /// The published library takes the position within the candidates for the group; with groups that
  /// are not in order of their codes that ranks the wrong people.
  @Test func greedyRerankingTakesTheBestOfTheGroupsThatAreDue() {
    let scores = [0.9, 0.8, 0.7, 0.6, 0.95, 0.5], groups = [0, 0, 0, 0, 1, 2]
    let rule = RankingRule(algorithm: .greedy, shares: [1.0 / 3, 1.0 / 3, 1.0 / 3], selected: 0.5)
    #expect(rule.ranking(scores: scores, groups: groups) == [4, 0, 5, 1, 2, 3])
  }

  @Test func scoresThatAreNoProbabilitiesAreRefusedWithTheirRow() throws {
    let rows = try scored([0.5, 1.5, 0.2], [0, 1, 1], [0, 0, 1])
    let want = DataError.notAProbability(
      file: "the scores", row: 3, column: "score", value: "1.5")
    for method in [Multicalibration.self, CalibratedOdds.self] as [any Postprocessor.Type] {
      #expect(throws: want) { try method.fit(rows, try request(method)) }
    }
  }

  /// Group 0 has a base rate of 1/4: guessing it costs 3/8, less than the 0.5 of group 1's scores.
  @Test func costsThatCannotBeEqualAreExplained() throws {
    let rows = try scored(
      [0, 0, 0, 1, 0.5, 0.5, 0.5, 0.5], [0, 0, 0, 1, 0, 0, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1])
    let report = try CalibratedOdds.fit(rows, try request(CalibratedOdds.self)).report
    #expect(report.status == .infeasible && abs(report.objective! - 0.125) < 1e-12)
    let reason = try #require(report.stopReason)
    #expect(reason.contains("cost of 1 by error_rate_parity is 0.5"))
    #expect(reason.contains("costs 0 only 0.375"))
    #expect(reason.hasSuffix("can be made equal instead: 'criterion' false_negative_rate_parity"))
    let other = try CalibratedOdds.fit(rows, try request(CalibratedOdds.self, ["criterion": "fnr"]))
    #expect(other.report.status == .converged && other.report.stopReason == nil)
  }

  @Test func rejectOptionNamesTheGroupsThatItDoesNotKnow() throws {
    let rows = try scored([0.5, 0.6, 0.2, 0.4], [0, 1, 1, 0], [0, 0, 1, 1])
    #expect(throws: DataError.self) {
      try RejectOption.fit(rows, try request(RejectOption.self, ["deprived": "7"]))
    }
    let fit = try RejectOption.fit(rows, try request(RejectOption.self))
    #expect(fit.options.values["deprived"] == .text("1"))
  }

  /// Rates differ at no threshold by more than the heaviest score weighs, and halfway scores lie in
  /// the middle; the mean over all rows stays, as that of a barycentre does.
  @Test(arguments: [2, 4], [false, true])
  func transportedScoresGiveParityAtEveryThreshold(groups: Int, weighted: Bool) throws {
    var random = SeededGenerator(seed: 8)
    let rows = try randomRows(&random, rows: 400, groups: groups, levels: 8, weighted: weighted)
    func values(_ level: String) throws -> [Double] {
      try ScoreTransport.fit(rows, try request(ScoreTransport.self, ["repair_level": level]))
        .rule.values(scores: rows.scores, groups: rows.groupCodes)
    }
    let moved = try values("1"), half = try values("0.5")
    var totals = [Double](repeating: 0, count: groups), heaviest = 0.0
    for i in 0..<rows.count { totals[rows.groups[i]] += rows.weight(i) }
    func rates(_ scores: [Double], atLeast cut: Double) -> [Double] {
      var sums = [Double](repeating: 0, count: groups)
      for i in 0..<rows.count where scores[i] >= cut { sums[rows.groups[i]] += rows.weight(i) }
      return zip(sums, totals).map { $0 / $1 }
    }
    for cut in Set(rows.scores) {
      let above = rates(rows.scores, atLeast: cut)
      let below = rates(rows.scores, atLeast: cut.nextUp)
      heaviest = max(heaviest, zip(above, below).map { $0 - $1 }.max()!)
    }
    for cut in Set(moved) {
      let found = rates(moved, atLeast: cut)
      #expect(found.max()! - found.min()! <= heaviest + 1e-9)
    }
    var means = (0.0, 0.0)
    for i in 0..<rows.count {
      means.0 += rows.weight(i) * rows.scores[i]
      means.1 += rows.weight(i) * moved[i]
      #expect(abs(half[i] - (rows.scores[i] + moved[i]) / 2) < 1e-12)
    }
    #expect(abs(means.0 - means.1) < 1e-9 * means.0)
    #expect(try values("0") == rows.scores)
  }

  /// Every rule reads back from its JSON as it was.
  @Test func everyRuleSurvivesJSON() throws {
    let rows = try probabilities(61, 300, groups: 3)
    for method in Postprocessors.all {
      let (rule, _) = try GroupedRule.fit(method, rows, unseen: .pooled, try request(method))
      let data = try JSONEncoder().encode(rule)
      let again = try JSONDecoder().decode(GroupedRule.self, from: data)
      let attributes = [GroupIndex(attribute: "g", values: rows.groupCodes.map { "\($0 * 2)" })]
      let before = try rule.values(scores: rows.scores, attributes: attributes)
      #expect(before == (try again.values(scores: rows.scores, attributes: attributes)))
      #expect(before.allSatisfy { !$0.isNaN }, "\(method.name)")
    }
  }
}
