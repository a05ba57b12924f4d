/// A first line that is a row and no header.
extension CSVTable {
  /// Records that names are compared with.
  private static let comparedRecords = 500
  /// A text among the names that stands so often in its own column is one of its values.
  private static let leastShare = 0.02
  private static let leastCount = 2

  /// The first line, where it looks like data: numbers above numbers that are no run of steps, as
  /// 0, 1, 2 or years are, or values that stand in their columns again.
  var valuesAsNames: [String]? {
    let names = columns.map(\.name)
    let found = textLayout.values(
      of: Array(columns.indices), textBytes, records: Self.comparedRecords,
      missing: Set(DataOptions.usualMissing))
    let repeated = columns.indices.count { j in
      let values = found[j] ?? []
      let alike = values.count { $0 == names[j] }
      // Numbers name columns of numbers: 0 and 1 stand above zeros and ones.
      let isText = !names[j].isEmpty && NumberText.number(names[j]) == nil
      return isText && alike >= Self.leastCount
        && Double(alike) >= Self.leastShare * Double(values.count)
    }
    let numbers = columns.indices.filter { columns[$0].isNumeric }.compactMap {
      NumberText.number(names[$0])
    }
    let areValues = !numbers.isEmpty && !Self.isRun(numbers)
    return areValues || 2 * repeated >= columns.count ? names : nil
  }

  /// Whether numbers name columns: whole ones with one step between them, or years.
  private static func isRun(_ numbers: [Double]) -> Bool {
    guard numbers.allSatisfy({ $0 == $0.rounded() }) else { return false }
    let step = numbers.count > 1 ? numbers[1] - numbers[0] : 0
    let isEven = zip(numbers, numbers.dropFirst()).allSatisfy { $1 - $0 == step }
    return numbers.count > 1 && step > 0 && isEven || numbers.allSatisfy(years.contains)
  }

  private static let years = 1900.0...2100.0
}
