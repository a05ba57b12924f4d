import Datasets
import Explorer
import Foundation
import LinearAlgebra
import Models
import TestSupport
import Testing

@Suite struct ModelProbeTests {
  private let n = 500

  /// A linear model over age, a number, and sex, with its rows.
  private func made() -> (TrainedModel, Dataset<Double>, [Double], [UInt16]) {
    var random = SeededGenerator(seed: 17)
    let ages = (0..<n).map { _ in Double(Int.random(in: 18..<70, using: &random)) }
    let sexes = (0..<n).map { _ in UInt16.random(in: 0...1, using: &random) }
    let encoder = FeatureEncoder(
      numeric: [.init(name: "age", origin: 40, shift: 0, scale: 0.1)],
      categorical: [.init(name: "sex", levels: ["f", "m"])])
    let features = DesignMatrix(
      dense: Matrix(ages.map { [($0 - 40) * 0.1] }),
      categorical: [CodeColumn(codes: Buffer(sexes), levels: 3)])
    let data = Dataset<Double>(
      source: "rows", encoder: encoder, features: features,
      labels: Buffer((0..<n).map { UInt8($0 % 2) }),
      attributes: [GroupIndex(attribute: "sex", codes: Buffer(sexes), names: ["f", "m"])])
    let model = TrainedModel(
      method: "logistic", options: [:], encoder: encoder,
      predictor: LinearModel(coefficients: [0.8, -0.3, 0.5, 0], intercept: 0.1),
      report: FitReport(status: .converged, iterations: 0, objective: nil, seed: 0))
    return (model, data, ages, sexes)
  }

  private func probability(_ age: Double, _ sex: UInt16) -> Double {
    1 / (1 + exp(-(0.1 + 0.8 * (age - 40) * 0.1 + (sex == 0 ? -0.3 : 0.5))))
  }

  /// Means over each group with the column set, written out.
  @Test func dependenceIsTheMeanOverTheRows() throws {
    let (model, data, ages, sexes) = made()
    let table = ExploredTable(data)
    let partition = Partition(table.attributes, of: table, leastCell: 10)
    let probe = ModelProbe(model, data, threshold: 0.5)
    let curves = try probe.dependence(table, [partition], least: 10)
    #expect(curves.map(\.column) == ["age", "sex"])
    for (k, value) in curves[0].values.enumerated() {
      guard case .number(let age) = value else { continue }
      for sex in [UInt16(0), 1] {
        let mean = curves[0].means[0][Int(sex)]![k]
        #expect(abs(mean - probability(age, sex)) < 1e-9)
        #expect(curves[0].band[0][Int(sex)]![k] < 1e-9)
      }
    }
    for (k, value) in curves[1].values.enumerated() {
      guard case .level(let name) = value else { continue }
      for sex in [UInt16(0), 1] {
        let members = (0..<n).filter { sexes[$0] == sex }
        let sum = members.reduce(0.0) { $0 + probability(ages[$1], name == "f" ? 0 : 1) }
        #expect(abs(curves[1].means[0][Int(sex)]![k] - sum / Double(members.count)) < 1e-9)
      }
    }
  }

  @Test func flipsCountChangedDecisions() throws {
    let (model, data, ages, sexes) = made()
    let table = ExploredTable(data)
    let partition = Partition(table.attributes, of: table, leastCell: 1)
    let found = try ModelProbe(model, data, threshold: 0.5).flips([partition], least: 1)
    let groups = try #require(found.first?.groups)
    #expect(found.map(\.attribute) == ["sex"] && groups.map(\.name) == ["f", "m"])
    for sex in [UInt16(0), 1] {
      let members = (0..<n).filter { sexes[$0] == sex }
      let flipped = members.filter {
        (probability(ages[$0], sex) >= 0.5) != (probability(ages[$0], 1 - sex) >= 0.5)
      }
      let group = groups[Int(sex)]
      #expect(group.rows == members.count && group.changed == flipped.count && !flipped.isEmpty)
      // Being a man only ever helps.
      #expect(sex == 0 ? group.lowered == 0 : group.raised == 0)
      #expect(sex == 0 ? group.meanChange > 0 : group.meanChange < 0)
    }
  }
}
