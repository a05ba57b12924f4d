import Datasets
import LinearAlgebra
import RowSums

/// The rows of a part as they were read, of either storage type.
protocol OpenPart: Sendable {
  var rows: Int { get }
  var sizes: [Double] { get }
  func moments(center: [Double]) throws -> [Double]
  func packed(_ plan: PartPlan, pool: WorkerPool) throws -> any PackedPart
}

/// The rows of a part encoded, with their groups.
protocol PackedPart: Sendable {
  var rows: Int { get }
  /// Σ w of each (combination of groups, label), then how many rows it has.
  var cellSums: [Double] { get }
  /// - Parameter kept: the (combination, label) of each cell.
  func source(kept: [Int], partition: Int, pool: WorkerPool) throws -> any RowSource
}

extension TablePart: OpenPart {
  func packed(_ plan: PartPlan, pool: WorkerPool) throws -> any PackedPart {
    let data = try encoded(by: plan, pool: pool)
    return GroupedPart(data, cells: try GroupedPart<Scalar>.cells(data, plan.groups))
  }

  /// The encoded rows that take part in a fit.
  func encoded(by plan: PartPlan, pool: WorkerPool) throws -> Dataset<Scalar> {
    var data = encoded(by: plan.encoder)
    if plan.leavesOutUnknown, data.hasUnknown || data.knownRows.count < data.rows {
      data = data.selecting(data.knownRows)
    }
    try data.requireNumberRanges()
    try data.requireFeatureRange(pool: pool)
    return data
  }
}

/// A part without rows.
struct EmptyPart<Scalar: KernelScalar>: OpenPart {
  let numbers: Int

  var rows: Int { 0 }
  var sizes: [Double] { [Double](repeating: -.infinity, count: numbers + 1) }

  func moments(center: [Double]) -> [Double] { [Double](repeating: 0, count: 3 * numbers + 1) }

  func packed(_ plan: PartPlan, pool: WorkerPool) throws -> any PackedPart {
    let groups = plan.groups.map { names in
      GroupIndex(attribute: "", codes: Buffer(zeroed: 0), names: names)
    }
    let features = DesignMatrix<Scalar>(
      dense: Matrix(rows: 0, columns: plan.encoder.numeric.count),
      categorical: plan.encoder.levelCounts.map {
        CodeColumn(codes: Buffer(zeroed: 0), levels: $0)
      })
    let data = Dataset(
      source: "", encoder: plan.encoder, features: features, labels: Buffer(zeroed: 0),
      attributes: groups)
    return GroupedPart(data, cells: try GroupedPart<Scalar>.cells(data, plan.groups))
  }
}

/// Encoded rows, each with its combination of groups and its label.
struct GroupedPart<Scalar: KernelScalar>: PackedPart {
  private let data: Dataset<Scalar>
  /// 2·combination + label of each row.
  private let cells: [Int]
  let cellSums: [Double]

  var rows: Int { data.rows }

  init(_ data: Dataset<Scalar>, cells: (codes: [Int], count: Int)) {
    self.data = data
    self.cells = cells.codes
    var tally = CellTally(cells: cells.count)
    tally.add(cells.codes, data.sampleWeights)
    cellSums = tally.sums
  }

  /// - Parameter groups: of each attribute, in the order that codes them.
  static func cells(
    _ data: Dataset<Scalar>, _ groups: [[String]]
  ) throws -> (codes: [Int], count: Int) {
    guard groups.count == data.attributes.count else {
      throw RoundFault("\(groups.count) attributes where the rows have \(data.attributes.count)")
    }
    guard let labels = data.labels else { throw RoundFault("the rows have no labels") }
    var codes = [Int](repeating: 0, count: data.rows)
    for (attribute, names) in zip(data.attributes, groups) {
      let position = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
      let map = attribute.names.map { position[$0] }
      for i in 0..<data.rows {
        guard let group = map[attribute[i]] else {
          throw RoundFault(
            "row \(data.line(ofRow: i)): nobody told of the group "
              + "'\(attribute.names[attribute[i]])' of '\(attribute.attribute)'")
        }
        codes[i] = codes[i] * names.count + group
      }
    }
    for i in 0..<data.rows { codes[i] = 2 * codes[i] + Int(labels[i]) }
    return (codes, 2 * groups.reduce(1) { $0 * $1.count })
  }

  func source(kept: [Int], partition: Int, pool: WorkerPool) throws -> any RowSource {
    let position = try CellPlaces.of(kept, among: cellSums.count / 2)
    let codes = Buffer<UInt16>(uninitialized: rows)
    var weights = [Double](repeating: 0, count: kept.count)
    for (i, cell) in cells.enumerated() {
      guard let place = position[cell] else { throw RoundFault("rows of a cell left out") }
      codes[i] = place
      weights[Int(place)] += data.sampleWeights?[i] ?? 1
    }
    return LocalRows(
      ScoreRows(
        features: data.features, cells: codes, cellCount: kept.count,
        labels: kept.map { Double($0 & 1) }, cellWeights: weights,
        sampleWeights: data.sampleWeights.map(Buffer.init(narrowing:))),
      partition: partition, pool: pool)
  }
}

/// The places of cells among those that have rows.
enum CellPlaces {
  /// - Parameter kept: the (combination, label) of each cell.
  /// - Returns: by (combination, label); nil for what is no cell.
  static func of(_ kept: [Int], among count: Int) throws(RoundFault) -> [UInt16?] {
    var position = [UInt16?](repeating: nil, count: count)
    for (cell, code) in kept.enumerated() {
      guard position.indices.contains(code), cell < Int(UInt16.max) else {
        throw RoundFault("cells that do not exist")
      }
      position[code] = UInt16(cell)
    }
    return position
  }
}
