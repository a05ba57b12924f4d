import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import TestSupport
import Testing

import Explorer

@Suite struct StrategyTests {
  private func book(
    _ n: Int, _ groups: Int, seed: UInt64, least: Int = 1
  ) throws -> (StrategyBook, [ReleasedCurve], ExploredTable, [Double]) {
    let (table, scores) = people(n, groups: (0..<groups).map { "g\($0)" }, seed: seed, steps: 12)
    var settings = ExplorationSettings()
    settings.leastCell = least
    settings.costRatio = 1.5
    let partition = Partition(table.attributes, of: table, leastCell: least)
    let model = ExploredModel(name: "p", scores: scores)
    let set = try CurveSet(scores, of: model, table, partition, settings)
    let curves = set.groups.compactMap(\.self)
    #expect(curves.count == groups)
    return (
      StrategyBook(curves, places: partition.places(), scores: scores, table, settings), curves,
      table, scores
    )
  }

  /// The least cost of all combinations of cuts that meet the bound, by trying each.
  private func enumerated(
    _ curves: [ReleasedCurve], _ rates: [Rate], bound: Double, floor: Double? = nil
  ) -> Double? {
    var best: Double?
    var cuts = [Int](repeating: 0, count: curves.count)
    func tryAll(_ g: Int) {
      guard g < curves.count else {
        var found = GroupOutcomes(groups: curves.count)
        found.add(cuts.map { [(weight: 1, cut: $0)] }, of: curves.map(\.curve))
        if let floor {
          guard
            (0..<curves.count).allSatisfy({ found.truePositives[$0] / found.positives[$0] >= floor }
            )
          else { return }
        } else if found.gap(rates) ?? 0 > bound {
          return
        }
        best = min(best ?? .infinity, found.cost(1.5))
        return
      }
      for cut in 0..<curves[g].curve.count {
        cuts[g] = cut
        tryAll(g + 1)
      }
    }
    tryAll(0)
    return best
  }

  @Test(arguments: [2, 3], [UInt64(1), 2, 3]) func costsAreTheLeastOfAll(
    _ groups: Int, _ seed: UInt64
  ) throws {
    let (book, curves, _, _) = try book(90, groups, seed: seed)
    for strategy in ThresholdStrategy.allCases where ![.odds, .single].contains(strategy) {
      for bound in strategy.isBounded ? [0.01, 0.05, 0.2] : [1] {
        let found = book.result(strategy, strategy.isBounded ? bound : nil)
        let least = enumerated(
          curves, strategy.rates, bound: bound, floor: strategy == .floor ? 0.8 : nil)
        #expect(found.isFeasible == (least != nil))
        if let least {
          #expect(abs(found.cost - least) < 1e-9, "\(strategy) \(bound)")
          if strategy.isBounded { #expect(try #require(found.gap) <= bound + 1e-12) }
        }
      }
    }
  }

  /// Drawn decisions are no dearer than thresholds within the same bounds, and keep them.
  @Test func oddsMeetTheirBound() throws {
    let (book, curves, _, _) = try book(400, 3, seed: 6)
    for bound in [0.0, 0.02, 0.1] {
      let found = book.result(.odds, bound)
      #expect(found.thresholds == nil && found.isFeasible)
      #expect(try #require(found.gap) <= bound + 1e-9)
      if let least = enumerated(curves, [.truePositiveRate, .falsePositiveRate], bound: bound) {
        #expect(found.cost <= least + 1e-9)
      }
    }
  }

  /// What the page says of a strategy is what its thresholds do to the rows.
  @Test(arguments: [1, 10]) func numbersAreThoseOfTheThresholds(_ least: Int) throws {
    let (book, _, table, scores) = try book(1_200, 3, seed: 9, least: least)
    for found in book.all(pool: .default) where found.isFeasible {
      guard let thresholds = found.thresholds else { continue }
      var outcome = GroupOutcomes(groups: 3)
      for row in scores.indices {
        let g = table.attributes[0][row], isPositive = table.labels![row] == 1
        if isPositive { outcome.positives[g] += 1 } else { outcome.negatives[g] += 1 }
        guard thresholds[g].selects(scores[row]) else { continue }
        if isPositive { outcome.truePositives[g] += 1 } else { outcome.falsePositives[g] += 1 }
      }
      #expect(abs(outcome.cost(1.5) - found.cost) < 1e-9)
      #expect(abs(try #require(outcome.gap(found.strategy.rates)) - found.gap!) < 1e-12)
    }
  }

  /// Costs of thresholds judged on their own rows are too small; held out they are not.
  @Test func heldOutCostsAreHonest() throws {
    var (inside, outside, truth) = (0.0, 0.0, 0.0)
    for seed in 1...60 {
      let (book, curves, _, _) = try book(120, 2, seed: UInt64(seed))
      let found = book.result(.groupCost, nil)
      inside += found.cost / 120
      outside += try #require(found.heldOutCost) / 120
      let (_, others, _, _) = try self.book(6_000, 2, seed: UInt64(seed) + 500)
      var outcome = GroupOutcomes(groups: 2)
      let cuts = zip(found.thresholds!, others).map { threshold, other in
        [(weight: 1.0, cut: other.cut(threshold))]
      }
      outcome.add(cuts, of: others.map(\.curve))
      truth += outcome.cost(1.5) / 6_000
      #expect(curves.count == 2)
    }
    #expect(inside < truth)
    #expect(abs(outside - truth) < abs(inside - truth))
  }
}
