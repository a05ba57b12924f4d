import Auditing
import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Jobs
import Testing

/// Rows with a number to predict that leans on the group.
private func wages(_ count: Int) -> Dataset<Double> {
  var random = CounterRandom(seed: 6, stream: 0)
  let x = Matrix<Double>(rows: count, columns: 2)
  var member = [UInt16](repeating: 0, count: count), target = [Double](repeating: 0, count: count)
  for i in 0..<count {
    member[i] = random.uniform() < 0.4 ? 1 : 0
    for j in 0..<2 { x[i, j] = random.normal() + Double(member[i]) }
    target[i] = 1_000 + 100 * (x[i, 0] + x[i, 1] + 0.5 * random.normal())
  }
  return Dataset(
    source: "memory",
    encoder: FeatureEncoder(
      numeric: [.init(name: "a"), .init(name: "b")],
      options: DataOptions(target: "wage", sensitive: ["group"])),
    features: DesignMatrix(dense: x), labels: nil,
    attributes: [GroupIndex(attribute: "group", codes: Buffer(member), names: ["f", "m"])],
    columns: ["wage": target])
}

@Suite struct NumberRunTests {
  @Test func aRunTellsTheErrorsOfNumbers() throws {
    let data = wages(2_000)
    let run = try Experiment(train: data, test: nil).run(
      Adversarial.self, options: ["epochs": "5", "hidden": "8"])
    let found = run.document.train
    let values = try run.model.predictor.scores(data, pool: .default)
    let square =
      zip(values, data.targets!).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2_000
    #expect(abs(found[.meanSquaredError].value! / square - 1) < 1e-9)
    let means = (0..<2).map { group in
      let own = values.indices.filter { data.attributes[0][$0] == group }.map { values[$0] }
      return own.reduce(0, +) / Double(own.count)
    }
    let estimate = found[.meanPrediction.difference], gap = try #require(estimate.value)
    #expect(abs(gap - abs(means[1] - means[0])) < 1e-6)
    #expect(found[.accuracy].value == nil && found[.accuracy].reason != nil)
    let band = try #require(FitInterval(estimate))
    #expect(band.low < gap && gap < band.high)
  }

  @Test func methodsOfClassesRefuseNumbers() throws {
    let experiment = Experiment(train: wages(500), test: nil)
    #expect(throws: DataError.self) { try experiment.run(Logistic.self) }
    #expect(throws: DataError.self) { try experiment.run(Penalized.self) }
  }
}
