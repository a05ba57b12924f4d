import Datasets
import LinearAlgebra
import Mitigation
import Models
import TestSupport

/// Rows from plain arrays, as a preprocessor sees them.
struct PreparedRows {
  var x: [[Double]]
  /// Levels of the categorical columns, shape `(n, columns)`.
  var c: [[Int]] = []
  var levels: [Int] = []
  var labels: [Int]
  /// By attribute, shape `(attributes, n)`.
  var groups: [[String]]
  var controls: [[String]] = []
  var continuous: [[Double]] = []
  var weights: [Double]?

  var count: Int { x.count }

  /// The rows in another order, or chosen several times or not at all.
  func taking(_ order: [Int]) -> PreparedRows {
    var rows = self
    rows.x = order.map { x[$0] }
    rows.c = c.isEmpty ? [] : order.map { c[$0] }
    rows.labels = order.map { labels[$0] }
    rows.groups = groups.map { column in order.map { column[$0] } }
    rows.controls = controls.map { column in order.map { column[$0] } }
    rows.continuous = continuous.map { column in order.map { column[$0] } }
    rows.weights = weights.map { weights in order.map { weights[$0] } }
    return rows
  }

  func data<Scalar: KernelScalar>(as type: Scalar.Type = Scalar.self) -> Dataset<Scalar> {
    let names = continuous.indices.map { "s\($0)" }
    let encoder = FeatureEncoder(
      numeric: (0..<(x.first?.count ?? 0)).map { .init(name: "x\($0)") },
      categorical: levels.enumerated().map { k, count in
        .init(name: "c\(k)", levels: (0..<count).map { "l\($0)" })
      }, label: "y", positive: "1", negative: "0",
      options: DataOptions(
        label: "y", sensitive: groups.indices.map { "g\($0)" }, continuous: names))
    return Dataset(
      source: "rows", encoder: encoder,
      features: DesignMatrix(
        dense: Matrix(x.map { $0.map { Scalar($0) } }),
        categorical: levels.enumerated().map { k, count in
          CodeColumn(codes: Buffer(c.map { UInt16($0[k]) }), levels: count + 1)
        }),
      labels: Buffer(labels.map { UInt8($0) }), sampleWeights: weights,
      attributes: groups.enumerated().map { GroupIndex(attribute: "g\($0)", values: $1) },
      controls: controls.enumerated().map { GroupIndex(attribute: "s\($0)", values: $1) },
      columns: Dictionary(uniqueKeysWithValues: zip(names, continuous)))
  }

  /// Random rows whose columns, categories and labels go with the groups.
  static func random(
    _ n: Int, groups k: Int, seed: UInt64, columns d: Int = 3, categories: [Int] = [3],
    weighted: Bool = false, attributes: Int = 1, continuous: Int = 0
  ) -> PreparedRows {
    var random = SeededGenerator(seed: seed)
    func uniform() -> Double { Double.random(in: 0..<1, using: &random) }
    var rows = PreparedRows(
      x: [], levels: categories, labels: [], groups: Array(repeating: [], count: attributes),
      continuous: Array(repeating: [], count: continuous))
    for _ in 0..<n {
      let own = (0..<attributes).map { _ in Int(uniform() * uniform() * Double(k)) }
      for (a, g) in own.enumerated() { rows.groups[a].append("v\(g)") }
      let shift = Double(own[0])
      for s in 0..<continuous { rows.continuous[s].append(3 * uniform() + 0.3 * shift + 50) }
      let extra = continuous > 0 ? rows.continuous[0].last! - 50 : 0
      rows.x.append(
        (0..<d).map { j in
          (j % 2 == 0 ? uniform() * 2 : (uniform() * 4).rounded()) + 0.4 * shift + 0.7 * extra
        })
      rows.c.append(
        categories.map { levels in
          min(levels - 1, Int(uniform() * Double(levels) * (0.6 + 0.2 * shift)))
        })
      rows.labels.append(uniform() + 0.2 * rows.x.last![0] - 0.15 * shift > 0.6 ? 1 : 0)
    }
    if weighted {
      rows.weights = (0..<n).map { _ in Double(Int(uniform() * 4)) }
    }
    return rows
  }
}

func preprocessing(
  _ method: any Preprocessor.Type, _ given: [String: String] = [:], seed: UInt64 = 7,
  pool: WorkerPool = .default
) throws -> FitRequest {
  FitRequest(
    options: try MethodOptions(given, from: method.options, of: method.name), seed: seed,
    pool: pool)
}

/// The rows that a method leaves of those it is fitted to.
func prepared<Scalar: KernelScalar>(
  _ method: any Preprocessor.Type, _ data: Dataset<Scalar>, _ given: [String: String] = [:],
  seed: UInt64 = 7, pool: WorkerPool = .default
) throws -> Dataset<Scalar> {
  let fit = try method.fit(data, try preprocessing(method, given, seed: seed, pool: pool))
  return try fit.transform.training(data, pool: pool)
}

extension Dataset {
  /// Every row in full: features, label, weight and groups.
  var spelledOut: [[Double]] {
    (0..<rows).map { i in
      features.expandedRow(i) + [Double(labels?[i] ?? 0), sampleWeights?[i] ?? 1]
        + attributes.map { Double($0[i]) }
    }
  }

  /// The same in an order that does not depend on that of the rows.
  var sortedRows: [[Double]] { spelledOut.sorted { $0.lexicographicallyPrecedes($1) } }

  /// The weight of each cell 2·group + label of the joint groups.
  var cellWeights: [Double] {
    let joint = GroupIndex.cross(attributes)
    var sums = [Double](repeating: 0, count: 2 * joint.count)
    for i in 0..<rows { sums[2 * joint[i] + Int(labels![i])] += sampleWeights?[i] ?? 1 }
    return sums
  }
}
