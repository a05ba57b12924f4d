import Datasets
import LinearAlgebra

/// A part of the rows by one condition or two, with what each model decides there.
public struct ExploredSlice: Sendable, Encodable {
  /// Column and value.
  public var conditions: [[String]]
  public var rows: Int
  public var positives: Int?
  /// Of the rows and of the positives; nil where rows have no weights.
  public var weight: Double?
  public var positiveWeight: Double?
  /// In the order of the models; nil where counts are not told.
  var models: [StatedCounts.Counts?]

  enum CodingKeys: String, CodingKey {
    case conditions, rows, positives, weight, models
    case positiveWeight = "positive_weight"
  }
}

/// All slices to depth two, over attributes and over columns in few parts.
struct SliceSearch: Sendable {
  /// A column in parts that people can read.
  struct Divided: Sendable {
    var name: String
    var values: [String]
    /// −1 for none.
    var codes: [Int32]
  }

  /// Columns of more levels are not sliced by.
  static let mostLevels = 12
  static let mostSlices = 1_000
  /// Slices of a smaller share of the rows say little.
  static let leastShare = 0.005

  let table: ExploredTable
  let models: [ExploredModel]
  let least: Int
  private let divided: [Divided]

  init(_ table: ExploredTable, _ models: [ExploredModel], _ partitions: [Partition], least: Int) {
    self.table = table
    self.models = models
    self.least = least
    let single = partitions.filter { $0.attributes.count == 1 }
    let names = Set(single.map(\.name))
    divided =
      single.map { Divided(name: $0.name, values: $0.names, codes: $0.places()) }
      + table.columns.filter { !names.contains($0.name) }.compactMap { Self.divided($0, least) }
  }

  /// The largest slices first.
  func all(pool: WorkerPool) -> [ExploredSlice] {
    var asked = divided.map { [$0] }
    for (place, first) in divided.enumerated() {
      asked += divided.dropFirst(place + 1).map { [first, $0] }
    }
    let parts = asked
    let found = pool.map(parts.count) { slices(parts[$0]) }.flatMap { $0 }
    let enough = Int(Self.leastShare * Double(table.rows))
    return Array(
      found.enumerated().filter { $0.element.rows >= enough }
        .sorted { ($0.element.rows, -$0.offset) > ($1.element.rows, -$1.offset) }
        .prefix(Self.mostSlices).map(\.element))
  }

  private static func divided(_ column: ExploredColumn, _ least: Int) -> Divided? {
    switch column.values {
    case .levels(let codes, let names):
      guard (2...mostLevels).contains(names.count) else { return nil }
      return Divided(name: column.name, values: names, codes: codes)
    case .numbers(let values):
      let sorted = values.filter { !$0.isNaN }.sorted()
      guard sorted.count >= 4 else { return nil }
      var edges: [Double] = []
      for share in [0.25, 0.5, 0.75] {
        let edge = ColumnCards.quantile(sorted, share, least: least)
        if edge > edges.last ?? Double(sorted[0]) { edges.append(edge) }
      }
      guard !edges.isEmpty else { return nil }
      let names = Self.intervals(edges)
      return Divided(
        name: column.name, values: names,
        codes: values.map { value in
          value.isNaN ? -1 : Int32(edges.count { $0 <= Double(value) })
        })
    }
  }

  /// `< 30`, `30 – 40` for 30 ≤ x < 40, `≥ 40`.
  private static func intervals(_ edges: [Double]) -> [String] {
    let texts = edges.map { ColumnCards.text($0) }
    let inner = zip(texts, texts.dropFirst()).map { "\($0) – \($1)" }
    return ["< " + texts[0]] + inner + ["≥ " + texts[texts.count - 1]]
  }

  private func slices(_ parts: [Divided]) -> [ExploredSlice] {
    let count = parts.reduce(1) { $0 * $1.values.count }
    let last = parts[parts.count - 1]
    let places = (0..<table.rows).map { row -> Int32 in
      let first = parts[0].codes[row], second = last.codes[row]
      if first < 0 || second < 0 { return -1 }
      return parts.count == 1 ? first : first * Int32(last.values.count) + second
    }
    let tallies =
      models.isEmpty
      ? [DecisionTally(ExploredModel.nobody(table.rows), table, places: places, groups: count)]
      : models.map { DecisionTally($0, table, places: places, groups: count) }
    let counted = tallies[0].cells.map { [$0.reduce(0, +), $0[0] + $0[1], $0[2] + $0[3]] }
    let lines = parts.count == 1 ? [] : Self.lines(parts[0].values.count, last.values.count)
    let cells = SmallCells(least: least)
    let withheld = cells.withheld(
      table.labels == nil ? counted.map { [$0[0]] } : counted, lines: lines)
    let byModel =
      models.isEmpty
      ? []
      : tallies.map { tally in
        cells.withheld(tally.cells, lines: lines, already: withheld)
      }
    return (0..<count).filter { !withheld[$0] && counted[$0][0] > 0 }.map { cell in
      ExploredSlice(
        conditions: conditions(parts, cell), rows: counted[cell][0],
        positives: table.labels == nil ? nil : counted[cell][1],
        weight: table.weights == nil ? nil : tallies[0].weights[cell].reduce(0, +),
        positiveWeight: table.weights == nil || table.labels == nil
          ? nil : tallies[0].weights[cell][0] + tallies[0].weights[cell][1],
        models: byModel.indices.map { m in
          byModel[m][cell] ? nil : tallies[m].counts(cell, hasLabels: table.labels != nil)
        })
    }
  }

  private func conditions(_ parts: [Divided], _ cell: Int) -> [[String]] {
    guard parts.count > 1 else { return [[parts[0].name, parts[0].values[cell]]] }
    let (first, second) = cell.quotientAndRemainder(dividingBy: parts[1].values.count)
    return [[parts[0].name, parts[0].values[first]], [parts[1].name, parts[1].values[second]]]
  }

  private static func lines(_ first: Int, _ second: Int) -> [[Int]] {
    (0..<first).map { i in (0..<second).map { i * second + $0 } }
      + (0..<second).map { j in (0..<first).map { $0 * second + j } }
  }
}

extension ExploredModel {
  /// Selects nobody: for tables without a model.
  static func nobody(_ rows: Int) -> ExploredModel {
    ExploredModel(
      name: "", kind: .decisions, threshold: nil, decisions: [UInt8](repeating: 0, count: rows))
  }
}
