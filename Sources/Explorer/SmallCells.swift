/// Which cells of a table of counts must not be told.
///
/// A cell is withheld where one of its counts is above 0 and below the least; and since totals are
/// told as well, where the sum of what is withheld along a line would be, the next smallest cell of
/// the line is withheld too, until no line gives a small count away (complementary suppression:
/// Willenborg and de Waal, *Elements of Statistical Disclosure Control*, 2001, chapter 6). It protects
/// against sums along the lines, not against every system of equations.
package struct SmallCells {
  package var least: Int

  package init(least: Int) { self.least = least }

  /// Whether a count may be told.
  package func isTold(_ count: Int) -> Bool { count == 0 || count >= least }

  /// - Parameters:
  ///   - cells: the counts of each cell, as many for each.
  ///   - lines: cells whose sums are told elsewhere.
  ///   - hidden: counts of rows that are in the sum of all cells and in none of them.
  ///   - already: cells that are withheld for other reasons.
  package func withheld(
    _ cells: [[Int]], lines: [[Int]], hidden: [Int] = [], already: [Bool]? = nil
  ) -> [Bool] {
    var isWithheld = already ?? [Bool](repeating: false, count: cells.count)
    for k in cells.indices where !cells[k].allSatisfy(isTold) { isWithheld[k] = true }
    let all = Array(cells.indices)
    var changes = true
    while changes {
      changes = false
      for (place, line) in ([all] + lines).enumerated() {
        for measure in (cells.first ?? []).indices {
          let beside = place == 0 && measure < hidden.count ? hidden[measure] : 0
          let sum = line.reduce(beside) { $0 + (isWithheld[$1] ? cells[$1][measure] : 0) }
          guard !isTold(sum) else { continue }
          let others = line.filter { !isWithheld[$0] && cells[$0][measure] > 0 }
          guard let next = others.min(by: { cells[$0][measure] < cells[$1][measure] }) else {
            continue
          }
          isWithheld[next] = true
          changes = true
        }
      }
    }
    return isWithheld
  }
}
