import Criteria
import Foundation
import Testing

import Auditing

@Suite struct IntervalTests {
  /// Newcombe, *Two-sided confidence intervals for the single proportion*, Statistics in Medicine
  /// 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  @Test(arguments: [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
  ])
  func wilsonIntervalsAreThePublishedOnes(_ case_: (Int, Int, Double, Double)) {
    let (successes, trials, low, high) = case_
    let interval = ProportionInterval.wilson(
      Proportion(successes, of: trials), confidence: 0.95)
    #expect(abs(interval.low - low) < 6e-5 && abs(interval.high - high) < 6e-5)
  }

  /// The same source: the exact interval.
  @Test(arguments: [
    (81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684),
    (1, 29, 0.0009, 0.1776),
  ])
  func exactIntervalsAreThePublishedOnes(_ case_: (Int, Int, Double, Double)) {
    let (successes, trials, low, high) = case_
    let interval = ProportionInterval.clopperPearson(
      Proportion(successes, of: trials), confidence: 0.95)
    #expect(abs(interval.low - low) < 6e-5 && abs(interval.high - high) < 6e-5)
  }

  /// Newcombe, *Interval estimation for the difference between independent proportions*, Statistics
  /// in Medicine 1998, table II, method 10: 56/70 and 48/80; 9/10 and 3/10.
  @Test(arguments: [(56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090)])
  func newcombeIntervalsAreThePublishedOnes(_ case_: (Int, Int, Int, Int, Double, Double)) {
    let (a, m, b, n, low, high) = case_
    let interval = ContrastIntervals.newcombe(
      Proportion(a, of: m), Proportion(b, of: n), confidence: 0.95)
    #expect(abs(interval.low - low) < 6e-5 && abs(interval.high - high) < 6e-5)
  }

  @Test func normalQuantilesInvertTheDistribution() {
    for p in [1e-10, 1e-4, 0.025, 0.3, 0.5, 0.7, 0.975, 1 - 1e-9] {
      let z = SpecialFunctions.normalQuantile(p)
      #expect(abs(0.5 * erfc(-z / 2.0.squareRoot()) - p) < 1e-12 * max(1, 1 / p))
    }
  }

  /// Statistics of numbers near the end of the floating-point range are NaN or infinite.
  @Test func specialFunctionsAnswerEveryNumber() {
    let odd = [
      -Double.infinity, -1, -0.0, 0, 0x1p-1060, 0.5, 1, 2, 1e300, Double.infinity, .nan,
    ]
    for a in odd {
      let z = SpecialFunctions.normalQuantile(a)
      #expect(z.isNaN == !(a >= 0 && a <= 1), "\(a)")
      for b in odd {
        let isCommon = (0.5...2).contains(a) && (0.5...2).contains(b)
        let tail = SpecialFunctions.upperGamma(a, b)
        if !(a > 0 && a.isFinite && b >= 0) { #expect(tail.isNaN, "\(a) \(b)") }
        if isCommon { #expect((0...1).contains(tail), "\(a) \(b)") }
        for x in odd {
          let isInside = a > 0 && b > 0 && (a + b).isFinite && !x.isNaN
          // Between extreme parameters a bisection takes all terms at each step.
          guard isCommon || !isInside else { continue }
          for value in [
            SpecialFunctions.incompleteBeta(a, b, x), SpecialFunctions.betaQuantile(x, a, b),
          ] {
            #expect(isInside ? (0...1).contains(value) : value.isNaN, "\(a) \(b) \(x)")
          }
        }
      }
    }
  }
}
