import Essentials
import Monitoring
import Testing

/// The chances of 0, 1, …, n successes at every rate of a grid over [0, 1].
private struct Binomials {
  static let points = 25
  static let rates = (0..<points).map { Double($0) / Double(points - 1) }

  /// `[rate][successes]`
  let chances: [[Double]]

  init(rows n: Int) {
    chances = Self.rates.map { p in
      var row = [1.0]
      for _ in 0..<n {
        row =
          (0...row.count).map { s in
            (s < row.count ? row[s] * (1 - p) : 0) + (s > 0 ? row[s - 1] * p : 0)
          }
      }
      return row
    }
  }
}

/// The mean evidence over all outcomes of a tick, at every point of the grid.
private struct Enumeration {
  let rows: [Int]
  let null: ConvexNull

  /// The largest mean over the grid's points of the null, and over all of its points.
  func worst(backing alternative: [Double]) -> (inNull: Double, anywhere: Double) {
    var inNull = 0.0, anywhere = 0.0
    visit(alternative) { rates, mean in
      anywhere = max(anywhere, mean)
      if null.contains(rates) { inNull = max(inNull, mean) }
    }
    return (inNull, anywhere)
  }

  private func visit(_ alternative: [Double], _ body: ([Double], Double) -> Void) {
    var table = outcomes().map { successes in
      exp(
        TickEvidence.log(
          of: zip(rows, successes).map { RateCounts(rows: $0, successes: $1) }, against: null,
          backing: alternative))
    }
    // Each step replaces the successes of the first group left by its rates, which come last.
    for n in rows {
      let chances = Binomials(rows: n).chances, rest = table.count / (n + 1)
      var next = Array(repeating: 0.0, count: rest * Binomials.points)
      for r in 0..<rest {
        for (p, row) in chances.enumerated() {
          var mean = 0.0
          for s in 0...n { mean += row[s] * table[s * rest + r] }
          next[r * Binomials.points + p] = mean
        }
      }
      table = next
    }
    for (place, mean) in table.enumerated() {
      var left = place
      let digits = rows.map { _ in
        defer { left /= Binomials.points }
        return Binomials.rates[left % Binomials.points]
      }
      body(digits.reversed(), mean)
    }
  }

  /// All successes, the last group's fastest.
  private func outcomes() -> [[Int]] {
    rows.reduce([[]]) { found, n in found.flatMap { start in (0...n).map { start + [$0] } } }
  }
}

/// The claim of ``TickEvidence``: its mean is at most 1 for every rate in the bound.
@Suite struct EnumerationTests {
  private static let two: [ConvexNull] = [
    .difference(atMost: 0), .difference(atMost: 0.125), .ratio(atLeast: 0.8), .ratio(atLeast: 1),
    .notBelow(by: 0.05), .notBelow(by: 0), .notBelow(share: 0.8), .floor(0.25, groups: 2),
    .ceiling(0.25, groups: 2), .calibration(meanScores: [0.2, 0.7], within: 0.125),
    .floor(0.25), .ceiling(0.25),
  ]
  private static let pairs: [[Double]] = [[0.7, 0.2], [0.05, 0.5], [0.9, 0.99], [0.35, 0.1]]

  @Test(arguments: two.indices)
  func twoGroupsOfOneToSixRows(index: Int) {
    let null = Self.two[index]
    var highest = 0.0, power = 0.0
    for a in 1...6 {
      for b in 1...6 {
        for alternative in Self.pairs {
          let worst = Enumeration(rows: [a, b], null: null).worst(backing: alternative)
          #expect(worst.inNull <= 1 + 1e-12, "\(null) \(a) \(b) \(alternative)")
          highest = max(highest, worst.inNull)
          power = max(power, worst.anywhere)
        }
      }
    }
    // The evidence is not valid for being weak: it is nearly 1 in the null, and more outside.
    #expect(highest > 0.99 && power > 2, "\(null): \(highest), \(power)")
  }

  private static let four: [ConvexNull] = [
    .difference(atMost: 0.125), .ratio(atLeast: 0.8), .equalizedOdds(groups: 2, atMost: 0.125),
    .gapChange(atMost: 0.05), .gapChange(atMost: 0), .floor(0.25, groups: 4),
    .calibration(meanScores: [0.1, 0.3, 0.5, 0.9], within: 0.05),
    .blocks([.init(2, .ratio(atLeast: 0.8)), .init(2, .notBelow(by: 0.05))]),
  ]
  private static let fours: [[Double]] = [
    [0.7, 0.2, 0.3, 0.5], [0.05, 0.5, 0.5, 0.5], [0.9, 0.6, 0.2, 0.95],
  ]

  @Test(arguments: four.indices)
  func fourGroups(index: Int) {
    let null = Self.four[index]
    for rows in [[6, 6, 6, 6], [1, 6, 3, 2], [1, 1, 1, 1], [5, 0, 2, 6]] {
      for alternative in Self.fours {
        let worst = Enumeration(rows: rows, null: null).worst(backing: alternative)
        #expect(worst.inNull <= 1 + 1e-12, "\(null) \(rows) \(alternative)")
        #expect(worst.anywhere > 1 || null.contains(alternative), "\(null) \(alternative)")
      }
    }
  }

  @Test(arguments: [ConvexNull.difference(atMost: 0.125), .ratio(atLeast: 0.8)])
  func threeGroups(null: ConvexNull) {
    for rows in [[6, 6, 6], [1, 4, 6], [2, 1, 1]] {
      for alternative in [[0.7, 0.2, 0.3], [0.4, 0.5, 0.1], [0.02, 0.03, 0.3]] {
        let worst = Enumeration(rows: rows, null: null).worst(backing: alternative)
        #expect(worst.inNull <= 1 + 1e-12 && worst.anywhere > 1, "\(null) \(rows)")
      }
    }
  }

  /// Rows of a group differ, and those to come depend on those that came; only the means are in the bound.
  @Test func rowsThatDifferAndDependOnEachOther() {
    func chance(_ row: Int, _ past: [Bool]) -> Double {
      // Rows 0, 2, 4 are of one group, rows 1, 3, 5 of the other.
      let level = [0.2, 0.9, 0.5][row / 2]
      return row < 2 || past[0] == past[1] ? level : 0.3 * level
    }
    for alternative in [[0.8, 0.3], [0.2, 0.6]] {
      var mean = 0.0
      for outcome in 0..<64 {
        let successes = (0..<6).map { outcome >> $0 & 1 == 1 }
        let likelihood = (0..<6).reduce(1.0) { product, row in
          let p = chance(row, Array(successes[..<(row / 2 * 2)]))
          return product * (successes[row] ? p : 1 - p)
        }
        let counts = [0, 1].map { group in
          RateCounts(
            rows: 3, successes: stride(from: group, to: 6, by: 2).count { successes[$0] })
        }
        mean +=
          likelihood
          * exp(
            TickEvidence.log(of: counts, against: .difference(atMost: 0), backing: alternative))
      }
      #expect(mean <= 1 + 1e-12 && mean > 0.5, "\(mean)")
    }
  }

  /// The slack that roots in floating point cost is nothing beside the evidence.
  @Test func manyRowsKeepTheirEvidence() {
    for null in Self.two.prefix(7) {
      let rows = 10_000_000
      let counts = [
        RateCounts(rows: rows, successes: 3_000_000), RateCounts(rows: rows, successes: 5_000_000),
      ]
      let log = TickEvidence.log(of: counts, against: null, backing: [0.3, 0.5])
      let small = TickEvidence.log(
        of: [RateCounts(rows: 10, successes: 3), RateCounts(rows: 10, successes: 5)],
        against: null, backing: [0.3, 0.5])
      #expect(abs(log / Double(rows) - small / 10) <= 1e-9, "\(null)")
    }
  }

  @Test func anAlternativeInsideTheBoundIsNoEvidence() {
    let counts = [RateCounts(rows: 9, successes: 9), RateCounts(rows: 9, successes: 0)]
    for (null, inside) in [
      (ConvexNull.difference(atMost: 0.2), [0.5, 0.6]), (.ratio(atLeast: 0.8), [0.5, 0.6]),
      (.gapChange(atMost: 0), [0.5, 0.6, 0.5, 0.6]),
    ] {
      let counts = counts + (inside.count == 4 ? counts : [])
      #expect(TickEvidence.log(of: counts, against: null, backing: inside) == 0)
    }
  }
}
