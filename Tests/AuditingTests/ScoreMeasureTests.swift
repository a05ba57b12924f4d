import Criteria
import Foundation
import LinearAlgebra
import TestSupport
import Testing

private struct Scored {
  var scores: [Double] = [], labels: [UInt8] = [], weights: [Double] = []

  init(_ n: Int, seed: UInt64, shift: Double = 0, steps: Double? = nil) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<n {
      var score = min(1, max(0, Double.random(in: 0...0.9, using: &random) + shift))
      if let steps { score = (score * steps).rounded() / steps }
      scores.append(score)
      labels.append(Double.random(in: 0...1, using: &random) < score ? 1 : 0)
      weights.append(Double(Int.random(in: 0...3, using: &random)))
    }
  }

  func sorted(weighted: Bool = false) -> SortedScores {
    SortedScores(sorting: scores, labels: labels, weights: weighted ? weights : nil)
  }

  /// Each row as often as its weight says.
  func repeated() -> SortedScores {
    let rows = scores.indices.flatMap { Array(repeating: $0, count: Int(weights[$0])) }
    return SortedScores(sorting: rows.map { scores[$0] }, labels: rows.map { labels[$0] })
  }
}

@Suite struct ScoreMeasureTests {
  @Test func weightsAreRepetitions() {
    let data = Scored(400, seed: 3, steps: 50)
    let weighted = data.sorted(weighted: true), repeated = data.repeated()
    #expect(close(weighted.rank()!.area, repeated.rank()!.area))
    let a = CalibrationTable(weighted), b = CalibrationTable(repeated)
    #expect(close(a.expectedError.value!, b.expectedError.value!))
    #expect(close(a.largestError.value!, b.largestError.value!))
    let c = Recalibration(weighted), d = Recalibration(repeated)
    #expect(close(c.slope.value!, d.slope.value!, 1e-9))
    #expect(close(c.intercept.value!, d.intercept.value!, 1e-9))
    let p = ScorePoints(weighted), q = ScorePoints(repeated)
    #expect(p.positives == q.positives && p.negatives == q.negatives)
  }

  /// The gradient of the likelihood is zero at the fit, computed row by row.
  @Test(arguments: [300, 20_000])
  func recalibrationSolvesItsEquations(n: Int) {
    let data = Scored(n, seed: 7)
    let found = Recalibration(data.sorted())
    func gradient(_ a: Double, _ b: Double) -> (Double, Double) {
      var sum = (0.0, 0.0)
      for (score, label) in zip(data.scores, data.labels) {
        let s = min(max(score, 1e-12), 1 - 1e-12)
        let x = log(s / (1 - s))
        let gap = 1 / (1 + exp(-a - b * x)) - Double(label)
        sum = (sum.0 + gap, sum.1 + gap * x)
      }
      return (sum.0 / Double(n), sum.1 / Double(n))
    }
    #expect(abs(gradient(found.intercept.value!, 1).0) < 1e-10)
    let slope = found.slope.value!
    // The level that belongs to the slope is found by bisection: its gradient rises with it.
    var low = -20.0, high = 20.0
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if gradient(middle, slope).0 < 0 { low = middle } else { high = middle }
    }
    #expect(abs(gradient(low, slope).1) < 1e-8)
    #expect(abs(slope - 1) < 0.4, "the labels were drawn from the scores")
  }

  @Test func slopesThatDoNotExistAreAbsent() {
    let cases: [([Double], [UInt8], String)] = [
      ([0.5, 0.5, 0.5], [0, 1, 0], "all scores are equal"),
      ([0.1, 0.2, 0.8], [0, 0, 1], "the scores separate the labels: the slope is unbounded"),
      ([0.1, 0.2, 0.8], [1, 0, 0], "the scores separate the labels: the slope is unbounded"),
      (
        [0.1, 0.5, 0.5, 0.8], [0, 0, 1, 1], "the scores separate the labels: the slope is unbounded"
      ),
      ([0.1, 0.2], [1, 1], "no negative labels"),
    ]
    for (scores, labels, reason) in cases {
      #expect(Recalibration(SortedScores(sorting: scores, labels: labels)).slope == .absent(reason))
    }
  }

  /// ∫|ROC_a − ROC_b| against a sum over a fine grid.
  @Test(arguments: [(200, 300), (3, 2_000)])
  func areasBetweenCurvesAreExact(sizes: (Int, Int)) {
    let a = Scored(sizes.0, seed: 21, steps: 40), b = Scored(sizes.1, seed: 23, shift: 0.1)
    let curves = [a, b].map { RocCurve(ScorePoints($0.sorted())) }
    guard let first = curves[0], let second = curves[1] else { return }
    func value(_ curve: RocCurve, _ x: Double) -> Double {
      let rates = curve.falsePositiveRates, hits = curve.truePositiveRates
      let k = rates.lastIndex { $0 <= x }!
      guard k + 1 < rates.count else { return 1 }
      return hits[k] + (x - rates[k]) / (rates[k + 1] - rates[k]) * (hits[k + 1] - hits[k])
    }
    let steps = 200_000
    var sum = 0.0
    for k in 0..<steps {
      let x = (Double(k) + 0.5) / Double(steps)
      sum += abs(value(first, x) - value(second, x)) / Double(steps)
    }
    #expect(abs(RocCurve.areaBetween(first, second) - sum) < 1e-4)
    #expect(RocCurve.areaBetween(first, second) == RocCurve.areaBetween(second, first))
    #expect(RocCurve.areaBetween(first, first) == 0)
    #expect(close(first.area, a.sorted().rank()!.area))
  }

  /// A step curve whose area is known: one group ranked perfectly, the other at random.
  @Test func aPerfectAndARandomCurveAreHalfApart() {
    let perfect = RocCurve(ScorePoints(SortedScores(sorting: [0.1, 0.9], labels: [0, 1])))!
    let random = RocCurve(ScorePoints(SortedScores(sorting: [0.5, 0.5], labels: [0, 1])))!
    #expect(close(RocCurve.areaBetween(perfect, random), 0.5))
  }

  /// The 1-Wasserstein distance of equally many scores is the mean gap of the sorted ones.
  @Test func distancesOfDistributionsAreTransportCosts() {
    let a = Scored(500, seed: 31), b = Scored(500, seed: 33, shift: 0.1)
    let cost = zip(a.scores.sorted(), b.scores.sorted()).reduce(0) { $0 + abs($1.0 - $1.1) } / 500
    let found = ScoreDistance.betweenDistributions(
      ScorePoints(a.sorted()), ScorePoints(b.sorted()))
    #expect(close(found.value!, cost))
  }

  /// Against the definition, term by term.
  @Test func densitiesAreThoseOfTheDefinition() {
    let groups = [Scored(150, seed: 41), Scored(60, seed: 43, shift: 0.05)]
    let densities = ScoreDensity.densities(groups.map { $0.sorted() })
    for (data, density) in zip(groups, densities) {
      let n = Double(data.scores.count), mean = data.scores.reduce(0, +) / n
      let spread = data.scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
      let h = spread.squareRoot() * pow(n, -0.2)
      let values = density!.values
      for k in stride(from: 0, to: values.count, by: 37) {
        let x = Double(k) / Double(values.count - 1)
        let wanted = data.scores.reduce(0) { $0 + exp(-0.5 * ($1 - x) * ($1 - x) / h / h) }
        #expect(abs(values[k] - wanted / (n * h * (2 * Double.pi).squareRoot())) < 2e-4)
      }
    }
    let gap = ScoreDensity.areaBetween(densities[0]!, densities[1]!)
    #expect(gap > 0 && gap < 2)
    #expect(ScoreDensity.densities([SortedScores(sorting: [0.5, 0.5])])[0] == nil)
  }

  /// Exact values lie within the bounds that a histogram states.
  @Test(arguments: [4, 16, 64, 1_000])
  func histogramsKeepTheirBounds(bins: Int) {
    for seed in UInt64(50)..<58 {
      let data = Scored(300, seed: seed)
      var histogram = Array(repeating: 0.0, count: 2 * bins)
      var tally = Tally(), sums = SIMD2<Double>.zero
      for (score, label) in zip(data.scores, data.labels) {
        histogram[Int(label) * bins + min(bins - 1, Int(score * Double(bins)))] += 1
        tally.rows[2 * Int(label)] += 1
        sums[Int(label)] += score
      }
      tally = Tally(
        rows: tally.rows, scores: ScoreTotals(sums: sums, squares: .zero, histogram: histogram))
      let exact = ScoreProfile(data.sorted())
      let binned = ScoreProfile(histogramOf: tally, areProbabilities: true)!
      let ranks = binned.ranks!
      #expect(abs(ranks.area - exact.ranks!.area) <= ranks.errorBound + 1e-12)
      let gap = ranks.variance!.squareRoot() - exact.ranks!.variance!.squareRoot()
      #expect(abs(gap) <= ranks.deviationBound + 1e-12)
      #expect(ranks.deviationBound < 4 / Double(bins))
      let table = binned.calibration!
      if table.bins.count == 10 {
        let error = table.expectedError.value! - exact.calibration!.expectedError.value!
        #expect(abs(error) <= table.errorBound + 1e-12)
      }
    }
  }

  @Test func quantileSelectionTakesTheBestOfAll() {
    let a = ScorePoints(SortedScores(sorting: [0.9, 0.8, 0.1, 0.2]))
    let b = ScorePoints(SortedScores(sorting: [0.7, 0.3, 0.3, 0.1]))
    let selections = QuantileSelection.selections(of: [a, b], shares: [0.25, 0.5, 1])
    #expect(selections[0].rates == [.value(0.5), .value(0)])
    #expect(selections[0].impactRatio(of: 1, to: 0) == .value(0))
    #expect(selections[0].impactRatio(of: 0, to: 1).value == nil)
    // The cut falls on a tie: both rows of it are selected.
    #expect(selections[1].cut == 0.3 && selections[1].rates == [.value(0.5), .value(0.75)])
    #expect(selections[2].rates == [.value(1), .value(1)])
  }

  @Test func standardizedDifferencesAreCohens() {
    func tally(_ scores: [Double]) -> Tally {
      Tally(
        rows: SIMD4(scores.count, 0, 0, 0),
        scores: ScoreTotals(
          sums: SIMD2(scores.reduce(0, +), 0), squares: SIMD2(scores.reduce(0) { $0 + $1 * $1 }, 0)
        ))
    }
    let found = ScoreDistance.standardizedMeanDifference(tally([2, 4, 6]), tally([1, 3]))
    // Means 4 and 2, sums of squares 8 and 2, pooled variance 10/3.
    #expect(close(found.value!, 2 / (10.0 / 3).squareRoot()))
    #expect(
      ScoreDistance.standardizedMeanDifference(tally([1, 1]), tally([2, 2])).reason
        == "the scores do not vary within the groups")
  }

  @Test func lossesAreMeanLogProbabilities() {
    let profile = ScoreProfile(SortedScores(sorting: [0.25, 0.5], labels: [0, 1]))
    #expect(close(profile.logLoss.value!, -0.5 * (log(0.75) + log(0.5))))
    let impossible = ScoreProfile(SortedScores(sorting: [0, 0.5], labels: [1, 0]))
    #expect(impossible.logLoss.reason!.hasPrefix("unbounded"))
    let improper = ScoreProfile(SortedScores(sorting: [-1, 2], labels: [0, 1]))
    #expect(improper.calibration == nil && improper.ranks!.area == 1)
    #expect(improper.logLoss.reason == ScoreProfile.notProbabilities)
  }
}
