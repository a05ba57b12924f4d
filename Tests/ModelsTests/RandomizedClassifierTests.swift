import Datasets
import LinearAlgebra
import Models
import TestSupport
import Testing

private func dataset(_ rows: Int, order: [Int]? = nil) -> Dataset<Float> {
  var random = SeededGenerator(seed: 2)
  let x = (0..<rows).map { _ in [Float.random(in: -1...1, using: &random)] }
  let codes = (0..<rows).map { _ in UInt16.random(in: 0..<50, using: &random) }
  let order = order ?? Array(0..<rows)
  return Dataset(
    source: "made",
    encoder: FeatureEncoder(),
    features: DesignMatrix(
      dense: Matrix(order.map { x[$0] }),
      categorical: [CodeColumn(codes: Buffer(order.map { codes[$0] }), levels: 50)]),
    labels: nil)
}

@Suite struct RandomizedClassifierTests {
  private let rows = 20_000

  private func classifier(key: UInt64, _ decision: RandomizedLinearClassifier.Decision = .drawn)
    -> RandomizedLinearClassifier
  {
    func member(_ slope: Double, _ intercept: Double) -> LinearModel {
      LinearModel(
        coefficients: [slope] + [Double](repeating: 0, count: 50), intercept: intercept)
    }
    return RandomizedLinearClassifier(
      members: [member(1, 0), member(1, 0.5), member(0, 1)], weights: [0.5, 0.3, 0.2],
      decision: decision, key: key)
  }

  @Test func drawnDecisionsHaveTheMixturesRates() throws {
    let data = dataset(rows), mixture = classifier(key: 7)
    let probabilities = mixture.probabilities(data, pool: .default)
    let decisions = mixture.decisions(data, probabilities: probabilities, threshold: 0.5)
    let drawn = Double(decisions.reduce(0) { $0 + Int($1) }) / Double(rows)
    let expected = probabilities.reduce(0, +) / Double(rows)
    // Four standard deviations of a mean of Bernoulli numbers.
    #expect(abs(drawn - expected) < 4 * (0.25 / Double(rows)).squareRoot())
    let parts = mixture.decisionMixture(data, probabilities: probabilities, threshold: 0.5)
    for i in 0..<rows {
      let sum = parts.reduce(0) { $0 + $1.weight * Double($1.decisions[i]) }
      #expect(abs(sum - probabilities[i]) < 1e-12)
      if probabilities[i] == 1 { #expect(decisions[i] == 1) }
    }
  }

  @Test func aPersonsDecisionDependsOnTheKeyAndNotOnTheOrder() {
    var order = Array(0..<rows)
    var random = SeededGenerator(seed: 4)
    order.shuffle(using: &random)
    let mixture = classifier(key: 7)
    let straight = dataset(rows), shuffled = dataset(rows, order: order)
    let a = mixture.decisions(
      straight, probabilities: mixture.probabilities(straight, pool: .serial), threshold: 0.5)
    let b = mixture.decisions(
      shuffled, probabilities: mixture.probabilities(shuffled, pool: .serial), threshold: 0.5)
    #expect(order.indices.allSatisfy { b[$0] == a[order[$0]] })
    let other = classifier(key: 8)
    let c = other.decisions(
      straight, probabilities: other.probabilities(straight, pool: .serial), threshold: 0.5)
    #expect(c != a)
  }

  /// With identifiers a row's features play no part in the draw.
  @Test func drawnDecisionsBelongToTheIdentifier() {
    let data = dataset(rows)
    let keys = Buffer((0..<rows).map { UInt64($0 % 100 + 1) })
    let named = Dataset(
      source: "made", encoder: FeatureEncoder(), features: data.features, labels: nil, keys: keys)
    let draws = named.uniformDraws(key: 7)
    for i in 100..<rows { #expect(draws[i] == draws[i - 100]) }
    #expect(Set(draws).count == 100)
    let mean = draws[0..<100].reduce(0, +) / 100
    #expect(abs(mean - 0.5) < 4 / (12.0 * 100).squareRoot())
    #expect(draws != named.uniformDraws(key: 8) && draws != data.uniformDraws(key: 7))
  }

  @Test func theMajorityIsDeterministic() {
    let data = dataset(1_000), mixture = classifier(key: 1, .majority)
    let probabilities = mixture.probabilities(data, pool: .serial)
    let decisions = mixture.decisions(data, probabilities: probabilities, threshold: 0.5)
    #expect(zip(decisions, probabilities).allSatisfy { ($0 == 1) == ($1 >= 0.5) })
  }
}
