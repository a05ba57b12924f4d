import Essentials
import LinearAlgebra

/// How far rows lie from each other, column by column.
///
/// The What-If Tool's distance takes |a − b|/σ of numbers and of categories that differ Σ_v (n_v/n)²,
/// with 1 where either is missing; its second form adds squares. Our own takes |a − b| over the median
/// absolute deviation as a standard deviation (×1.4826, σ where that is 0) and at most 3, 1 for
/// categories that differ, 0 where both are missing and 1 where one is; D = Σ w_f·d_f/Σ w_f.
public struct RowDistance: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case robust
    case whatIf = "what-if"
    case whatIfSquared = "what-if-squared"
  }

  /// A row with its distance.
  public struct Neighbor: Sendable, Equatable {
    public var row: Int
    public var distance: Double
  }

  /// What a unit of a column's difference is.
  private enum Part: Sendable {
    case number([Float], scale: Double)
    case category([Int32], unequal: Double)
  }

  public let kind: Kind
  /// The columns that count.
  public let columns: [String]
  private let parts: [Part]
  private let weights: [Double]
  private let rows: Int

  /// The most that one column of numbers adds to our own distance.
  static let cap = 3.0
  /// A median absolute deviation times this is the standard deviation of normal numbers.
  static let normalFactor = 1.4826

  /// - Parameters:
  ///   - leavingOut: columns that do not count, as sensitive ones.
  ///   - weights: of columns by name, 1 where there is none; our own distance alone has any.
  public init(
    _ table: ExploredTable, kind: Kind = .robust, leavingOut: Set<String> = [],
    weights: [String: Double] = [:]
  ) {
    self.kind = kind
    rows = table.rows
    var columns: [String] = [], parts: [Part] = []
    for column in table.columns where !leavingOut.contains(column.name) {
      guard let part = Self.part(column, kind) else { continue }
      columns.append(column.name)
      parts.append(part)
    }
    self.columns = columns
    self.parts = parts
    self.weights = columns.map { kind == .robust ? weights[$0] ?? 1 : 1 }
    precondition(self.weights.allSatisfy { $0 >= 0 }, "weights of columns are at least 0")
  }

  /// nil for categories that are all different, by which the What-If Tool compares nobody.
  private static func part(_ column: ExploredColumn, _ kind: Kind) -> Part? {
    switch column.values {
    case .numbers(let values):
      let known = values.filter { !$0.isNaN }.map(Double.init)
      return .number(values, scale: kind == .robust ? robustScale(known) : deviation(known))
    case .levels(let codes, let names):
      guard kind != .robust else { return .category(codes, unequal: 1) }
      var counts = [Double](repeating: 0, count: names.count)
      for code in codes where code >= 0 { counts[Int(code)] += 1 }
      let total = counts.reduce(0, +)
      guard total > 0, counts.contains(where: { $0 > 1 }) else { return nil }
      return .category(codes, unequal: counts.reduce(0) { $0 + ($1 / total) * ($1 / total) })
    }
  }

  static func deviation(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
      .squareRoot()
  }

  static func robustScale(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let middle = median(values)
    let spread = normalFactor * median(values.map { abs($0 - middle) })
    return spread > 0 ? spread : deviation(values)
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted(), half = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }

  /// The parts of a distance, in the order of ``columns``.
  public func parts(_ a: Int, _ b: Int) -> [Double] { parts.map { part($0, a, b) } }

  private func part(_ part: Part, _ a: Int, _ b: Int) -> Double {
    switch part {
    case .number(let values, let scale):
      let first = Double(values[a]), second = Double(values[b])
      if first.isNaN || second.isNaN { return missing(first.isNaN && second.isNaN) }
      guard scale > 0 else { return 0 }
      let gap = abs(first - second) / scale
      return kind == .robust ? min(gap, Self.cap) : gap
    case .category(let codes, let unequal):
      if codes[a] < 0 || codes[b] < 0 { return missing(codes[a] < 0 && codes[b] < 0) }
      return codes[a] == codes[b] ? 0 : unequal
    }
  }

  private func missing(_ both: Bool) -> Double { kind == .robust && both ? 0 : 1 }

  public func distance(_ a: Int, _ b: Int) -> Double {
    var sum = 0.0, total = 0.0
    for (place, part) in parts.enumerated() {
      let found = self.part(part, a, b)
      sum += weights[place] * (kind == .whatIfSquared ? found * found : found)
      total += weights[place]
    }
    return kind == .robust ? (total > 0 ? sum / total : 0) : sum
  }

  /// The nearest rows, the smaller row first where they are as near.
  public func nearest(
    to row: Int, count: Int, among isCandidate: (Int) -> Bool
  ) -> [Neighbor] {
    var best: [Neighbor] = []
    for other in 0..<rows where other != row && isCandidate(other) {
      let found = distance(row, other)
      if best.count == count, found >= best[count - 1].distance { continue }
      let place = best.firstIndex { $0.distance > found } ?? best.count
      best.insert(Neighbor(row: other, distance: found), at: place)
      if best.count > count { best.removeLast() }
    }
    return best
  }

  /// The nearest rows that a model decides otherwise: counterfactuals that exist.
  public func counterfactuals(
    of row: Int, _ model: ExploredModel, count: Int = 1
  ) -> [Neighbor] {
    let own = model.selects(row)
    return nearest(to: row, count: count) { model.selects($0) != own }
  }
}
