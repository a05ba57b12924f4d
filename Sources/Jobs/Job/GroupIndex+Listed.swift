import Datasets

extension GroupIndex {
  /// Names that a line shows.
  private static let inALine = 6

  /// The names in their order; of more than a line shows the largest groups first.
  var listed: [String] {
    guard names.count > Self.inALine else { return names }
    var rows = [Int](repeating: 0, count: names.count)
    for row in 0..<self.rows { rows[self[row]] += 1 }
    return names.indices.sorted { (rows[$1], $0) < (rows[$0], $1) }.map { names[$0] }
  }
}
