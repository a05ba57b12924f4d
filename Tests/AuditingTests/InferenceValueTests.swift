import Auditing
import Foundation
import Testing

private func near(_ a: Double, _ b: Double, _ relative: Double = 1e-9) -> Bool {
  abs(a - b) <= relative * max(abs(a), abs(b), 1e-300)
}

/// Values from independent software in double precision (an incomplete beta, root searches and
/// minimizations of the likelihood that share nothing with the code under test).
@Suite struct InferenceValueTests {
  @Test(arguments: [
    (8, 10, 1, 6, 0.034965034965034975), (300, 1_000, 10, 100, 6.717009651719424e-06),
    (100, 1_000, 400, 1_000, 1.3453337977567596e-56),
    (1_000, 100_000, 900, 100_000, 0.022460126955731775), (0, 5, 0, 9, 1), (3, 3, 4, 4, 1),
  ])
  func fisherIsWhatOthersFind(_ table: (Int, Int, Int, Int, Double)) {
    let (x, n, y, m, p) = table
    let found = ProportionTests.fisher(x, of: n, against: y, of: m)
    #expect(near(found, p, 1e-7), "\(found)")
    #expect(near(found, ProportionTests.fisher(y, of: m, against: x, of: n), 1e-9))
    #expect(near(found, ProportionTests.fisher(n - x, of: n, against: m - y, of: m), 1e-9))
  }

  @Test func fisherSumsTheTablesNoLikelierThanTheObserved() {
    for (n, m) in [(1, 1), (5, 9), (12, 12), (20, 7)] {
      for x in 0...n {
        for y in 0...m {
          let marked = x + y
          func chance(_ k: Int) -> Double {
            SpecialFunctions.hypergeometric(k, drawn: n, marked: marked, total: n + m)
          }
          let all = (max(0, marked - m)...min(n, marked)).map(chance), seen = chance(x)
          let less = all.filter { $0 < seen * (1 - 1e-7) }.reduce(0, +)
          let equal = all.filter { abs($0 / seen - 1) <= 1e-7 }.reduce(0, +)
          let p = ProportionTests.fisher(x, of: n, against: y, of: m)
          let mid = ProportionTests.midP(x, of: n, against: y, of: m)
          #expect(abs(p - less - equal) < 1e-12 && abs(mid - less - 0.5 * equal) < 1e-12)
        }
      }
    }
  }

  @Test func fisherTakesABillionRowsAndNeverReportsZero() {
    let half = ProportionTests.fisher(
      500_000_000, of: 1_000_000_000, against: 500_010_000, of: 1_000_000_000)
    // The normal test of the same table, which is exact enough there.
    let z = ProportionTests.standardDeviations(
      Proportion(500_000_000, of: 1_000_000_000), Proportion(500_010_000, of: 1_000_000_000))!
    #expect(near(half, erfc(abs(z) / 2.0.squareRoot()), 1e-3))
    let sure = ProportionTests.twoGroups(
      Proportion(0, of: 1_000_000_000), Proportion(900_000_000, of: 1_000_000_000))
    #expect(sure.pValue > 0 && sure.pValue < 1e-300)
  }

  @Test func specialFunctionsAreThoseOfTables() {
    for (k, q) in [
      (2, 2.771807648699355), (3, 3.314493155398122), (5, 3.857655510378623),
      (10, 4.474124221725907), (50, 5.646026026380527), (300, 6.725794943408909),
    ] {
      #expect(near(SpecialFunctions.studentizedRangeQuantile(0.95, groups: k), q, 1e-7))
    }
    for (p, d, q) in [
      (0.025, 1, 0.0009820691171752555), (0.975, 4, 11.143286781877796),
      (0.5, 299, 298.3335982343679),
    ] { #expect(near(SpecialFunctions.chiSquaredQuantile(p, degrees: d), q, 1e-9)) }
    #expect(
      near(SpecialFunctions.logBinomial(7, of: 20, chance: 0.3), -1.8062926549204255, 1e-12))
    #expect(
      near(
        SpecialFunctions.logBinomial(500_000_100, of: 1e9, chance: 0.5), -10.5874442713679, 1e-12))
    #expect(
      near(
        SpecialFunctions.hypergeometric(3, drawn: 10, marked: 12, total: 50),
        exp(-1.308273417454672), 1e-11))
  }

  @Test func intervalsHoldAtTheEndsAndAtABillion() {
    let cases: [(Int, Int, Double, Double, Double, Double)] = [
      (1, 1, 0.025, 1, 0.20654931437723745, 1), (0, 1, 0, 0.975, 0, 0.7934506856227626),
      (3, 10, 0.06673951117773447, 0.652452850060008, 0.10779126740630102, 0.6032218525388546),
      (
        500, 1_000_000_000, 4.571285864699429e-07, 5.458092560636083e-07, 4.580525426934315e-07,
        5.457889122710471e-07
      ),
    ]
    for (x, n, exactLow, exactHigh, low, high) in cases {
      let exact = ProportionInterval.clopperPearson(Proportion(x, of: n))
      let wilson = ProportionInterval.wilson(Proportion(x, of: n))
      #expect(near(exact.low, exactLow, 1e-8) && near(exact.high, exactHigh, 1e-8), "\(exact)")
      #expect(near(wilson.low, low, 1e-8) && near(wilson.high, high, 1e-8), "\(wilson)")
    }
  }

  @Test func contrastsAreThoseOfDirectSearches() {
    let difference: [(Int, Int, Int, Int, Double, Double)] = [
      (56, 70, 48, 80, 0.052829713233544635, 0.3381729400481464),
      (9, 10, 3, 10, 0.17002501734165953, 0.8406495442081705),
      (10, 10, 0, 20, 0.7156186596620308, 1),
    ]
    for (x, n, y, m, low, high) in difference {
      let found = ContrastIntervals.scoreDifference(Proportion(x, of: n), Proportion(y, of: m))
      #expect(abs(found.low - low) < 1e-6 && abs(found.high - high) < 1e-6, "\(found)")
    }
    let ratio: [(Int, Int, Int, Int, Double, Double)] = [
      (36, 40, 16, 80, 2.939569192154705, 7.152223437246329),
      (5, 20, 10, 30, 0.2984723754676203, 1.7596810899843167),
      (0, 20, 5, 20, 0, 0.6882700298019109),
    ]
    for (x, n, y, m, low, high) in ratio {
      let found = ContrastIntervals.scoreRatio(Proportion(x, of: n), Proportion(y, of: m))!
      #expect(abs(found.low - low) < 1e-6 && abs(found.high - high) < 1e-6, "\(found)")
    }
    let katz = ContrastIntervals.katz(Proportion(15, of: 50), Proportion(8, of: 60))!
    #expect(near(katz.low, 1.0400737497538688) && near(katz.high, 4.867443295437492))
    let paired: [(Double, Double, Double, Double, Double)] = [
      (12, 2, 50, 0.06111240694674431, 0.34470874805199186),
      (0, 0, 30, -0.11351339, 0.11351339), (10, 0, 20, 0.2583122625107048, 0.7007019918020646),
    ]
    for (b, c, n, low, high) in paired {
      let found = ContrastIntervals.pairedDifference(onlyFirst: b, onlySecond: c, of: n)
      #expect(abs(found.low - low) < 1e-6 && abs(found.high - high) < 1e-6, "\(found)")
    }
    #expect(
      near(ProportionTests.mcNemar(onlyFirst: 7, onlySecond: 23).pValue, 0.005222879350185395))
    #expect(near(ProportionTests.mcNemar(onlyFirst: 3, onlySecond: 14).pValue, 0.012725830078125))
    #expect(ProportionTests.mcNemar(onlyFirst: 0, onlySecond: 0).pValue == 1)
    #expect(near(ProportionTests.mcNemar(onlyFirst: 0, onlySecond: 1).pValue, 1))
  }

  @Test func strataAreWeighedTogether() {
    let tables = [
      (12, 40, 7, 35), (5, 20, 9, 42), (30, 60, 21, 70), (0, 10, 0, 12), (4, 4, 3, 5),
    ].map { StratifiedTables.Stratum(Proportion($0.0, of: $0.1), Proportion($0.2, of: $0.3)) }
    let strata = StratifiedTables(tables)
    #expect(strata.used == 4 && strata.of == 5, "an empty margin says nothing")
    #expect(near(strata.test()!.pValue, 0.009989713095689056))
    let odds = strata.oddsRatio()!
    #expect(near(odds.value, 2.006647200559837))
    #expect(
      near(odds.interval!.low, 1.181705258872724) && near(odds.interval!.high, 3.4074765744512274))
    #expect(near(strata.homogeneity()!.pValue, 0.5696239785170465, 1e-8))
    // One stratum: the conditional test is Fisher's.
    let single = StratifiedTables([tables[0]]).exactTest()!
    #expect(near(single.pValue, ProportionTests.fisher(12, of: 40, against: 7, of: 35), 1e-9))
    #expect(StratifiedTables([tables[3]]).test() == nil && StratifiedTables([]).oddsRatio() == nil)
  }

  @Test func adjustedPValuesAreHandWorkedOnes() {
    let p = [0.01, 0.04, 0.03, 0.005]
    #expect(zip(Multiplicity.holm(p), [0.03, 0.06, 0.06, 0.02]).allSatisfy { near($0, $1) })
    #expect(
      zip(Multiplicity.benjaminiHochberg(p), [0.02, 0.04, 0.04, 0.02]).allSatisfy { near($0, $1) })
    #expect(Multiplicity.holm([]) == [] && Multiplicity.holm([1, 1]) == [1, 1])
  }

  @Test func effectSizesAndPowerKnowTheirLimits() {
    let a = Proportion(2, of: 10), b = Proportion(5, of: 10)
    #expect(near(EffectSizes.oddsRatio(a, b)!, 0.25))
    #expect(EffectSizes.oddsRatio(Proportion(0, of: 3), Proportion(0, of: 9)) == nil)
    #expect(near(EffectSizes.shortfall(a, reference: b), 3))
    #expect(
      near(EffectSizes.cohensH(b, a), 2 * asin(0.5.squareRoot()) - 2 * asin(0.2.squareRoot())))
    #expect(EffectSizes.flips(Proportion(3, of: 10), reference: b, limit: 0.8) == true)
    #expect(EffectSizes.flips(Proportion(0, of: 10), reference: b, limit: 0.8) == false)
    #expect(EffectSizes.flips(b, reference: b, limit: 0.8) == nil)
    let found = Power.minimumDetectable(from: 0.5, of: 1_000, group: 1_000)
    #expect(abs(Power.ofTwoProportions(0.5 + found.rise!, of: 1_000, 0.5, of: 1_000) - 0.8) < 1e-9)
    #expect(abs(found.rise! - found.drop!) < 1e-9)
    #expect(Power.minimumDetectable(from: 0.5, of: 2, group: 2).rise == nil)
    // With no gap the power is the size, but for the normal approximation.
    #expect(abs(Power.ofTwoProportions(0.3, of: 400, 0.3, of: 400) - 0.05) < 1e-12)
    let rows = Power.rowsPerGroup(0.6, against: 0.5)!
    #expect(Power.ofTwoProportions(0.6, of: rows, 0.5, of: rows) >= 0.8)
    #expect(Power.ofTwoProportions(0.6, of: rows - 1, 0.5, of: rows - 1) < 0.8)
  }
}
