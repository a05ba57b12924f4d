import Auditing
import Foundation
import Testing

/// Exact coverage and size by enumeration of every outcome: no simulation, no tolerance but rounding.
private enum Enumeration {
  static func weights(_ n: Int, _ p: Double) -> [Double] {
    (0...n).map { exp(SpecialFunctions.logBinomial(Double($0), of: Double(n), chance: p)) }
  }

  static func coverage(_ intervals: [Interval], _ p: Double) -> Double {
    zip(intervals, weights(intervals.count - 1, p)).reduce(0) {
      $0 + ($1.0.contains(p) ? $1.1 : 0)
    }
  }

  static func intervals(_ kind: ProportionInterval, _ n: Int) -> [Interval] {
    (0...n).map { kind(Proportion($0, of: n), confidence: 0.95) }
  }

  /// Coverage of p − q by intervals of every pair of outcomes.
  static func coverage(_ table: [[Interval]], _ p: Double, _ q: Double) -> Double {
    let a = weights(table.count - 1, p), b = weights(table[0].count - 1, q)
    var sum = 0.0
    for (x, row) in table.enumerated() {
      for (y, interval) in row.enumerated() where interval.contains(p - q) { sum += a[x] * b[y] }
    }
    return sum
  }

  static func size(_ pValues: [[Double]], _ p: Double, alpha: Double) -> Double {
    let a = weights(pValues.count - 1, p), b = weights(pValues[0].count - 1, p)
    var sum = 0.0
    for (x, row) in pValues.enumerated() {
      for (y, value) in row.enumerated() where value <= alpha { sum += a[x] * b[y] }
    }
    return sum
  }
}

@Suite struct CoverageTests {
  @Test(arguments: [1, 2, 5, 10, 17, 40, 100])
  func clopperPearsonNeverCoversLessThanItSays(n: Int) {
    let intervals = Enumeration.intervals(.clopperPearson, n)
    // Coverage has its minima just outside the limits.
    var points = (1..<400).map { Double($0) / 400 }
    for interval in intervals {
      points += [interval.low - 1e-9, interval.low, interval.high, interval.high + 1e-9]
    }
    for p in points where p > 0 && p < 1 {
      #expect(Enumeration.coverage(intervals, p) >= 0.95 - 1e-9, "n = \(n), p = \(p)")
    }
  }

  @Test(arguments: [15, 30, 60, 120])
  func wilsonCoversItsLevelOnAverage(n: Int) {
    let intervals = Enumeration.intervals(.wilson, n)
    let points = (0..<2_000).map { 0.05 + 0.9 * (Double($0) + 0.5) / 2_000 }
    let mean = points.reduce(0) { $0 + Enumeration.coverage(intervals, $1) } / 2_000
    #expect(mean > 0.94 && mean < 0.96, "\(mean)")
  }

  /// What the documentation warns of: near 0 and 1 single points fall far below the level.
  @Test func wilsonFallsShortAtSinglePoints() {
    let intervals = Enumeration.intervals(.wilson, 50)
    let below = intervals[1].low - 1e-9
    let worst = Enumeration.coverage(intervals, below)
    #expect(worst > 0.8 && worst < 0.87, "\(worst)")
  }

  @Test(arguments: [(15, 15), (20, 40), (50, 30)])
  func newcombeCoversItsLevelOnAverage(sizes: (Int, Int)) {
    let (n, m) = sizes
    let table = (0...n).map { x in
      (0...m).map { y in
        ContrastIntervals.newcombe(Proportion(x, of: n), Proportion(y, of: m), confidence: 0.95)
      }
    }
    let points = (0..<24).map { 0.05 + 0.9 * (Double($0) + 0.5) / 24 }
    var sum = 0.0
    for p in points { for q in points { sum += Enumeration.coverage(table, p, q + 1e-7) } }
    let mean = sum / Double(points.count * points.count)
    #expect(mean > 0.94 && mean < 0.96, "\(mean)")
  }

  @Test func scoreDifferenceCoversItsLevelOnAverage() {
    let table = (0...20).map { x in
      (0...15).map { y in
        ContrastIntervals.scoreDifference(
          Proportion(x, of: 20), Proportion(y, of: 15), confidence: 0.95)
      }
    }
    let points = (0..<16).map { 0.05 + 0.9 * (Double($0) + 0.5) / 16 }
    var sum = 0.0
    for p in points { for q in points { sum += Enumeration.coverage(table, p, q + 1e-7) } }
    let mean = sum / Double(points.count * points.count)
    #expect(mean > 0.94 && mean < 0.965, "\(mean)")
  }

  @Test(arguments: [0.01, 0.05, 0.1])
  func fisherNeverRejectsTooOften(alpha: Double) {
    for (n, m) in [(4, 4), (9, 12), (20, 20), (30, 8)] {
      let exact = (0...n).map { x in
        (0...m).map { ProportionTests.fisher(x, of: n, against: $0, of: m) }
      }
      for k in 1..<100 {
        let p = Double(k) / 100
        #expect(Enumeration.size(exact, p, alpha: alpha) <= alpha + 1e-12)
      }
    }
  }

  @Test func eachGroupAgainstTheRestNeverRejectsTooOften() {
    let sizes = [5, 7, 4]
    for p in [0.05, 0.2, 0.5, 0.8] {
      let weights = sizes.map { Enumeration.weights($0, p) }
      var size = 0.0
      for x in 0...5 {
        for y in 0...7 {
          for z in 0...4 {
            let groups = zip([x, y, z], sizes).map { Proportion($0, of: $1) }
            let result = ProportionTests.homogeneity(groups)!
            #expect(result.test == "fisher_exact_bonferroni")
            if result.pValue <= 0.05 { size += weights[0][x] * weights[1][y] * weights[2][z] }
          }
        }
      }
      #expect(size <= 0.05, "\(size) at \(p)")
    }
  }

  @Test func mcNemarNeverRejectsTooOften() {
    for n in 1...40 {
      let chances = Enumeration.weights(n, 0.5)
      let size = (0...n).reduce(0) {
        $0
          + (ProportionTests.mcNemar(onlyFirst: $1, onlySecond: n - $1).pValue <= 0.05
            ? chances[$1] : 0)
      }
      #expect(size <= 0.05)
    }
  }

  /// Phipson and Smyth: with m random allocations P(p ≤ α) ≤ α; and the p-value is near the exact one.
  @Test func permutationIsNearTheExactTestAndNeverZero() {
    let groups = [Proportion(9, of: 10), Proportion(3, of: 12)]
    let exact = ProportionTests.fisher(9, of: 10, against: 3, of: 12)
    let drawn = ProportionTests.permutation(groups, replicates: 20_000, seed: 4)
    #expect(abs(drawn.pValue - exact) < 0.002, "\(drawn.pValue) \(exact)")
    let sure = ProportionTests.permutation(
      [Proportion(0, of: 500), Proportion(500, of: 500)], replicates: 99)
    #expect(sure.pValue == 0.01)
  }
}
