import Datasets
import LinearAlgebra
import Mitigation
import Models
import Testing

/// Rows with numbers to predict that lean on the group, in units of their own.
private func wages(
  _ count: Int, unit: Double = 1, origin: Double = 0, categories: Bool = false
) -> Dataset<Double> {
  var random = CounterRandom(seed: 5, stream: 0)
  let x = Matrix<Double>(rows: count, columns: 3)
  let codes = Buffer<UInt16>(zeroed: count)
  var member = [UInt16](repeating: 0, count: count), target = [Double](repeating: 0, count: count)
  for i in 0..<count {
    member[i] = random.uniform() < 0.4 ? 1 : 0
    for j in 0..<3 { x[i, j] = random.normal() + (j == 0 ? Double(member[i]) : 0) }
    codes[i] = UInt16(random.uniform() * 3)
    let score = x[i, 0] + x[i, 1] + (categories ? Double(codes[i]) : 0) + 0.5 * random.normal()
    target[i] = origin + unit * score
  }
  let category = FeatureEncoder.Categorical(name: "job", levels: ["a", "b", "c"])
  return Dataset(
    source: "memory",
    encoder: FeatureEncoder(
      numeric: (0..<3).map { .init(name: "x\($0)") }, categorical: categories ? [category] : [],
      options: DataOptions(target: "wage", sensitive: ["group"])),
    features: DesignMatrix(
      dense: x,
      categorical: categories ? [CodeColumn(codes: codes, levels: category.codeCount)] : []),
    labels: nil,
    attributes: [GroupIndex(attribute: "group", codes: Buffer(member), names: ["a", "b"])],
    columns: ["wage": target])
}

private func fitted(
  _ data: Dataset<Double>, _ options: [String: String] = [:]
) throws -> TrainedModel {
  let usual = ["epochs": "15", "hidden": "8", "learning_rate": "0.01", "batch_size": "256"]
  return try Adversarial.fit(
    data,
    FitRequest(
      options: try MethodOptions(
        usual.merging(options) { $1 }, of: Adversarial.self),
      pool: WorkerPool(threads: 2)))
}

private func numbers(_ model: TrainedModel, _ data: Dataset<Double>) throws -> [Double] {
  try model.predictor.scores(data, pool: .default)
}

/// c of the least-squares line a + b·y + c·[group = b] through the predictions: how far apart groups
/// with the same number lie.
private func gapGivenTarget(_ values: [Double], _ data: Dataset<Double>) -> Double {
  let y = data.targets!, n = Double(y.count)
  let member = y.indices.map { Double(data.attributes[0][$0]) }
  func covariance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / n - a.reduce(0, +) / n * (b.reduce(0, +) / n)
  }
  let both = covariance(y, member), own = covariance(y, y)
  return abs(covariance(values, member) * own - covariance(values, y) * both)
    / (own * covariance(member, member) - both * both)
}

private func gap(_ values: [Double], _ data: Dataset<Double>) -> Double {
  var sums = [0.0, 0.0], counts = [0.0, 0.0]
  for (i, value) in values.enumerated() {
    sums[data.attributes[0][i]] += value
    counts[data.attributes[0][i]] += 1
  }
  return abs(sums[1] / counts[1] - sums[0] / counts[0])
}

@Suite struct AdversarialNumbersTests {
  @Test(arguments: ["demographic_parity", "equalized_odds"])
  func theDialNarrowsTheGapOfNumbers(constraint: String) throws {
    let data = wages(4_000)
    let plain = try fitted(data, ["strength": "0", "constraint": constraint])
    let even = try fitted(data, ["strength": "20", "constraint": constraint])
    let before = try numbers(plain, data), after = try numbers(even, data)
    #expect(plain.predictor.predictsNumbers)
    let rest = zip(before, data.targets!).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    #expect(rest / 4_000 < 0.4, "the noise has variance ¼")
    let gap = constraint == "equalized_odds" ? gapGivenTarget : gap
    #expect(gap(after, data) < 0.5 * gap(before, data))
  }

  /// Predictions follow the target's unit and origin, with hidden units and without.
  @Test(arguments: ["8", "0"])
  func unitsDoNotMatter(hidden: String) throws {
    let options = ["hidden": hidden, "strength": "3"]
    let plain = wages(1_500, categories: true)
    let other = wages(1_500, unit: 4_096, origin: 65_536, categories: true)
    let expected = try fitted(plain, options), found = try fitted(other, options)
    let values = try numbers(expected, plain)
    for (one, two) in zip(values, try numbers(found, other)) {
      #expect(abs(two - (65_536 + 4_096 * one)) < 1e-4)
    }
    let loss = expected.report.objective ?? 0
    #expect(abs((found.report.objective ?? 0) / (4_096 * 4_096) - loss) < 1e-6)
  }

  @Test func aTargetGapIsMetInStandardDeviations() throws {
    let data = wages(4_000, unit: 1_000)
    let model = try fitted(data, ["target_gap": "0.1", "epochs": "30"])
    let mean = data.targets!.reduce(0, +) / 4_000
    let deviation =
      (data.targets!.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4_000).squareRoot()
    #expect(gap(try numbers(model, data), data) < 0.12 * deviation)
  }

  @Test func whatNumbersDoNotHaveIsRefused() throws {
    let data = wages(500)
    #expect(throws: DataError.self) { try fitted(data, ["constraint": "equal_opportunity"]) }
    let constant = Dataset(
      source: "memory", encoder: data.encoder, features: data.features, labels: nil,
      attributes: data.attributes, columns: ["wage": [Double](repeating: 2, count: 500)])
    #expect(throws: DataError.constantTarget(file: "memory", column: "wage", value: "2.0")) {
      try constant.requireVaryingTargets()
    }
  }

  /// What 32-bit numbers cannot hold is refused with its row, and what they can is learnt.
  @Test func targetsOfAnySizeAreLearntOrRefused() throws {
    let data = wages(500)
    func scaled(_ unit: Double, weights: [Double]? = nil) -> Dataset<Double> {
      Dataset(
        source: "memory", encoder: data.encoder, features: data.features, labels: nil,
        sampleWeights: weights, attributes: data.attributes,
        columns: ["wage": data.targets!.map { $0 * unit }])
    }
    for unit in [1e200, 1e-200] {
      #expect(throws: DataError.self) { try fitted(scaled(unit), ["epochs": "2"]) }
    }
    // Rows of next to no weight, whose squares vanish.
    let faint = [1.0] + [Double](repeating: NumberRange.weights.lowerBound, count: 499)
    for rows in [scaled(1e20), scaled(1e-20), scaled(1, weights: faint)] {
      try rows.requireVaryingTargets()
      let model = try fitted(rows, ["epochs": "2"])
      #expect(try numbers(model, rows).allSatisfy(\.isFinite))
    }
  }
}
