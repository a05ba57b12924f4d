import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import TestSupport
import Testing

import Explorer

/// A table of made-up people with scores, by seed.
func people(
  _ n: Int, groups names: [String], seed: UInt64, steps: Double? = nil, weights: Bool = false
) -> (table: ExploredTable, scores: [Double]) {
  var random = SeededGenerator(seed: seed)
  let codes = (0..<n).map { _ in UInt16.random(in: 0..<UInt16(names.count), using: &random) }
  let scores = (0..<n).map { _ in
    let score = Double.random(in: 0..<1, using: &random)
    return steps.map { (score * $0).rounded(.down) / $0 } ?? score
  }
  let labels = scores.indices.map { i -> UInt8 in
    Double.random(in: 0..<1, using: &random) < 0.2 + 0.6 * scores[i] ? 1 : 0
  }
  let table = ExploredTable(
    rows: n, labels: Buffer(labels), label: .init(column: "y", value: "1"),
    weights: weights ? (0..<n).map { _ in Double(Int.random(in: 0...3, using: &random)) } : nil,
    attributes: [GroupIndex(attribute: "group", codes: Buffer(codes), names: names)])
  return (table, scores)
}

@Suite struct ReleasedCurveTests {
  private func curves(
    _ n: Int, _ groups: Int, seed: UInt64, least: Int, steps: Double? = nil, weights: Bool = false
  ) throws -> (ExploredTable, [Double], Partition, CurveSet) {
    let names = (0..<groups).map { "g\($0)" }
    let (table, scores) = people(n, groups: names, seed: seed, steps: steps, weights: weights)
    var settings = ExplorationSettings()
    settings.leastCell = least
    let partition = Partition(table.attributes, of: table, leastCell: least)
    let model = ExploredModel(name: "p", scores: scores)
    return (table, scores, partition, try CurveSet(scores, of: model, table, partition, settings))
  }

  /// At every cut the counts are those of looking at each row.
  @Test(arguments: [1, 2, 3, 5, 40], [1, 10])
  func countsAreThoseOfTheRows(_ groups: Int, _ least: Int) throws {
    for (steps, weights) in [(nil, false), (20.0, false), (nil, true)] {
      let (table, scores, partition, set) = try curves(
        60 * groups, groups, seed: 3, least: least, steps: steps, weights: weights)
      for (k, found) in set.groups.enumerated() {
        guard let found else {
          #expect(partition.withheld[k] != nil)
          continue
        }
        for (place, cut) in found.cuts.enumerated() {
          var (hits, alarms) = (0.0, 0.0)
          for row in scores.indices
          where partition.groups[row] == partition.listed[k] && scores[row] >= cut {
            let weight = table.weights?[row] ?? 1
            if table.labels![row] == 1 { hits += weight } else { alarms += weight }
          }
          #expect(found.curve.truePositives[place + 1] == hits)
          #expect(found.curve.falsePositives[place + 1] == alarms)
        }
      }
    }
  }

  /// Between neighbours each label's rows are none, or enough; the last cut selects everybody.
  @Test(arguments: [2, 5, 10, 25]) func noSmallCountCanBeSubtracted(_ least: Int) throws {
    let (table, scores, partition, set) = try curves(900, 3, seed: 8, least: least)
    for (k, found) in set.groups.enumerated() {
      let found = try #require(found)
      #expect(found.cuts.count > 2 && !found.isComplete)
      let hits = found.curve.truePositives, alarms = found.curve.falsePositives
      for (a, b) in zip(hits, hits.dropFirst()) { #expect(b == a || b - a >= Double(least)) }
      for (a, b) in zip(alarms, alarms.dropFirst()) { #expect(b == a || b - a >= Double(least)) }
      let rows = scores.indices.filter { partition.groups[$0] == partition.listed[k] }
      #expect(hits.last! + alarms.last! == Double(rows.count))
      // No cut is a row's own score, but where only that separates two of them.
      #expect(!found.cuts.contains { cut in rows.contains { scores[$0] == cut } })
    }
    #expect(table.rows == 900)
  }

  /// The stated threshold is a cut, so that its counts are exact.
  @Test func statedThresholdIsACut() throws {
    let (_, _, _, set) = try curves(3_000, 2, seed: 5, least: 10)
    for found in set.groups { #expect(try #require(found).cuts.contains(0.5)) }
  }

  @Test func cutsAreShortDecimals() {
    #expect(ReleasedCurve.shortest(above: 0.31, to: 0.73) == 0.7)
    #expect(ReleasedCurve.shortest(above: 0.71, to: 0.73) == 0.73)
    #expect(ReleasedCurve.shortest(above: -0.5, to: 0.2) == 0)
    #expect(ReleasedCurve.shortest(above: -7.25, to: -7.2) == -7.2)
    #expect(ReleasedCurve.shortest(above: -.infinity, to: .infinity) == .infinity)
    var random = SeededGenerator(seed: 2)
    for _ in 0..<2_000 {
      let a = Double.random(in: -9...9, using: &random)
      let b = Bool.random(using: &random) ? a.nextUp : Double.random(in: -9...9, using: &random)
      let cut = ReleasedCurve.shortest(above: min(a, b), to: max(a, b))
      #expect(cut > min(a, b) && cut <= max(a, b))
    }
  }

  /// A constant score has one cut, everybody's.
  @Test func constantScores() throws {
    let (table, _) = people(100, groups: ["a"], seed: 1)
    let model = ExploredModel(name: "p", scores: [Double](repeating: 0.4, count: 100))
    let partition = Partition(table.attributes, of: table, leastCell: 10)
    let set = try CurveSet(model.scores!, of: model, table, partition, ExplorationSettings())
    let only = try #require(set.groups[0])
    #expect(only.cuts == [0] && only.curve.total == 100)
  }
}
