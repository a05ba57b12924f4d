import LinearAlgebra

/// What the columns of one part of the rows hold, for whoever decides what may be told of them.
public struct PartContents: Sendable {
  /// How many rows have each value of each column of texts, and of each sensitive one.
  public var counts: [(name: String, counts: [String: Int])]
  /// The smallest and the largest number of each column of numbers that has any.
  public var ranges: [(name: String, range: ClosedRange<Double>)]
}

extension DataReader {
  public func contents(_ location: DataLocation) throws(DataError) -> PartContents {
    var reader = self
    reader.options.mode.isPart = true
    let table: PreparedTable<Double> = try reader.prepare(location, encoder: nil)
    return PartContents(
      counts: table.categoryCounts + table.groupCounts, ranges: table.numberRanges)
  }
}

extension PreparedTable {
  fileprivate var categoryCounts: [(name: String, counts: [String: Int])] {
    raw.plan.categories.map { category in
      let column = raw.coded[category.column]!
      let counts = Dictionary(zip(column.levels, column.counts(0..<rows))) { $0 + $1 }
      return (category.name, counts)
    }
  }

  fileprivate var groupCounts: [(name: String, counts: [String: Int])] {
    attributes.map { attribute in
      var counts: [String: Int] = [:]
      for row in 0..<attribute.rows { counts[attribute.names[attribute[row]], default: 0] += 1 }
      return (attribute.attribute, counts)
    }
  }

  fileprivate var numberRanges: [(name: String, range: ClosedRange<Double>)] {
    raw.plan.numbers.indices.compactMap { j in
      let number = raw.plan.numbers[j]
      let values = (0..<rows).map { Double(raw.dense[$0, j]) }.filter { !$0.isNaN }
      guard let low = values.min(), let high = values.max() else { return nil }
      return (number.name, low + number.origin...high + number.origin)
    }
  }
}
