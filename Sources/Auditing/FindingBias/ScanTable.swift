import Datasets
import Essentials
import LinearAlgebra

/// Rows with equal values of all scanned attributes and equal expectation, counted together.
package struct ScanTable: Sendable {
  /// Distinct expectations above this many are grouped into bins of the expectation, each with its
  /// own mean, so that the sums of a bin stay right.
  static let maximumLevels = 256

  let attributes: [GroupIndex]
  /// The values of each attribute, shape `(attributes, cells)`.
  let columns: [[UInt16]]
  let level: [Int]
  let rows: [Double]
  var observed: [Double]
  package var levels: [Double]

  var count: Int { rows.count }

  package func code(_ cell: Int, _ attribute: Int) -> Int {
    Int(columns[attribute][cell])
  }

  /// - Parameters:
  ///   - observed: shape `(n)`.
  ///   - expected: shape `(n)`.
  ///   - weights: shape `(n)`; they are scaled to sum to Kish's effective count, so that weighted
  ///     rows do not pass for more evidence than they are.
  ///   - chosen: which rows count.
  package init(
    attributes: [GroupIndex], observed: (Int) -> Double, expected: (Int) -> Double,
    weights: Buffer<Double>? = nil, chosen: (Int) -> Bool = { _ in true }
  ) {
    precondition(!attributes.isEmpty, "a scan needs an attribute")
    let selected = (0..<attributes[0].rows).filter { chosen($0) && (weights?[$0] ?? 1) > 0 }
    var sum = 0.0, square = 0.0
    for i in selected {
      let w = weights?[i] ?? 1
      sum += w
      square += w * w
    }
    let scale = weights == nil || square == 0 ? 1 : sum / square
    let (levels, levelOf) = Self.levels(selected.map { (expected($0), weights?[$0] ?? 1) })
    let cellOf = Self.cells(attributes, selected, levelOf, levels: levels.count)
    let cells = (cellOf.max() ?? -1) + 1
    var columns = attributes.map { _ in [UInt16](repeating: 0, count: cells) }
    var level = [Int](repeating: 0, count: cells)
    var rows = [Double](repeating: 0, count: cells), values = rows
    for (k, i) in selected.enumerated() {
      let cell = cellOf[k], w = scale * (weights?[i] ?? 1)
      if rows[cell] == 0 {
        for (a, attribute) in attributes.enumerated() {
          columns[a][cell] = UInt16(attribute[i])
        }
        level[cell] = levelOf[k]
      }
      rows[cell] += w
      values[cell] += w * observed(i)
    }
    self.attributes = attributes
    self.columns = columns
    self.level = level
    self.rows = rows
    self.observed = values
    self.levels = levels
  }

  /// A number for each distinct combination of level and codes, in order of appearance.
  private static func cells(
    _ attributes: [GroupIndex], _ selected: [Int], _ level: [Int], levels: Int
  ) -> [Int] {
    var keys = level, product = max(1, levels)
    func compress() {
      var place: [Int: Int] = [:]
      for k in keys.indices {
        let number = place[keys[k]] ?? place.count
        place[keys[k]] = number
        keys[k] = number
      }
      product = max(1, place.count)
    }
    for attribute in attributes {
      if product > (1 << 40) / max(1, attribute.count) { compress() }
      for (k, i) in selected.enumerated() {
        keys[k] = keys[k] * attribute.count + attribute[i]
      }
      product *= max(1, attribute.count)
    }
    compress()
    return keys
  }

  /// The distinct expectations, or the means of bins of them, and the one of each row.
  private static func levels(_ rows: [(p: Double, weight: Double)]) -> ([Double], [Int]) {
    let distinct = Set(rows.map(\.p))
    if distinct.count <= maximumLevels {
      let sorted = distinct.sorted()
      let place = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
      return (sorted, rows.map { place[$0.p]! })
    }
    let sorted = distinct.sorted()
    let edges = (1..<maximumLevels).map { sorted[$0 * sorted.count / maximumLevels] }
    func bin(_ p: Double) -> Int {
      var low = 0, high = edges.count
      while low < high {
        let middle = (low + high) / 2
        if edges[middle] <= p { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let bins = rows.map { bin($0.p) }
    var sums = [Double](repeating: 0, count: maximumLevels), weights = sums
    for (row, b) in zip(rows, bins) {
      sums[b] += row.weight * row.p
      weights[b] += row.weight
    }
    return (zip(sums, weights).map { $1 > 0 ? $0 / $1 : 0.5 }, bins)
  }

  /// The sums of some cells.
  package func sums(where inside: (Int) -> Bool) -> ScanSums {
    var sums = ScanSums(levels: Array(repeating: 0, count: levels.count))
    for cell in 0..<count where inside(cell) { add(cell, to: &sums) }
    return sums
  }

  /// The sums of each value of an attribute, over cells that are let in.
  func sums(
    byValueOf attribute: Int, where isIn: (_ cell: Int, _ value: Int) -> Bool
  ) -> [ScanSums] {
    let values = attributes[attribute].count, depth = levels.count
    let codes = columns[attribute]
    var counted = [Double](repeating: 0, count: values * depth), seen = counted
    for cell in 0..<count {
      let value = Int(codes[cell])
      guard isIn(cell, value) else { continue }
      let place = value * depth + level[cell]
      counted[place] += rows[cell]
      seen[place] += observed[cell]
    }
    return (0..<values).map { value in
      var sums = ScanSums(levels: Array(counted[value * depth..<(value + 1) * depth]))
      for (l, p) in levels.enumerated() {
        let n = sums.levels[l], y = seen[value * depth + l]
        sums.rows += n
        sums.observed += y
        sums.expected += n * p
        sums.product += y * p
        sums.square += n * p * p
      }
      return sums
    }
  }

  func add(_ cell: Int, to sums: inout ScanSums) {
    let p = levels[level[cell]]
    sums.rows += rows[cell]
    sums.observed += observed[cell]
    sums.expected += rows[cell] * p
    sums.product += observed[cell] * p
    sums.square += rows[cell] * p * p
    sums.levels[level[cell]] += rows[cell]
  }
}
