/// Which cells of a table are withheld so that no group of fewer than k rows can be told.
///
/// A cell of fewer than k rows is withheld, and with it others of its line, the smallest first, until those that are
/// withheld have k rows together and are at least two: nobody finds one by taking the others from the line's sum.
public enum SmallCells {
  /// - Parameters:
  ///   - rows: of each cell.
  ///   - places: of each cell, its value of each attribute.
  /// - Returns: whether each cell is withheld.
  public static func withheld(_ rows: [Int], _ places: [[String]], least: Int) -> [Bool] {
    var isWithheld = rows.map { $0 < least }
    guard let width = places.first?.count else { return isWithheld }
    var lines: [[Int]] = []
    for attribute in 0..<width {
      let line = Dictionary(grouping: places.indices) { cell in
        var others = places[cell]
        others.remove(at: attribute)
        return others
      }
      lines += line.values.map { $0.sorted() }
    }
    var isChanged = true
    while isChanged {
      isChanged = false
      for line in lines {
        while let next = next(line, rows, isWithheld, least) {
          isWithheld[next] = true
          isChanged = true
        }
      }
    }
    return isWithheld
  }

  /// The cell of a line that has to be withheld as well.
  private static func next(
    _ line: [Int], _ rows: [Int], _ isWithheld: [Bool], _ least: Int
  ) -> Int? {
    let hidden = line.filter { isWithheld[$0] }
    guard !hidden.isEmpty else { return nil }
    let sum = hidden.reduce(0) { $0 + rows[$1] }
    guard hidden.count < 2 || sum < least else { return nil }
    return line.filter { !isWithheld[$0] }.min { (rows[$0], $0) < (rows[$1], $1) }
  }
}
