import Criteria
import LinearAlgebra
import Optimization

/// The most accurate selection whose groups' rates all lie in a window, by column generation.
///
/// max accuracy(f) over all f: rows → [0, 1] with lo ≤ rate_g(f) ≤ hi for each group. Given lo and hi
/// this is linear in f, since a rate is a ratio of linear functions: lo·D_g ≤ N_g ≤ hi·D_g. Its dual
/// has two numbers a group, and for given ones the best f is 1[Σ_c κ_c·π_c(x) > 0] exactly, so the
/// gap at the end is that of the program itself (Celis, Huang, Keswani and Vishnoi, Classification
/// with fairness constraints: a meta-algorithm with provable guarantees, FAT* 2019, theorem 3.2).
struct FractionalProgram {
  struct Solution {
    /// The accuracy of the mixture; of no use when infeasible.
    var accuracy: Double
    /// No selection within the window is more accurate.
    var bound: Double
    /// S of the mixture.
    var selected: [Double]
    /// κ at the last multipliers.
    var kappa: [Double]
    var isFeasible: Bool
  }

  static let roundLimit = 400
  /// In accuracy.
  static let gap = 1e-7
  static let slackCost = 1e3
  static let feasible = 1e-7

  let table: PosteriorTable
  private let parts: [(numerator: SelectionForm, denominator: SelectionForm)]
  /// S of the selections that solutions so far are made of: the next window starts with them.
  private var columns: [[Double]] = []
  private(set) var responses = 0

  /// κ of plain accuracy: P(1 | x) > P(0 | x).
  private let plain: [Double]

  var groups: Int { parts.count }

  init(_ table: PosteriorTable, _ rate: Rate) {
    self.table = table
    parts = (0..<table.cells / 2).map {
      rate.fraction([table.totals[2 * $0], table.totals[2 * $0 + 1]])
    }
    plain = (0..<table.cells).map { $0 % 2 == 1 ? 1 / table.total : -1 / table.total }
    columns = [Array(repeating: 0, count: table.cells), table.totals, table.selected(plain)]
  }

  func accuracy(_ selected: [Double]) -> Double {
    plain.dot(selected)
      + (0..<groups).reduce(0) { $0 + table.totals[2 * $1] } / table.total
  }

  /// The rate of each group; nil where its denominator is empty.
  func rates(_ selected: [Double]) -> [Double?] {
    parts.indices.map { g in
      let n = parts[g].numerator.value(selected[2 * g], selected[2 * g + 1])
      let d = parts[g].denominator.value(selected[2 * g], selected[2 * g + 1])
      return d > 1e-12 ? n / d : nil
    }
  }

  /// (base, slopes by label) of row r of a group: 0 is lo·D − N ≤ 0, 1 is N − hi·D ≤ 0.
  private func row(_ group: Int, _ side: Int, _ window: ClosedRange<Double>)
    -> SelectionForm
  {
    let (n, d) = parts[group]
    let sign = side == 0 ? -1.0 : 1.0
    let edge = side == 0 ? window.lowerBound : window.upperBound
    return .init(
      base: sign * (n.base - edge * d.base),
      slopes: (0...1).map { sign * (n.slopes[$0] - edge * d.slopes[$0]) })
  }

  mutating func solve(_ window: ClosedRange<Double>) -> Solution {
    let rows = (0..<2 * groups).map { row($0 / 2, $0 % 2, window) }
    let program = LinearProgram(
      rowLower: Array(repeating: -.infinity, count: rows.count) + [1],
      rowUpper: Array(repeating: 0, count: rows.count) + [1])
    let slack = program.addColumn(
      cost: Self.slackCost, entries: rows.indices.map { ($0, -1) })
    func column(_ s: [Double]) -> LinearProgram.Column {
      let entries = rows.indices.map { r in
        (row: r, value: rows[r].value(s[2 * (r / 2)], s[2 * (r / 2) + 1]))
      }
      return .init(cost: -accuracy(s), entries: entries + [(rows.count, 1)])
    }
    var tried = columns
    program.addColumns(tried.map(column))
    var bound = Double.infinity, kappa = plain
    var solved = program.solve()
    for _ in 0..<Self.roundLimit {
      let constant: Double
      (kappa, constant) = prices(
        rows, multipliers: solved.rowDuals.dropLast().map { max(0, -$0) })
      let response = table.selected(kappa)
      responses += 1
      let base = accuracy(Array(repeating: 0, count: table.cells))
      bound = min(bound, base + kappa.dot(response) - constant)
      if bound + solved.objective <= Self.gap { break }
      guard !tried.contains(response) else { break }
      tried.append(response)
      program.addColumns([column(response)])
      solved = program.solve()
    }
    let weights = solved.primal.dropFirst()
    var selected = [Double](repeating: 0, count: table.cells)
    for (weight, column) in zip(weights, tried) where weight > 0 {
      selected.add(weight, times: column)
      if !columns.contains(column) { columns.append(column) }
    }
    return Solution(
      accuracy: accuracy(selected), bound: bound, selected: selected, kappa: kappa,
      isFeasible: solved.primal[slack] <= Self.feasible)
  }

  /// −accuracy + λ·rows as constant − κ·S.
  private func prices(
    _ rows: [SelectionForm], multipliers: [Double]
  ) -> (kappa: [Double], constant: Double) {
    var kappa = plain, constant = 0.0
    for (r, lambda) in multipliers.enumerated() where lambda > 0 {
      constant += lambda * rows[r].base
      for y in 0...1 { kappa[2 * (r / 2) + y] -= lambda * rows[r].slopes[y] }
    }
    return (kappa, constant)
  }
}
