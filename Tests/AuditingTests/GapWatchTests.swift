import Auditing
import Foundation
import TestSupport
import Testing

@Suite struct GapWatchTests {
  /// Looked at after every record, fair streams raise an alarm at most at the rate α.
  @Test func peekingRaisesFewFalseAlarms() {
    var random = SeededGenerator(seed: 5)
    var alarms = 0
    for stream in 0..<1_500 {
      var watch = GapWatch(first: "a", second: "b", alpha: 0.1)
      // Rates may drift, and groups come unevenly.
      let base = [0.05, 0.5, 0.8][stream % 3]
      for t in 0..<600 {
        let rate = base + 0.15 * Double(t) / 600
        let group = Double.random(in: 0..<1, using: &random) < 0.3 ? 0 : 1
        watch.take(group: group, success: Double.random(in: 0..<1, using: &random) < rate)
        if watch.isRaised { break }
      }
      if watch.isRaised { alarms += 1 }
    }
    // 150 are allowed; 4 standard deviations of chance above that.
    #expect(alarms <= 150 + 47, "\(alarms) of 1500")
  }

  /// The martingale itself: the evidence after n pairs has mean 1 over all outcomes, by enumeration.
  @Test func evidenceHasMeanOneUnderEquality() {
    let rate = 0.3
    var mean = 0.0
    let records = 12
    for outcome in 0..<(1 << records) {
      var watch = GapWatch(first: "a", second: "b")
      var chance = 1.0
      for t in 0..<records {
        let success = outcome >> t & 1 == 1
        chance *= success ? rate : 1 - rate
        watch.take(group: t % 3 == 0 ? 0 : 1, success: success)
      }
      mean += chance * exp(watch.logEvidence)
    }
    #expect(abs(mean - 1) < 1e-12, "\(mean)")
  }

  @Test func aGapIsFound() {
    var random = SeededGenerator(seed: 6)
    var watch = GapWatch(first: "m", second: "f")
    var records = 0
    while !watch.isRaised && records < 5_000 {
      let group = records % 2
      watch.take(
        group: group, success: Double.random(in: 0..<1, using: &random) < (group == 0 ? 0.6 : 0.4))
      records += 1
    }
    #expect(watch.isRaised && records < 1_500, "\(records) records")
    #expect(watch.pValue <= 0.05 && watch.pValue > 0)
  }

  @Test func stateIsKeptToTheBitAndPartsMerge() throws {
    var random = SeededGenerator(seed: 7)
    var whole = GapWatch(first: "a", second: "b"), kept = whole
    for t in 0..<500 {
      let group = Int.random(in: 0...1, using: &random), success = Bool.random(using: &random)
      whole.take(group: group, success: success)
      kept.take(group: group, success: success)
      if t % 50 == 0 {
        kept = try JSONDecoder().decode(GapWatch.self, from: JSONEncoder().encode(kept))
      }
    }
    #expect(kept == whole)
    var other = GapWatch(first: "a", second: "b")
    for _ in 0..<100 {
      other.take(group: 0, success: true)
      other.take(group: 1, success: false)
    }
    let before = whole.logEvidence
    whole.merge(other)
    #expect(whole.pairs == kept.pairs + other.pairs && whole.records[0] == kept.records[0] + 100)
    #expect(whole.logEvidence > before && whole.isRaised)
  }

  @Test func weightsUndoUnequalSampling() {
    var random = SeededGenerator(seed: 8)
    // Both groups succeed at 0.5; successes of the first are sampled half as often.
    var watch = GapWatch(first: "a", second: "b", weightLimit: 2)
    for t in 0..<4_000 {
      let group = t % 2, success = Bool.random(using: &random)
      let isThinned = group == 0 && success
      if isThinned && Bool.random(using: &random) {
        watch.take(group: group, success: false)
        continue
      }
      watch.take(group: group, success: success, weight: isThinned ? 2 : 1)
    }
    #expect(!watch.isRaised, "\(watch.pValue)")
  }
}
