import LinearAlgebra

/// Subgroups {x : a·x + c > 0} of the cells of some attributes, x their levels as 0/1 columns, and
/// which of them has a rate furthest from that of all, times its share.
///
/// As α(g)(r(g) − r) = (1/n) Σ_{i∈g} (yᵢ − r), the worst subgroup is a cost-sensitive classification
/// of the cells (Kearns, Neel, Roth and Wu, Preventing fairness gerrymandering, ICML 2018, section 3).
package struct SubgroupCells: Sendable {
  package struct Cell: Sendable {
    /// The level of each attribute.
    package var codes: [Int]
    /// Above 0.
    package var weight: Double
    package var successes: Double

    package init(codes: [Int], weight: Double, successes: Double) {
      self.codes = codes
      self.weight = weight
      self.successes = successes
    }
  }

  /// A subgroup: which cells it has, by which direction, and its violation.
  package struct Subgroup {
    package var members: [Bool]
    package var direction: [Double]
    package var violation: Double
  }

  package let cells: [Cell]
  package let offsets: [Int]
  package let dimension: Int
  package let total: Double
  package let baseline: Double
  /// The sum of n(r − r̄) of each cell.
  package let gains: [Double]

  package init(_ cells: [Cell], sizes: [Int]) {
    self.cells = cells
    var offset = 0
    offsets = sizes.map { size in
      defer { offset += size }
      return offset
    }
    dimension = offset + 1
    total = cells.reduce(0) { $0 + $1.weight }
    let rate = cells.reduce(0) { $0 + $1.successes } / max(total, .leastNormalMagnitude)
    baseline = rate
    gains = cells.map { $0.successes - rate * $0.weight }
  }

  /// The same cells with other successes, measured against this baseline.
  package func withSuccesses(_ successes: [Double]) -> SubgroupCells {
    precondition(successes.count == cells.count, "successes of each cell")
    return SubgroupCells(
      zip(cells, successes).map { Cell(codes: $0.codes, weight: $0.weight, successes: $1) },
      like: self)
  }

  private init(_ cells: [Cell], like other: SubgroupCells) {
    self.cells = cells
    (offsets, dimension, total) = (other.offsets, other.dimension, other.total)
    let rate = other.baseline
    baseline = rate
    gains = cells.map { $0.successes - rate * $0.weight }
  }

  /// The largest violation of any union of cells: all with a gain of one sign.
  package var ceiling: Double { gains.reduce(0) { $0 + max(0, $1) } / total }

  package func worst() -> Subgroup {
    var best = Subgroup(
      members: Array(repeating: false, count: cells.count),
      direction: Array(repeating: 0, count: dimension), violation: 0)
    for direction in directions() {
      for sign in [1.0, -1.0] {
        let found = sweep(direction.map { sign * $0 }, sign: sign)
        if found.violation > best.violation * (1 + 1e-12) { best = found }
      }
    }
    return best
  }

  /// The oracle's regressions: of the gains, and of their signs with their sizes as weights.
  private func directions() -> [[Double]] {
    let means = zip(gains, cells).map { $0 / $1.weight }
    let sizes = gains.map { abs($0) }, signs = gains.map { $0 > 0 ? 1.0 : $0 < 0 ? -1.0 : 0 }
    return [
      regression(weights: cells.map(\.weight), targets: means),
      regression(weights: sizes, targets: signs),
    ].compactMap(\.self)
  }

  private func regression(weights: [Double], targets: [Double]) -> [Double]? {
    let gram = Matrix<Double>(rows: dimension, columns: dimension)
    var right = [Double](repeating: 0, count: dimension)
    for (k, cell) in cells.enumerated() {
      let columns = cell.codes.indices.map { offsets[$0] + cell.codes[$0] } + [dimension - 1]
      for i in columns {
        right[i] += weights[k] * targets[k]
        for j in columns { gram[i, j] += weights[k] }
      }
    }
    return PositiveSolver(gram)?.solve(right)
  }

  /// The best threshold of a direction: cells by falling score, the largest sum of sign·gains.
  private func sweep(_ direction: [Double], sign: Double) -> Subgroup {
    let scores = cells.map { cell in
      cell.codes.indices.reduce(0) { $0 + direction[offsets[$1] + cell.codes[$1]] }
    }
    let order = cells.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    var sum = 0.0, best = 0.0, end = 0
    for (place, k) in order.enumerated() {
      sum += sign * gains[k]
      let isLast = place + 1 == order.count
      // A threshold cannot part cells of one score.
      if !isLast && scores[order[place + 1]] == scores[k] { continue }
      if sum > best {
        best = sum
        end = place + 1
      }
    }
    var members = [Bool](repeating: false, count: cells.count)
    for k in order.prefix(end) { members[k] = true }
    return Subgroup(members: members, direction: direction, violation: best / total)
  }
}
