import Essentials
import LinearAlgebra

/// What is told of a column: counts, quantiles, and how its values spread in each group.
///
/// Quantiles lie at least as many rows from either end as the smallest cell that is told, so that none
/// is a single person's extreme; levels of fewer rows are told together.
public struct ColumnCard: Sendable, Encodable {
  public struct Bins: Sendable, Encodable {
    /// Ascending; the last bin holds its upper edge, and the ends what lies beyond them.
    public var edges: [Double]
    /// By partition, group and bin; nil where a count is not told.
    public var counts: [[[Int?]?]]
  }

  public var name: String
  public var kind: String
  /// Rows with a value.
  public var rows: Int
  public var missing: Int?
  public var zeros: Int?
  public var distinct: Int
  public var mean: Double?
  public var sd: Double?
  /// At ``ranks``.
  public var quantiles: [Double]?
  public var bins: Bins?
  /// The most frequent levels, then what all others are called.
  public var levels: [String]?
  public var levelCounts: [[[Int?]?]]?
  /// How much the column tells of each attribute: Cramér's V of its bins or levels, 0…1.
  public var proxy: [String: Double]
  /// The same of the label.
  public var labelAssociation: Double?

  enum CodingKeys: String, CodingKey {
    case name, kind, rows, missing, zeros, distinct, mean, sd, quantiles, bins, levels, proxy
    case levelCounts = "level_counts"
    case labelAssociation = "label_association"
  }

  public static let ranks = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]
  static let binCount = 20
  static let mostLevels = 30
  static let otherLevels = "(others)"
}

/// Makes cards of columns.
struct ColumnCards: Sendable {
  let table: ExploredTable
  let partitions: [Partition]
  let least: Int
  private let places: [[Int32]]
  private let cells: SmallCells

  init(_ table: ExploredTable, _ partitions: [Partition], least: Int) {
    self.table = table
    self.partitions = partitions
    self.least = least
    places = partitions.map { $0.places() }
    cells = SmallCells(least: least)
  }

  func card(_ column: ExploredColumn) -> ColumnCard {
    switch column.values {
    case .numbers(let values): numbers(column.name, values)
    case .levels(let codes, let names): levels(column.name, codes, names)
    }
  }

  private func numbers(_ name: String, _ values: [Float]) -> ColumnCard {
    let there = values.indices.filter { table.isThere($0) && !values[$0].isNaN }
    let sorted = there.map { values[$0] }.sorted()
    var card = card(name, "number", there.count)
    card.zeros = told(sorted.count { $0 == 0 })
    card.distinct = sorted.indices.count { $0 == 0 || sorted[$0] != sorted[$0 - 1] }
    guard sorted.count >= max(2 * least, 1) else { return card }
    let mean = sorted.reduce(0) { $0 + Double($1) } / Double(sorted.count)
    card.mean = mean
    let square = sorted.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    card.sd = (square / Double(sorted.count)).squareRoot()
    let quantiles = ColumnCard.ranks.map { Self.quantile(sorted, $0, least: least) }
    card.quantiles = quantiles
    let edges = Self.edges(quantiles[0], quantiles[quantiles.count - 1])
    let bins = values.map { $0.isNaN ? -1 : Self.bin(Double($0), edges) }
    let count = max(edges.count - 1, 1)
    card.bins = .init(edges: edges, counts: counts(bins, count))
    associate(&card, bins, count)
    return card
  }

  private func levels(_ name: String, _ codes: [Int32], _ names: [String]) -> ColumnCard {
    var counts = [Int](repeating: 0, count: names.count)
    for row in codes.indices where codes[row] >= 0 && table.isThere(row) {
      counts[Int(codes[row])] += 1
    }
    var card = card(name, "category", counts.reduce(0, +))
    card.distinct = counts.count { $0 > 0 }
    let shown = counts.indices.filter { counts[$0] >= least && counts[$0] > 0 }
      .sorted { (counts[$0], -$0) > (counts[$1], -$1) }.prefix(ColumnCard.mostLevels)
    var place = [Int32](repeating: Int32(shown.count), count: names.count)
    for (k, level) in shown.enumerated() { place[level] = Int32(k) }
    let hasOthers = counts.indices.contains { counts[$0] > 0 && place[$0] == shown.count }
    card.levels = shown.map { names[$0] } + (hasOthers ? [ColumnCard.otherLevels] : [])
    let bins = codes.map { $0 < 0 ? -1 : Int(place[Int($0)]) }
    let count = max(card.levels?.count ?? 0, 1)
    card.levelCounts = self.counts(bins, count)
    associate(&card, bins, count)
    return card
  }

  private func card(_ name: String, _ kind: String, _ rows: Int) -> ColumnCard {
    let all = (0..<table.rows).count { table.isThere($0) }
    return ColumnCard(
      name: name, kind: kind, rows: rows, missing: told(all - rows), zeros: nil, distinct: 0,
      proxy: [:])
  }

  private func told(_ count: Int) -> Int? { cells.isTold(count) ? count : nil }

  /// The value at a share of the ranks, six digits of it, at least so many rows from either end.
  static func quantile(_ sorted: [Float], _ share: Double, least: Int) -> Double {
    let last = sorted.count - 1, margin = min(max(least - 1, 0), last / 2)
    let rank = min(max(Int((share * Double(last)).rounded()), margin), last - margin)
    return rounded(Double(sorted[rank]))
  }

  static func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    let places = 5 - Int(log10(value.magnitude).rounded(.down)), unit = pow(10, Double(abs(places)))
    return places >= 0 ? (value * unit).rounded() / unit : (value / unit).rounded() * unit
  }

  /// A number of few digits as people write it: 30, 0.25.
  static func text(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  static func edges(_ low: Double, _ high: Double) -> [Double] {
    guard high > low else { return [low, low] }
    return (0...ColumnCard.binCount).map {
      low + (high - low) * Double($0) / Double(ColumnCard.binCount)
    }
  }

  static func bin(_ value: Double, _ edges: [Double]) -> Int {
    let last = edges.count - 2
    guard last > 0, edges[last + 1] > edges[0] else { return 0 }
    let place = (value - edges[0]) / (edges[last + 1] - edges[0]) * Double(last + 1)
    return min(max(Int(place.rounded(.down)), 0), last)
  }

  /// Counts by partition, group and bin. Those of crosses would tell what is withheld in the groups
  /// that they add up to, so they are told of single attributes alone.
  private func counts(_ bins: [Int], _ count: Int) -> [[[Int?]?]] {
    zip(partitions, places).map { partition, places in
      guard partition.attributes.count < 2 else { return partition.listed.map { _ in nil } }
      var counts = [[Int]](
        repeating: [Int](repeating: 0, count: count), count: partition.listed.count)
      for row in bins.indices where places[row] >= 0 && bins[row] >= 0 && table.isThere(row) {
        counts[Int(places[row])][bins[row]] += 1
      }
      return counts.indices.map { k in
        guard partition.withheld[k] == nil else { return nil }
        let withheld = cells.withheld(counts[k].map { [$0] }, lines: [])
        return counts[k].indices.map { withheld[$0] ? nil : counts[k][$0] }
      }
    }
  }

  private func associate(_ card: inout ColumnCard, _ bins: [Int], _ count: Int) {
    for (partition, places) in zip(partitions, places) where partition.attributes.count == 1 {
      card.proxy[partition.name] = Self.association(
        bins, count, places.map { Int($0) }, partition.listed.count)
    }
    guard let labels = table.labels else { return }
    card.labelAssociation = Self.association(
      bins, count, (0..<table.rows).map { Int(labels[$0]) }, 2)
  }

  /// Cramér's V of two codes, rows of −1 left out; 0 where one of them is constant.
  static func association(_ a: [Int], _ countA: Int, _ b: [Int], _ countB: Int) -> Double {
    var table = [Double](repeating: 0, count: countA * countB)
    for row in a.indices where a[row] >= 0 && b[row] >= 0 { table[a[row] * countB + b[row]] += 1 }
    let total = table.reduce(0, +)
    let first = (0..<countA).map { i in (0..<countB).reduce(0) { $0 + table[i * countB + $1] } }
    let second = (0..<countB).map { j in (0..<countA).reduce(0) { $0 + table[$1 * countB + j] } }
    let degrees = min(first.count { $0 > 0 }, second.count { $0 > 0 }) - 1
    guard degrees > 0 else { return 0 }
    var sum = 0.0
    for i in 0..<countA {
      for j in 0..<countB where first[i] * second[j] > 0 {
        let expected = first[i] * second[j] / total, gap = table[i * countB + j] - expected
        sum += gap * gap / expected
      }
    }
    return (sum / total / Double(degrees)).squareRoot()
  }
}
