import Datasets
import Foundation
import LinearAlgebra
import Models
import Optimization
import TestSupport
import Testing

/// Rows with numbers, two categories, two attributes and weights.
private struct PrototypeData<Scalar: KernelScalar> {
  let features: DesignMatrix<Scalar>
  let labels: Buffer<UInt8>
  let attributes: [GroupIndex]
  let weights: [Double]

  init(rows n: Int, seed: UInt64, order: [Int]? = nil) {
    var random = SeededGenerator(seed: seed)
    var x: [[Scalar]] = [], a: [UInt16] = [], b: [UInt16] = []
    var y: [UInt8] = [], s: [String] = [], r: [String] = [], w: [Double] = []
    for _ in 0..<n {
      let row = (0..<3).map { _ in Double.random(in: -1.5...1.5, using: &random) }
      let group = Int.random(in: 0..<3, using: &random)
      x.append(row.map { Scalar($0 + 0.4 * Double(group)) })
      a.append(UInt16.random(in: 0..<3, using: &random))
      b.append(UInt16.random(in: 0..<2, using: &random))
      y.append(row[0] + 0.3 * Double(a.last!) > 0.4 ? 1 : 0)
      s.append("s\(Int.random(in: 0..<2, using: &random))")
      r.append("r\(group)")
      w.append(Double(Int.random(in: 0...2, using: &random)))
    }
    let rows = order ?? Array(0..<n)
    features = DesignMatrix(
      dense: Matrix(rows.map { x[$0] }),
      categorical: [
        CodeColumn(codes: Buffer(rows.map { a[$0] }), levels: 3),
        CodeColumn(codes: Buffer(rows.map { b[$0] }), levels: 2),
      ])
    labels = Buffer(rows.map { y[$0] })
    attributes = [
      GroupIndex(attribute: "s", values: rows.map { s[$0] }),
      GroupIndex(attribute: "r", values: rows.map { r[$0] }),
    ]
    weights = rows.map { w[$0] }
  }

  func objective(
    _ distance: PrototypeDistance, weighted: Bool = true, prototypes: Int = 4,
    pool: WorkerPool = .default
  ) -> PrototypeObjective<Scalar> {
    PrototypeObjective(
      features, labels: labels, attributes: attributes,
      sampleWeights: weighted ? weights : nil, prototypes: prototypes, distance: distance,
      factors: PrototypeFactors(reconstruction: 0.2, target: 1, fairness: 3), pool: pool)
  }
}

@Suite struct PrototypeTests {
  /// The objective by its definition, row by row.
  private func plain(
    _ data: PrototypeData<Double>, _ map: PrototypeMap, smoothing: Double
  ) -> Double {
    let d = map.columns, k = map.count, n = data.labels.count
    let total = data.weights.reduce(0, +)
    var rebuilt = 0.0, target = 0.0
    var means = data.attributes.map {
      Array(repeating: [Double](repeating: 0, count: k), count: $0.count)
    }
    var weights = data.attributes.map { [Double](repeating: 0, count: $0.count) }
    for i in 0..<n {
      let x = data.features.expandedRow(i), s = data.weights[i]
      var m = (0..<k).map { c -> Double in
        let square = (0..<d).reduce(0.0) {
          let gap = x[$1] - map.prototypes[c * d + $1]
          return $0 + map.scales[$1] * gap * gap
        }
        return exp(-(map.distance == .squared ? square : square.squareRoot()))
      }
      let sum = m.reduce(0, +)
      m = m.map { $0 / sum }
      for j in 0..<d {
        let back = (0..<k).reduce(0.0) { $0 + m[$1] * map.prototypes[$1 * d + j] }
        rebuilt += s * (x[j] - back) * (x[j] - back)
      }
      let p = zip(m, map.targets).reduce(0) { $0 + $1.0 * $1.1 }
      target -= s * (data.labels[i] == 1 ? log(p) : log(1 - p))
      for (a, attribute) in data.attributes.enumerated() {
        weights[a][attribute[i]] += s
        for c in 0..<k { means[a][attribute[i]][c] += s * m[c] }
      }
    }
    var fairness = 0.0, pairs = 0
    for a in means.indices {
      for g in means[a].indices {
        for h in 0..<g {
          pairs += 1
          for c in 0..<k {
            let u = means[a][g][c] / weights[a][g] - means[a][h][c] / weights[a][h]
            fairness += (u * u + smoothing * smoothing).squareRoot() - smoothing
          }
        }
      }
    }
    return 0.2 * rebuilt / total + target / total + 3 * fairness / Double(pairs * k)
  }

  @Test(arguments: PrototypeDistance.allCases)
  func theObjectiveIsItsDefinition(distance: PrototypeDistance) {
    let data = PrototypeData<Double>(rows: 300, seed: 3)
    let objective = data.objective(distance)
    let theta = objective.start(seed: 5)
    var gradient: [Double] = []
    let value = objective.evaluate(at: theta, gradient: &gradient)
    let expected = plain(data, objective.map(at: theta), smoothing: 1e-3)
    #expect(abs(value - expected) < 1e-10 * expected)
  }

  @Test(arguments: PrototypeDistance.allCases)
  func theGradientIsThatOfFiniteDifferences(distance: PrototypeDistance) {
    let data = PrototypeData<Double>(rows: 120, seed: 7)
    let objective = data.objective(distance)
    var theta = objective.start(seed: 2)
    let split = objective.prototypes * objective.columns
    for j in 0..<objective.columns { theta[split + j] *= 0.7 + 0.1 * Double(j) }
    var gradient: [Double] = [], unused: [Double] = []
    _ = objective.evaluate(at: theta, gradient: &gradient)
    let step = 1e-5
    for j in theta.indices {
      var up = theta, down = theta
      up[j] += step
      down[j] -= step
      let slope =
        (objective.evaluate(at: up, gradient: &unused)
          - objective.evaluate(at: down, gradient: &unused)) / (2 * step)
      #expect(abs(slope - gradient[j]) < 2e-7, "coordinate \(j): \(slope) and \(gradient[j])")
    }
  }

  @Test(arguments: PrototypeDistance.allCases)
  func weightsAreRepetitions(distance: PrototypeDistance) {
    let data = PrototypeData<Double>(rows: 200, seed: 9)
    let order = data.weights.indices.flatMap {
      Array(repeating: $0, count: Int(data.weights[$0]))
    }
    let spelled = PrototypeData<Double>(rows: 200, seed: 9, order: order)
    let one = data.objective(distance), other = spelled.objective(distance, weighted: false)
    let theta = one.start(seed: 4), start = other.start(seed: 4)
    for (a, b) in zip(theta, start) { #expect(abs(a - b) < 1e-12) }
    var g: [Double] = [], h: [Double] = []
    let value = one.evaluate(at: theta, gradient: &g)
    #expect(abs(value - other.evaluate(at: theta, gradient: &h)) < 1e-12)
    for (a, b) in zip(g, h) { #expect(abs(a - b) < 1e-12) }
  }

  @Test(arguments: PrototypeDistance.allCases)
  func threadsChangeNoBit(distance: PrototypeDistance) {
    let data = PrototypeData<Float>(rows: 20_000, seed: 1)
    let results = [1, 2, 4].map { threads in
      let objective = data.objective(distance, pool: WorkerPool(threads: threads))
      var gradient: [Double] = []
      let value = objective.evaluate(at: objective.start(seed: 1), gradient: &gradient)
      return [value] + gradient
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test(arguments: PrototypeDistance.allCases)
  func aFitLowersEveryTermThatCounts(distance: PrototypeDistance) {
    let data = PrototypeData<Double>(rows: 400, seed: 12)
    let objective = data.objective(distance)
    let start = objective.start(seed: 0)
    var gradient: [Double] = []
    let before = objective.evaluate(at: start, gradient: &gradient)
    let minimum = LBFGS().minimizeFirstOrder(
      objective, from: start, rule: StoppingRule(relativeGap: 1e-8, iterationLimit: 2_000))
    #expect(minimum.value < 0.8 * before)
    #expect(minimum.gradient.maximumNorm < 0.03)
    let map = objective.map(at: minimum.point)
    let members = map.memberships(data.features)
    for i in 0..<members.rows {
      #expect(abs((0..<4).reduce(0) { $0 + members[i, $1] } - 1) < 1e-12)
    }
    #expect(map.targets.allSatisfy { (0...1).contains($0) })
    let stored = try? JSONDecoder().decode(
      PrototypeMap.self, from: try JSONEncoder().encode(map))
    #expect(stored == map)
  }
}
