import CText
import LinearAlgebra

extension ArrowTable {
  /// A column as codes of its values in code-point order, and its first row without a value.
  ///
  /// Texts that mean a missing value in a file mean it here as well, so that a table and the file it
  /// was read from give the same answers.
  func codes(
    _ category: TablePlan.Category, _ missingTexts: [String], pool: WorkerPool = .default
  ) throws(DataError) -> (CodedColumn, firstMissing: Int?) {
    let numbers = Buffer<Int32>(uninitialized: rows)
    let found = try reading { () throws(ArrowError) in
      try valueTexts(category.column, missingTexts, into: numbers, pool)
    }
    guard let found else {
      throw .tooManyLevels(file: file, column: category.name, limit: Int(CodedColumn.missing))
    }
    let names = Set(found.compactMap(\.self)).sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
    guard names.count <= Int(CodedColumn.missing) else {
      throw .tooManyLevels(file: file, column: category.name, limit: Int(CodedColumn.missing))
    }
    let rank = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt16($0)) })
    let places = found.map { text in text.map { rank[$0]! } ?? CodedColumn.missing }
    let (codes, missing, first) = narrowed(numbers, places, pool)
    return (
      CodedColumn(name: category.name, levels: names, codes: codes, missingCount: missing), first
    )
  }

  /// The numbers of a column's values, and the text of each; nil: a missing value. Several values
  /// may have one text, as 1 and 1.0 have.
  private func valueTexts(
    _ column: Int, _ missingTexts: [String], into numbers: Buffer<Int32>, _ pool: WorkerPool
  ) throws(ArrowError) -> [String?]? {
    let missing = Set(missingTexts)
    func known(_ text: String?) -> String? { text.flatMap { missing.contains($0) ? nil : $0 } }
    guard Factorization.canNumber(fields[column]) else {
      return try spelledTexts(column, known, into: numbers)
    }
    let limit = Int(CodedColumn.missing) + missing.count
    guard
      let found = try Factorization(column, of: self, limit: limit, into: numbers.pointer, pool)
    else { return nil }
    var texts: [String?] = []
    for row in found.first {
      let batch = batches.last { $0.firstRow <= row && $0.rows > 0 }!
      texts.append(known(try batch.columns[column].text(row - batch.firstRow)))
    }
    return texts
  }

  /// The same, one row after the other, for values that can be told apart by their texts alone.
  private func spelledTexts(
    _ column: Int, _ known: (String?) -> String?, into numbers: Buffer<Int32>
  ) throws(ArrowError) -> [String?] {
    var texts: [String?] = []
    var places: [String: Int32] = [:]
    for batch in batches {
      for i in 0..<batch.rows {
        guard let text = known(try batch.columns[column].text(i)) else {
          numbers[batch.firstRow + i] = EQP_MISSING_NUMBER
          continue
        }
        let place = places[text] ?? Int32(texts.count)
        if Int(place) == texts.count {
          places[text] = place
          texts.append(text)
        }
        numbers[batch.firstRow + i] = place
      }
    }
    return texts
  }

  /// 16-bit codes of the numbers, how many are missing, and the first that is.
  private func narrowed(
    _ numbers: Buffer<Int32>, _ places: [UInt16], _ pool: WorkerPool
  ) -> (Buffer<UInt16>, missing: Int, first: Int?) {
    let codes = Buffer<UInt16>(uninitialized: rows)
    let ranges = Factorization.ranges(rows)
    var missing = 0, first: Int?
    pool.orderedReduce(ranges.count, makePartial: { (0, 0..<0) }) { [codes, numbers] r, part in
      let start = ranges[r].lowerBound
      part.1 = ranges[r]
      part.0 = Int(
        eqp_codes_narrow(
          numbers.pointer + start, Int64(ranges[r].count), places, Int64(places.count),
          CodedColumn.missing, codes.pointer + start))
    } merge: { part in
      missing += part.0
      if part.0 > 0, first == nil { first = part.1.first { codes[$0] == CodedColumn.missing } }
    }
    return (codes, missing, first)
  }
}
