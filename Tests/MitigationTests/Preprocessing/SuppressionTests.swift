import Datasets
import LinearAlgebra
import Mitigation
import Models
import TestSupport
import Testing

@Suite struct SuppressionTests {
  /// x0 is the group with noise, x1 is noise; c0 is the group, c1 is noise.
  private func rows(_ n: Int) -> PreparedRows {
    var random = SeededGenerator(seed: 3)
    var rows = PreparedRows(x: [], levels: [2, 2], labels: [], groups: [[]])
    for _ in 0..<n {
      let group = Bool.random(using: &random)
      rows.groups[0].append(group ? "a" : "b")
      rows.x.append([
        (group ? 1 : 0) + Double.random(in: -1...1, using: &random),
        Double.random(in: -1...1, using: &random),
      ])
      rows.c.append([group ? 1 : 0, Bool.random(using: &random) ? 1 : 0])
      rows.labels.append(Double.random(in: 0...1, using: &random) < (group ? 0.7 : 0.3) ? 1 : 0)
    }
    return rows
  }

  @Test func associationsAreWhatTheirFormulasSay() throws {
    let rows = PreparedRows(
      x: [[1, 5], [2, 5], [3, 5], [6, 5]], c: [[0], [0], [1], [1]], levels: [2],
      labels: [0, 1, 0, 1], groups: [["a", "a", "b", "b"]])
    let found = FeatureAssociation(rows.data() as Dataset<Double>)
    // Means 1.5 and 4.5 about 3: between 4·1.5², all 4 + 1 + 0 + 9.
    #expect(abs(found.numeric[0] - (9.0 / 14).squareRoot()) < 1e-12)
    #expect(found.numeric[1] == 0)
    #expect(found.categorical == [1])
    var turned = rows
    turned.groups = [["a", "b", "a", "b"]]
    #expect(FeatureAssociation(turned.data() as Dataset<Double>).categorical == [0])
    var numbers = rows
    numbers.groups = []
    numbers.continuous = [[2, 4, 6, 12]]
    let own = FeatureAssociation(numbers.data() as Dataset<Double>)
    #expect(abs(own.numeric[0] - 1) < 1e-12)
    #expect(abs(own.categorical[0] - (9.0 / 14).squareRoot()) < 1e-12)
  }

  @Test func whatTellsTheGroupGoes() throws {
    let data: Dataset<Double> = rows(600).data()
    let result = try prepared(FeatureSuppression.self, data)
    #expect(result.encoder.numeric.map(\.name) == ["x1"])
    #expect(result.encoder.categorical.map(\.name) == ["c1"])
    #expect(result.features.dense.column(0) == data.features.dense.column(1))
    let one = try prepared(FeatureSuppression.self, data, ["most": "1"])
    #expect(one.encoder.numeric.map(\.name) == ["x0", "x1"])
    #expect(one.encoder.categorical.map(\.name) == ["c1"])
    let important = try prepared(
      FeatureSuppression.self, data, ["by": "importance", "threshold": "0.5"])
    #expect(important.encoder.numeric.map(\.name) == ["x0", "x1"])
    #expect(important.encoder.categorical.map(\.name) == ["c1"])
    #expect(throws: DataError.noFeatures(file: "rows")) {
      try prepared(FeatureSuppression.self, data, ["threshold": "0"])
    }
  }

  /// Neither a column's unit nor that of the weights moves what a feature contributes.
  @Test(arguments: [1.0, 1e-30, 1e30]) func importanceDependsOnNoUnit(weight: Double) throws {
    var rows = rows(600)
    let thresholds = ["0.02", "0.1", "0.3", "0.5", "0.7"]
    func kept() throws -> [[String]] {
      let data: Dataset<Double> = rows.data()
      return try thresholds.map {
        let found = try prepared(
          FeatureSuppression.self, data, ["by": "importance", "threshold": $0])
        return found.encoder.numeric.map(\.name) + found.encoder.categorical.map(\.name)
      }
    }
    let expected = try kept()
    #expect(Set(expected).count > 1)
    rows.weights = [Double](repeating: weight, count: 600)
    rows.x = rows.x.map { [$0[0] * 1e6, $0[1] * 1e-6 + 3] }
    #expect(try kept() == expected)
  }
}
