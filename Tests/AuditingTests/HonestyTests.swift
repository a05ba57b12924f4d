import Auditing
import Criteria
import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// What other audit tools got wrong, and this one does not.
@Suite struct HonestyTests {
  private func outcomes(_ second: [String], _ selected: [UInt8]) -> Outcomes {
    let first = selected.indices.map { $0 % 2 == 0 ? "Unknown" : "Known" }
    return Outcomes(
      attributes: [
        GroupIndex(attribute: "race", values: first),
        GroupIndex(attribute: "job", values: second),
      ], predictions: Buffer(selected))
  }

  /// Aequitas writes a p-value to every row with the group's name, whatever its attribute.
  @Test func groupsOfOneNameInTwoAttributesKeepTheirOwnPValues() throws {
    let n = 400
    let selected = (0..<n).map { UInt8($0 % 2 == 0 && $0 % 3 != 0 ? 1 : 0) }
    let job = (0..<n).map { $0 < n / 2 ? "Unknown" : "Known" }
    let result = try Audit(options: AuditOptions(reference: .largest)).run(
      outcomes(job, selected))
    func p(_ attribute: String) -> Double {
      result.disparities.first {
        $0.attribute == attribute && $0.metric == "selection_rate" && $0.kind == .difference
          && $0.method == .toReference
      }!.pValue!
    }
    #expect(p("race") < 1e-20 && p("job") > 0.5)
  }

  /// LiFT divides the number of extreme permutations by that of all, which can be exactly 0.
  @Test func noPValueIsZero() {
    let sure = ProportionTests.permutation(
      [Proportion(0, of: 1_000), Proportion(1_000, of: 1_000)], replicates: 999)
    #expect(sure.pValue == 0.001)
    #expect(ProportionTests.permutationResult(extreme: 0, replicates: 99).pValue == 0.01)
    for n in [100, 10_000, 1_000_000_000] {
      #expect(
        ProportionTests.twoGroups(Proportion(0, of: n), Proportion(n, of: n)).pValue > 0)
      #expect(
        ProportionTests.homogeneity((0..<3).map { Proportion($0 == 0 ? 0 : n, of: n) })!.pValue > 0)
    }
  }

  /// Scores that order a small group's labels wholly have a variance of 0, which made the gap of its
  /// area as sure as if the group had no end of rows.
  @Test func aWhollyOrderedGroupMakesNoAreaSure() throws {
    var random = SeededGenerator(seed: 4)
    var groups: [String] = [], labels: [UInt8] = [], scores: [Double] = []
    for i in 0..<400 {
      groups.append(i % 2 == 0 ? "a" : "b")
      labels.append(Bool.random(using: &random) ? 1 : 0)
      scores.append(0.3 * Double(labels[i]) + Double.random(in: 0..<0.7, using: &random))
    }
    for i in 0..<11 {
      groups.append("few")
      labels.append(i < 7 ? 1 : 0)
      scores.append(i < 7 ? 0.9 : 0.1)
    }
    let result = try Audit().run(
      Outcomes(
        attributes: [GroupIndex(attribute: "g", values: groups)], labels: Buffer(labels),
        scores: Buffer(scores)))
    let gap = result.disparities.first {
      $0.metric == "roc_auc_score" && $0.kind == .difference && $0.method == .betweenGroups
    }!
    #expect(gap.highGroup == "few" && gap.value! > 0.1)
    #expect(gap.interval == nil && gap.low == nil)
  }

  /// Aequitas prints 10 for a ratio to 0.
  @Test func aRatioToZeroIsAbsentAndNeverCapped() throws {
    let selected = (0..<200).map { UInt8($0 % 2 == 0 ? 1 : 0) }
    let result = try Audit(
      options: AuditOptions(reference: .named(["race": "Known"]))
    ).run(outcomes(selected.map { _ in "x" }, selected))
    let row = result.disparities.first {
      $0.attribute == "race" && $0.metric == "selection_rate" && $0.kind == .ratio
        && $0.method == .toReference
    }!
    #expect(row.value == nil && row.high == nil && row.groups == 2)
    let limits = ContrastIntervals.ratio(Proportion(100, of: 100), Proportion(0, of: 100))!
    #expect(limits.high == .infinity && limits.low > 20)
    #expect(ContrastIntervals.ratio(Proportion(0, of: 9), Proportion(0, of: 9)) == nil)
  }

  @Test func theOrderOfGroupsAndRowsChangesNothing() throws {
    var random = SeededGenerator(seed: 2)
    let n = 500
    let groups = (0..<n).map { _ in ["a", "b", "c"].randomElement(using: &random)! }
    let selected = (0..<n).map { _ in UInt8.random(in: 0...1, using: &random) }
    let order = (0..<n).shuffled(using: &random)
    func audit(_ values: [String], _ selected: [UInt8], _ rename: [String: String]) throws
      -> AuditResult
    {
      try Audit().run(
        Outcomes(
          attributes: [GroupIndex(attribute: "g", values: values.map { rename[$0]! })],
          predictions: Buffer(selected)))
    }
    let plain = ["a": "a", "b": "b", "c": "c"], turned = ["a": "z", "b": "y", "c": "x"]
    let one = try audit(groups, selected, plain)
    let shuffled = try audit(order.map { groups[$0] }, order.map { selected[$0] }, plain)
    #expect(try one.json() == shuffled.json())
    let renamed = try audit(groups, selected, turned)
    for group in ["a", "b", "c"] {
      #expect(
        one.estimate("selection_rate", attribute: "g", group: group)
          == renamed.estimate("selection_rate", attribute: "g", group: turned[group]!))
    }
    let a = one.between("selection_rate", .difference, attribute: "g")!
    let b = renamed.between("selection_rate", .difference, attribute: "g")!
    #expect(a.value == b.value && abs(a.low! - b.low!) < 1e-12 && abs(a.high! - b.high!) < 1e-12)
    #expect(abs(a.pValue! - b.pValue!) < 1e-12)
  }

  @Test func threeHundredGroupsGetABandThatHoldsZero() throws {
    var random = SeededGenerator(seed: 4)
    let n = 30_000
    let groups = (0..<n).map { "g\($0 % 300)" }
    let selected = (0..<n).map { _ in UInt8(Double.random(in: 0..<1, using: &random) < 0.3 ? 1 : 0)
    }
    let result = try Audit().run(
      Outcomes(
        attributes: [GroupIndex(attribute: "g", values: groups)], predictions: Buffer(selected)))
    let gap = result.between("selection_rate", .difference, attribute: "g")!
    // The observed range is far from 0 though no group differs.
    #expect(gap.value! > 0.2 && gap.low == 0 && gap.pValue! > 0.01)
  }
}

@Suite struct HostileWeightTests {
  /// Weights whose squares are no numbers give rates without intervals, and no crash.
  @Test(arguments: [1e-200, 1e-12, 1, 1e12, 1e200])
  func weightsOfAnySizeAreTaken(size: Double) throws {
    let n = 200
    let groups = GroupIndex(attribute: "g", values: (0..<n).map { $0 % 3 == 0 ? "a" : "b" })
    func outcomes(_ shift: Int) -> Outcomes {
      Outcomes(
        attributes: [groups], labels: Buffer((0..<n).map { UInt8($0 % 2) }),
        predictions: Buffer((0..<n).map { UInt8(($0 + shift) / 3 % 2) }),
        weights: Buffer((0..<n).map { size * Double(1 + $0 % 4) }))
    }
    let result = try Audit().run(outcomes(0))
    let rate = result.estimate("selection_rate", attribute: "g", group: "a")!
    #expect(rate.value! > 0 && rate.value! < 1)
    if size > 1e-100 && size < 1e100 { #expect(rate.low! < rate.value!) }
    let compared = ModelComparison().compare(outcomes(0), outcomes(1))
    #expect(compared.rows.allSatisfy { $0.difference?.isFinite ?? true })
    let counts = try OutcomeCounts(counting: outcomes(0))
    _ = WorstCells().find(counts)
    _ = RichSubgroups(replicates: 3).audit(counts, event: .selectionRate)
    let drawn = CellBootstrap(replicates: 50).run(
      counts.tallies, metrics: Metrics.all, weighted: true)
    _ = drawn.intervals()
  }
}
