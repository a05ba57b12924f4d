import Datasets
import Essentials
import LinearAlgebra
import Models

/// How a model's score hangs on one column: partial dependence, by group.
///
/// PDP_g(v) is the mean score over the group's rows with the column set to v. The rows are a sample, so
/// that each mean has a half-width of 1.96·s/√n; where few rows have such values it is extrapolation.
public struct DependenceCurve: Sendable, Encodable {
  public enum Value: Sendable, Encodable {
    case number(Double)
    case level(String)

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let value): try container.encode(value)
      case .level(let name): try container.encode(name)
      }
    }
  }

  public var column: String
  public var kind: String
  public var values: [Value]
  /// By partition, group and value; nil where a group is withheld or has few rows in the sample.
  public var means: [[[Double]?]]
  public var band: [[[Double]?]]
  public var sparse: [Bool]
}

/// What decisions would be if an attribute had another value, and all else stayed.
public struct FlipTest: Sendable, Encodable {
  public struct Group: Sendable, Encodable {
    public var name: String
    /// Rows of the sample.
    public var rows: Int
    /// Of them, those whose decision changes with some other value; nil where it is not told.
    public var changed: Int?
    /// Those that would be selected, and those that would be no more.
    public var raised: Int?
    public var lowered: Int?
    /// Mean score with another value less the score.
    public var meanChange: Double

    enum CodingKeys: String, CodingKey {
      case name, rows, changed, raised, lowered
      case meanChange = "mean_change"
    }
  }

  public var attribute: String
  public var groups: [Group]
}

/// What can be asked of a model about changed rows.
public protocol Probing: Sendable {
  /// The dependence of every column.
  func dependence(
    _ table: ExploredTable, _ partitions: [Partition], least: Int
  ) throws -> [DependenceCurve]
  /// Flip tests of the attributes that are features of the model.
  func flips(_ partitions: [Partition], least: Int) throws -> [FlipTest]
}

/// Asks a fitted model about rows with one column changed.
public struct ModelProbe<Scalar: KernelScalar>: Probing {
  /// Rows of a sample that tell enough of means.
  public static var usualRows: Int { 4_000 }

  private let model: TrainedModel
  private let data: Dataset<Scalar>
  /// Of the sample, in the table.
  private let rows: [Int]
  private let threshold: Double
  private let pool: WorkerPool

  /// - Parameters:
  ///   - data: all rows, as the model's encoder encoded them.
  ///   - most: rows of an even sample.
  public init(
    _ model: TrainedModel, _ data: Dataset<Scalar>, threshold: Double, most: Int = usualRows,
    pool: WorkerPool = .default
  ) {
    self.model = model
    self.threshold = threshold
    self.pool = pool
    let step = max(1, (data.rows + most - 1) / most)
    rows = Array(stride(from: 0, to: data.rows, by: step))
    self.data = data.selecting(rows)
  }

  private func scores(_ features: DesignMatrix<Scalar>) throws -> [Double] {
    try model.evaluate(
      data.replacing(features: features), threshold: threshold, pool: pool
    ).scores
  }

  private func setting(number j: Int, to value: Double) -> DesignMatrix<Scalar> {
    let column = data.encoder.numeric[j], flagged = data.encoder.numeric.filter(\.hasMissing)
    let dense = Matrix(copying: data.features.dense)
    for i in 0..<dense.rows { dense[i, j] = Scalar((value - column.mean) * column.scale) }
    var categorical = data.features.categorical
    if let flag = flagged.firstIndex(where: { $0.name == column.name }) {
      let place = data.encoder.categorical.count + flag
      categorical[place] = CodeColumn(codes: Buffer(zeroed: rows.count), levels: 2)
    }
    return DesignMatrix(dense: dense, categorical: categorical)
  }

  private func setting(category c: Int, to level: Int) -> DesignMatrix<Scalar> {
    var categorical = data.features.categorical
    categorical[c] = CodeColumn(
      codes: Buffer([UInt16](repeating: UInt16(level), count: rows.count)),
      levels: categorical[c].levels)
    return DesignMatrix(dense: data.features.dense, categorical: categorical)
  }

  /// The dependence of every column.
  public func dependence(
    _ table: ExploredTable, _ partitions: [Partition], least: Int
  ) throws -> [DependenceCurve] {
    let cards = ColumnCards(table, [], least: least)
    let places = partitions.map { $0.places() }
    return try table.columns.compactMap { column in
      let card = cards.card(column)
      guard card.quantiles != nil || card.levels != nil else { return nil }
      let (values, settings, counts) = try self.settings(column, card)
      guard values.count > 1 else { return nil }
      var curve = DependenceCurve(
        column: column.name, kind: card.kind, values: values, means: [], band: [],
        sparse: counts.map { Double($0) < 0.01 * Double(table.rows) })
      let found = try settings.map { try scores($0) }
      for (partition, places) in zip(partitions, places) {
        let groups = partition.listed.indices.map { k -> ([Double], [Double])? in
          let members = rows.indices.filter { Int(places[rows[$0]]) == k }
          guard partition.withheld[k] == nil, members.count >= max(least, 2) else { return nil }
          return Self.means(found, members)
        }
        curve.means.append(groups.map { $0?.0 })
        curve.band.append(groups.map { $0?.1 })
      }
      return curve
    }
  }

  static func means(_ scores: [[Double]], _ members: [Int]) -> ([Double], [Double]) {
    let n = Double(members.count)
    let means = scores.map { scores in members.reduce(0) { $0 + scores[$1] } / n }
    let halves = zip(scores, means).map { scores, mean in
      let square = members.reduce(0) { $0 + (scores[$1] - mean) * (scores[$1] - mean) }
      return 1.959963984540054 * (square / (n - 1) / n).squareRoot()
    }
    return (means, halves)
  }

  /// The values of a column that are asked about, with how many rows lie near each.
  private func settings(
    _ column: ExploredColumn, _ card: ColumnCard
  ) throws -> ([DependenceCurve.Value], [DesignMatrix<Scalar>], [Int]) {
    switch column.values {
    case .numbers(let all):
      guard let j = data.encoder.numeric.firstIndex(where: { $0.name == column.name }) else {
        return ([], [], [])
      }
      let sorted = all.filter { !$0.isNaN }.sorted()
      let least = max(1, min(10, sorted.count / 20))
      var grid: [Double] = []
      for k in 0..<20 {
        let value = ColumnCards.quantile(sorted, Double(k) / 19, least: least)
        if value > grid.last ?? -.infinity { grid.append(value) }
      }
      let reach = (card.sd ?? 0) / 2
      let counts = grid.map { value in sorted.count { abs(Double($0) - value) <= reach } }
      return (grid.map { .number($0) }, grid.map { setting(number: j, to: $0) }, counts)
    case .levels(let codes, let names):
      guard let c = data.encoder.categorical.firstIndex(where: { $0.name == column.name }) else {
        return ([], [], [])
      }
      let shown = (card.levels ?? []).filter { $0 != ColumnCard.otherLevels }
      let places = shown.compactMap { data.encoder.categorical[c].levels.firstIndex(of: $0) }
      let counts = places.map { level in
        codes.count { $0 >= 0 && names[Int($0)] == data.encoder.categorical[c].levels[level] }
      }
      return (
        places.map { .level(data.encoder.categorical[c].levels[$0]) },
        places.map { setting(category: c, to: $0) }, counts
      )
    }
  }

  /// Flip tests of the attributes that are features of the model.
  public func flips(_ partitions: [Partition], least: Int) throws -> [FlipTest] {
    let own = try scores(data.features), cells = SmallCells(least: least)
    return try partitions.filter { $0.attributes.count == 1 }.compactMap { partition in
      guard let c = data.encoder.categorical.firstIndex(where: { $0.name == partition.name })
      else { return nil }
      let levels = data.encoder.categorical[c].levels
      let found = try levels.indices.map { try scores(setting(category: c, to: $0)) }
      let places = partition.places()
      return FlipTest(
        attribute: partition.name,
        groups: partition.listed.indices.compactMap { k in
          let members = rows.indices.filter { Int(places[rows[$0]]) == k }
          guard partition.withheld[k] == nil, cells.isTold(members.count), !members.isEmpty else {
            return nil
          }
          let others = levels.indices.filter { levels[$0] != partition.names[k] }
          guard !others.isEmpty else { return nil }
          return flipped(partition.names[k], members, own, others.map { found[$0] }, cells)
        })
    }
  }

  private func flipped(
    _ name: String, _ members: [Int], _ own: [Double], _ others: [[Double]], _ cells: SmallCells
  ) -> FlipTest.Group {
    var raised = 0, lowered = 0, change = 0.0
    for row in members {
      let isSelected = own[row] >= threshold
      let flips = others.contains { ($0[row] >= threshold) != isSelected }
      if flips && !isSelected { raised += 1 }
      if flips && isSelected { lowered += 1 }
      change += others.reduce(0) { $0 + $1[row] - own[row] } / Double(others.count)
    }
    func told(_ count: Int) -> Int? {
      cells.isTold(count) && cells.isTold(members.count - count) ? count : nil
    }
    return FlipTest.Group(
      name: name, rows: members.count,
      changed: told(raised) == nil || told(lowered) == nil ? nil : told(raised + lowered),
      raised: told(raised), lowered: told(lowered), meanChange: change / Double(members.count))
  }
}
