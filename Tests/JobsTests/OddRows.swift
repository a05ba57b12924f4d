import Datasets
import LinearAlgebra

/// Rows that nobody hopes for.
struct OddRows: Sendable, CustomStringConvertible {
  var description: String
  var groups: [Int]
  var labels: [UInt8]
  var weights: [Double]?
  /// Names of groups; some may have no rows.
  var names: Int

  static let count = 120

  private init(
    _ description: String, groups: Int, of names: Int? = nil,
    group: (Int) -> Int? = { _ in nil },
    label: (_ row: Int, _ group: Int) -> Int? = { _, _ in nil },
    weight: ((_ row: Int, _ group: Int) -> Double)? = nil
  ) {
    self.description = description
    var random = CounterRandom(seed: 8, stream: 1)
    let drawn = (0..<Self.count).map { row in
      group(row) ?? Int(random.uniform() * Double(groups))
    }
    self.groups = drawn
    labels = drawn.indices.map { row in
      UInt8(
        label(row, drawn[row]) ?? (random.uniform() < 0.3 + 0.4 * Double(drawn[row] % 2) ? 1 : 0))
    }
    weights = weight.map { weight in drawn.indices.map { weight($0, drawn[$0]) } }
    self.names = names ?? groups
  }

  static let all: [OddRows] =
    [1, 2, 3, 5, 40].map { OddRows("\($0) groups", groups: $0) } + [
      OddRows("a group of one label", groups: 3, label: { $1 == 2 ? 0 : nil }),
      OddRows("a group of the other label", groups: 2, label: { $1 == 0 ? 1 : nil }),
      OddRows("groups that are the labels", groups: 2, label: { $1 }),
      OddRows("a group of one row", groups: 3, group: { $0 == 17 ? 2 : $0 % 2 }),
      OddRows("a group of no rows", groups: 2, of: 3),
      OddRows("a group without weight", groups: 3, weight: { $1 == 1 ? 0 : 1 }),
      OddRows("a cell without weight", groups: 2, weight: { $0 % 2 == 0 && $1 == 1 ? 0 : 2 }),
      OddRows(
        "weights of two rows", groups: 2, group: { $0 % 2 }, label: { row, _ in row == 4 ? 0 : 1 },
        weight: { row, _ in row == 4 || row == 9 ? 1 : 0 }),
      OddRows(
        "weights of every size", groups: 2, weight: { row, _ in row % 2 == 0 ? 1e30 : 1e-30 }),
      OddRows("weights of zero", groups: 2, weight: { _, _ in 0 }),
      OddRows("one label", groups: 2, label: { _, _ in 1 }),
    ]

  func data<Scalar: KernelScalar>(as type: Scalar.Type = Scalar.self) -> Dataset<Scalar> {
    var random = CounterRandom(seed: 3, stream: 2)
    let x = Matrix<Scalar>(rows: Self.count, columns: 2)
    for i in 0..<Self.count {
      for j in 0..<2 { x[i, j] = Scalar(random.normal() + Double(labels[i])) }
    }
    return Dataset(
      source: "odd", encoder: FeatureEncoder(numeric: [.init(name: "a"), .init(name: "b")]),
      features: DesignMatrix(
        dense: x,
        categorical: [CodeColumn(codes: Buffer((0..<Self.count).map { UInt16($0 % 3) }), levels: 4)]
      ),
      labels: Buffer(labels), sampleWeights: weights,
      attributes: [
        GroupIndex(
          attribute: "g", codes: Buffer(groups.map { UInt16($0) }),
          names: (0..<names).map { "g\($0)" })
      ])
  }
}
