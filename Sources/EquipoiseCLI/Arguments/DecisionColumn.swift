import Equipoise

extension Dataset {
  /// A column read as numbers that must be decisions, 0 or 1.
  func decisions(of column: String) throws(DataError) -> [UInt8] {
    var decisions: [UInt8] = []
    decisions.reserveCapacity(rows)
    for (index, value) in columns[column]!.enumerated() {
      guard value == 0 || value == 1 else {
        throw .notADecision(
          file: source, row: line(ofRow: index), column: column, value: "\(value)")
      }
      decisions.append(UInt8(value))
    }
    return decisions
  }
}
