import LinearAlgebra

extension ArrowTable {
  /// A column as codes of its values in code-point order, and its first row without a value.
  ///
  /// Texts that mean a missing value in a file mean it here as well, so that a table and the file it
  /// was read from give the same answers.
  func codes(
    _ category: TablePlan.Category, _ missingTexts: [String]
  ) throws(DataError) -> (CodedColumn, firstMissing: Int?) {
    let codes = Buffer<UInt16>(uninitialized: rows)
    var levels = LevelNumbering(missingTexts: missingTexts)
    for batch in batches {
      let chunk = batch.columns[category.column], target = codes.pointer + batch.firstRow
      let complete = try reading { () throws(ArrowError) in
        try levels.number(chunk, into: target)
      }
      guard complete else {
        throw .tooManyLevels(
          file: file, column: category.name, limit: Int(CodedColumn.missing))
      }
    }
    let order = levels.names.indices.sorted {
      levels.names[$0].unicodeScalars.lexicographicallyPrecedes(levels.names[$1].unicodeScalars)
    }
    var rank = [UInt16](repeating: CodedColumn.missing, count: 65_536)
    for (position, index) in order.enumerated() { rank[index] = UInt16(position) }
    var missing = 0, first: Int?
    for i in 0..<rows {
      let code = rank[Int(codes.pointer[i])]
      codes.pointer[i] = code
      guard code == CodedColumn.missing else { continue }
      missing += 1
      first = first ?? i
    }
    let column = CodedColumn(
      name: category.name, levels: order.map { levels.names[$0] }, codes: codes,
      missingCount: missing)
    return (column, first)
  }
}

/// Numbers the values of a column in the order in which they come.
private struct LevelNumbering {
  private(set) var names: [String] = []
  private var places: [String: UInt16]
  /// Texts of one batch by their bytes, so that a text is made once.
  private var known: [UInt64: [(bytes: [UInt8], place: UInt16)]] = [:]

  init(missingTexts: [String]) {
    places = Dictionary(
      missingTexts.map { ($0, CodedColumn.missing) }, uniquingKeysWith: { first, _ in first })
  }

  /// - Returns: false when there are more values than codes.
  mutating func number(
    _ chunk: ArrowChunk, into target: UnsafeMutablePointer<UInt16>
  ) throws(ArrowError) -> Bool {
    if chunk.field.dictionary == nil, chunk.field.type.isText {
      return try numberTexts(chunk, into: target)
    }
    var last: (bits: UInt64, place: UInt16)?
    for i in 0..<chunk.rows {
      guard !chunk.isMissing(i) else {
        target[i] = CodedColumn.missing
        continue
      }
      // Whole numbers and codes that fit a double exactly are told apart by it.
      let bits = chunk.number(i)
      if let last, bits.bitPattern == last.bits, abs(bits) < 0x1p53 {
        target[i] = last.place
        continue
      }
      guard let place = try place(of: chunk, i, bits) else { return false }
      target[i] = place
      last = (bits.bitPattern, place)
    }
    numbers.removeAll(keepingCapacity: true)
    return true
  }

  /// Values of this chunk by their number.
  private var numbers: [Double: UInt16] = [:]

  private mutating func place(
    of chunk: ArrowChunk, _ i: Int, _ value: Double
  ) throws(ArrowError) -> UInt16? {
    let isExact = abs(value) < 0x1p53
    if isExact, let known = numbers[value] { return known }
    guard let text = try chunk.text(i) else { return CodedColumn.missing }
    guard let place = place(of: text) else { return nil }
    if isExact { numbers[value] = place }
    return place
  }

  private mutating func numberTexts(
    _ chunk: ArrowChunk, into target: UnsafeMutablePointer<UInt16>
  ) throws(ArrowError) -> Bool {
    for i in 0..<chunk.rows {
      guard !chunk.isMissing(i) else {
        target[i] = CodedColumn.missing
        continue
      }
      let bytes = try chunk.bytes(i)
      let hash = Self.hash(bytes)
      if let found = known[hash]?.first(where: { bytes.elementsEqual($0.bytes) }) {
        target[i] = found.place
        continue
      }
      guard let place = place(of: String(decoding: bytes, as: UTF8.self)) else { return false }
      known[hash, default: []].append((Array(bytes), place))
      target[i] = place
    }
    return true
  }

  private mutating func place(of text: String) -> UInt16? {
    if let known = places[text] { return known }
    guard names.count < Int(CodedColumn.missing) else { return nil }
    let place = UInt16(names.count)
    places[text] = place
    names.append(text)
    return place
  }

  /// The hash of Fowler, Noll and Vo over bytes.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}
