import Auditing
import Datasets
import Essentials
import LinearAlgebra

/// Where a model errs: a small tree of conditions, grown on half of the rows and measured on both.
///
/// A node is split where Σ n·p² of its parts is largest, with p the share of errors; numbers at 32
/// quantiles, levels in the order of their shares, which is exact for two-valued losses (Fisher, *On
/// grouping for maximum homogeneity*, JASA 1958). Rates on the rows that the tree was grown on are too
/// far apart; those of the other half are not. No part has a count that is not told.
public struct ErrorTree: Sendable, Encodable {
  public struct Node: Sendable, Encodable {
    public var id: Int
    public var parent: Int?
    /// As `age < 30`; empty at the root.
    public var condition: String
    public var rows: Int
    /// Share of errors, on the rows that the tree was grown on.
    public var rate: Double
    /// Of the rate on the other half, 95 %, by Wilson.
    public var interval: [Double]
    public var heldRows: Int
    public var heldRate: Double
    /// The node's errors over all, on the other half.
    public var coverage: Double

    enum CodingKeys: String, CodingKey {
      case id, parent, condition, rows, rate, interval, coverage
      case heldRows = "held_rows"
      case heldRate = "held_rate"
    }
  }

  public var loss = "error"
  public var nodes: [Node]

  static let depth = 3
  static let quantiles = 32
  static let leastShare = 0.01
  static let leastRows = 20
}

extension ErrorTree {
  /// Grows the tree of a model's errors; nil without labels, or where too few rows err.
  public init?(
    _ model: ExploredModel, _ table: ExploredTable, least: Int, seed: UInt64 = 0
  ) {
    guard let labels = table.labels else { return nil }
    let there = (0..<table.rows).filter { table.isThere($0) }
    let errs = (0..<table.rows).map { model.selects($0) != (labels[$0] == 1) }
    let columns = table.columns.compactMap { BinnedColumn($0, least: least) }
    let halves = there.map { row -> Bool in
      var random = CounterRandom(seed: seed, stream: UInt64(row))
      return random.next() & 1 == 0
    }
    let grown = there.indices.filter { halves[$0] }.map { there[$0] }
    let held = there.indices.filter { !halves[$0] }.map { there[$0] }
    let fewest = max(Self.leastRows, Int(Self.leastShare * Double(grown.count)))
    let growth = TreeGrowth(
      columns: columns, errs: errs, cells: SmallCells(least: least), fewest: fewest)
    guard growth.isTold(grown), growth.isTold(held), held.contains(where: { errs[$0] }) else {
      return nil
    }
    nodes = []
    let total = held.count { errs[$0] }
    grow(growth, grown, held, total, parent: nil, condition: "", depth: 0)
  }

  private mutating func grow(
    _ growth: TreeGrowth, _ grown: [Int], _ held: [Int], _ total: Int, parent: Int?,
    condition: String, depth: Int
  ) {
    let id = nodes.count, errors = held.count { growth.errs[$0] }
    let interval = Self.wilson(errors, held.count)
    nodes.append(
      Node(
        id: id, parent: parent, condition: condition, rows: grown.count,
        rate: Double(grown.count { growth.errs[$0] }) / Double(max(grown.count, 1)),
        interval: interval, heldRows: held.count,
        heldRate: Double(errors) / Double(max(held.count, 1)),
        coverage: Double(errors) / Double(total)))
    guard depth < Self.depth, let split = growth.split(grown, held) else { return }
    let column = growth.columns[split.column]
    for isLeft in [true, false] {
      grow(
        growth, grown.filter { split.left[column.bins[$0]] == isLeft },
        held.filter { split.left[column.bins[$0]] == isLeft }, total, parent: id,
        condition: column.condition(split.left, isLeft), depth: depth + 1)
    }
  }

  static func wilson(_ count: Int, _ rows: Int) -> [Double] {
    let found = ProportionInterval.wilson(
      Proportion(successes: Double(count), trials: Double(max(rows, 1))))
    return [found.low, found.high]
  }
}

/// A column in few parts, the last of them for missing values.
struct BinnedColumn: Sendable {
  let name: String
  let bins: [Int]
  let count: Int
  /// Lower edges of the bins after the first; empty for levels.
  let edges: [Double]
  let levels: [String]

  /// nil for columns that cannot be split, or of too many levels.
  init?(_ column: ExploredColumn, least: Int) {
    name = column.name
    switch column.values {
    case .numbers(let values):
      let sorted = values.filter { !$0.isNaN }.sorted()
      guard sorted.count > ErrorTree.quantiles else { return nil }
      var edges: [Double] = []
      for k in 1..<ErrorTree.quantiles {
        let edge = ColumnCards.quantile(
          sorted, Double(k) / Double(ErrorTree.quantiles), least: least)
        if edge > edges.last ?? -.infinity { edges.append(edge) }
      }
      let found = edges
      self.edges = found
      levels = []
      count = found.count + 2
      bins = values.map { value in
        value.isNaN ? found.count + 1 : ReleasedCurve.place(Double(value), found)
      }
    case .levels(let codes, let names):
      guard names.count <= 64 else { return nil }
      edges = []
      var counts = [Int](repeating: 0, count: names.count)
      for code in codes where code >= 0 { counts[Int(code)] += 1 }
      // Levels of few rows have no name here.
      let shown = names.indices.filter { counts[$0] >= least }
      var place = [Int](repeating: shown.count, count: names.count)
      for (k, level) in shown.enumerated() { place[level] = k }
      let named = shown.map { names[$0] } + [ColumnCard.otherLevels]
      levels = named
      count = named.count + 1
      bins = codes.map { $0 < 0 ? named.count : place[Int($0)] }
    }
  }

  /// In words, which bins a side has.
  func condition(_ left: [Bool], _ isLeft: Bool) -> String {
    let hasMissing = left[count - 1] == isLeft && bins.contains(count - 1)
    let missing = hasMissing ? " or missing" : ""
    guard edges.isEmpty else {
      let first = left.prefix(count - 1).lastIndex(of: true) ?? -1
      if first == count - 2 { return isLeft ? "\(name) known" : "\(name) missing" }
      return "\(name) \(isLeft ? "<" : "≥") \(ColumnCards.text(edges[max(first, 0)]))" + missing
    }
    let present = Set(bins)
    let names = levels.indices.filter { left[$0] == isLeft && present.contains($0) }
      .map { levels[$0] }
    if names.isEmpty { return "\(name) missing" }
    return "\(name) in \(names.joined(separator: ", "))" + missing
  }
}

extension ReleasedCurve {
  /// How many ascending edges are at most a value.
  static func place(_ value: Double, _ edges: [Double]) -> Int {
    var low = 0, high = edges.count
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Finds the best split of some rows.
struct TreeGrowth {
  let columns: [BinnedColumn]
  let errs: [Bool]
  let cells: SmallCells
  let fewest: Int

  struct Split {
    var column: Int
    /// By bin.
    var left: [Bool]
    var gain: Double
  }

  func isTold(_ rows: [Int]) -> Bool {
    let errors = rows.count { errs[$0] }
    return cells.isTold(errors) && cells.isTold(rows.count - errors)
  }

  func split(_ grown: [Int], _ held: [Int]) -> Split? {
    columns.indices.compactMap { split($0, grown, held) }.max { $0.gain < $1.gain }
  }

  private func tally(_ column: BinnedColumn, _ rows: [Int]) -> (rows: [Int], errors: [Int]) {
    var counts = [Int](repeating: 0, count: column.count), errors = counts
    for row in rows {
      counts[column.bins[row]] += 1
      if errs[row] { errors[column.bins[row]] += 1 }
    }
    return (counts, errors)
  }

  private func split(_ place: Int, _ grown: [Int], _ held: [Int]) -> Split? {
    let column = columns[place]
    let here = tally(column, grown), there = tally(column, held)
    func share(_ bin: Int) -> Double {
      here.rows[bin] > 0 ? Double(here.errors[bin]) / Double(here.rows[bin]) : 0
    }
    let order =
      column.edges.isEmpty
      ? Array(0..<column.count).sorted { (share($0), $0) < (share($1), $1) }
      : Array(0..<column.count)
    let (n, e) = (grown.count, here.errors.reduce(0, +))
    let (heldN, heldE) = (held.count, there.errors.reduce(0, +))
    var best: Split?
    var sums = (n: 0, e: 0, heldN: 0, heldE: 0)
    for (taken, bin) in order.dropLast().enumerated() {
      sums.n += here.rows[bin]
      sums.e += here.errors[bin]
      sums.heldN += there.rows[bin]
      sums.heldE += there.errors[bin]
      let parts = [
        (sums.n, sums.e), (n - sums.n, e - sums.e), (sums.heldN, sums.heldE),
        (heldN - sums.heldN, heldE - sums.heldE),
      ]
      guard parts.allSatisfy({ mayStand($0.0, $0.1) }) else { continue }
      let gain = Self.value(parts[0]) + Self.value(parts[1]) - Self.value((n, e))
      if gain > 1e-9, gain > best?.gain ?? 0 {
        var left = [Bool](repeating: false, count: column.count)
        for bin in order.prefix(taken + 1) { left[bin] = true }
        best = Split(column: place, left: left, gain: gain)
      }
    }
    return best
  }

  private func mayStand(_ rows: Int, _ errors: Int) -> Bool {
    rows >= fewest && cells.isTold(errors) && cells.isTold(rows - errors)
  }

  private static func value(_ part: (Int, Int)) -> Double {
    Double(part.1) * Double(part.1) / Double(max(part.0, 1))
  }
}
