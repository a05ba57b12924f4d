import Datasets
import Mitigation
import TestSupport
import Testing

@Suite struct ConstraintMeasureTests {
  /// Of drawn decisions the constraints look at the probabilities alone, however they came about.
  @Test(arguments: ["demographic_parity", "equalized_odds"])
  func aMixtureIsMeasuredAsItsProbabilities(_ criterion: String) throws {
    let rows: Dataset<Double> = try SyntheticData(rows: 800, features: 2, groups: 3).dataset()
    var random = SeededGenerator(seed: 4)
    let mixture = [0.5, 0.25, 0.25].map { weight in
      (weight: weight, decisions: (0..<800).map { _ in UInt8.random(in: 0...1, using: &random) })
    }
    let selected = (0..<800).map { i in
      mixture.reduce(0) { $0 + $1.weight * Double($1.decisions[i]) }
    }
    let options = try MethodOptions(
      ["criterion": criterion, "bound": "0.02", "compared": "to_overall"], of: Reductions.self)
    let drawn = try Reductions.measure(
      rows, options: options, probabilities: selected, mixture: mixture)
    let expected = try Reductions.measure(rows, options: options, selected: selected)
    #expect(drawn == expected && (expected?.violation ?? 0) > -0.02)
    let alike = try Reductions.measure(
      rows, options: options, selected: [Double](repeating: 0.5, count: 800))
    #expect(abs((alike?.violation ?? 0) + 0.02) < 1e-12)
  }
}
