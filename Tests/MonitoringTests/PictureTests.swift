import Essentials
import Monitoring
import TestSupport
import Testing

@Suite struct PictureTests {
  @Test func discoveriesAreThoseOfTheDefinition() {
    // K = 4, α = 0.1: the kth largest needs 40/k.
    #expect(FalseDiscoveries.marked([41, 1, 21, 13.4].map(log), alpha: 0.1) == [0, 2, 3])
    #expect(FalseDiscoveries.marked([41, 1, 19, 13].map(log), alpha: 0.1) == [0])
    #expect(FalseDiscoveries.marked([20.5, 1, 20.1, 1].map(log), alpha: 0.1) == [0, 2])
    #expect(FalseDiscoveries.marked([39, 1, 1, 1].map(log), alpha: 0.1) == [])
    #expect(FalseDiscoveries.marked([], alpha: 0.1) == [])
    #expect(abs(exp(FalseDiscoveries.logEvidence(ofPeak: log(9))) - 2) < 1e-12)
    #expect(FalseDiscoveries.logEvidence(ofPeak: 0) == -.infinity)
  }

  /// Peaks that are adjusted have a mean of at most 1 when peaks are as high as Ville's inequality allows.
  @Test func anAdjustedPeakIsAnEValue() {
    var random = SeededGenerator(seed: 53), sum = 0.0
    for _ in 0..<200_000 {
      let peak = -log(1 - Double.random(in: 0..<1, using: &random))
      sum += exp(FalseDiscoveries.logEvidence(ofPeak: peak))
    }
    #expect(sum / 200_000 < 1.1 && sum / 200_000 > 0.8, "\(sum / 200_000)")
  }

  @Test func limitsHoldAtAllTimesTogether() {
    var random = SeededGenerator(seed: 59), missed = [0, 0]
    for _ in 0..<300 {
      var counts = RateCounts.zero, chances = 0.0, isOut = [false, false]
      for row in 1...400 {
        let drifting = 0.3 + 0.2 * sin(Double(row) / 40)
        chances += drifting
        counts.take(success: Double.random(in: 0..<1, using: &random) < drifting)
        let limits = RateSequence.ofMeanChance(counts, alpha: 0.1)
        isOut[0] = isOut[0] || !limits.contains(chances / Double(row))
      }
      var fixed = RateCounts.zero
      for _ in 1...400 {
        fixed.take(success: Double.random(in: 0..<1, using: &random) < 0.3)
        isOut[1] = isOut[1] || !RateSequence.ofConstantRate(fixed, alpha: 0.1).contains(0.3)
      }
      for k in 0..<2 where isOut[k] { missed[k] += 1 }
    }
    #expect(missed.allSatisfy { Double($0) / 300 <= 0.1 + 0.052 }, "\(missed)")
    #expect(missed[1] > 0)
  }

  @Test func limitsOfRatesAreThoseOfTheFormulas() {
    #expect(RateSequence.ofConstantRate(.zero, alpha: 0.05) == 0...1)
    // One success in one row: M(p) = ½/p, so the limit is at p = α/2.
    let one = RateSequence.ofConstantRate(RateCounts(rows: 1, successes: 1), alpha: 0.05)
    #expect(abs(one.lowerBound - 0.025) < 1e-12 && one.upperBound == 1)
    let many = RateCounts(rows: 100_000, successes: 30_000)
    let limits = RateSequence.ofMeanChance(many, alpha: 0.05)
    #expect(limits.contains(0.3) && limits.upperBound - limits.lowerBound < 0.02)
    let constant = RateSequence.ofConstantRate(many, alpha: 0.05)
    #expect(constant.contains(0.3) && constant.upperBound - constant.lowerBound < 0.02)
    let gap = RateSequence.ofLargestDifference(
      [many, RateCounts(rows: 100_000, successes: 20_000), .zero], alpha: 0.05)!
    #expect(gap.contains(0.1) && gap.lowerBound > 0.05 && gap.upperBound < 0.15)
    #expect(RateSequence.ofLargestDifference([many, .zero], alpha: 0.05) == nil)
  }
}
