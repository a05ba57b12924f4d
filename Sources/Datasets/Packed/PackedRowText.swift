import CText

/// The text of rows as it stood in the file that was packed, byte for byte.
struct PackedRowText: Sendable {
  let packed: PackedFile

  init(_ packed: PackedFile) { self.packed = packed }

  /// A field as it stood, quotes and blanks included.
  func field(_ row: Int, _ column: Int) throws(PackedFault) -> [UInt8] {
    let index = packed.contents.block(ofRow: row)
    return try field(row - packed.contents.blocks[index].firstRow, column, block: index)
  }

  /// - Parameter row: of the block.
  func field(_ row: Int, _ column: Int, block index: Int) throws(PackedFault) -> [UInt8] {
    let block = packed.contents.blocks[index], part = block.columns[column]
    let memory = packed.memory(block) + part.offset
    switch part.texts {
    case .style: return try styled(row, column, block)
    case .codes8, .codes16, .codes32: return try known(code(row, part, block), column)
    case .heap:
      let texts = 4 * (block.rows + 1)
      let start = Int(memory.loadUnaligned(fromByteOffset: 4 * row, as: UInt32.self))
      let end = Int(memory.loadUnaligned(fromByteOffset: 4 * row + 4, as: UInt32.self))
      guard start <= end, end <= part.bytes - texts else { throw packed.damaged(index, column) }
      // SAFETY: the range lies inside the column's bytes, which lie inside the file.
      return Array(UnsafeRawBufferPointer(start: memory + texts + start, count: end - start))
    }
  }

  /// The place in the dictionary of a row's text, as it is stored.
  func code(_ row: Int, _ part: PackedColumnPart, _ block: PackedBlock) -> Int {
    let memory = packed.memory(block) + part.offset
    // SAFETY: codes were checked to be as many as the block's rows.
    switch part.texts {
    case .codes8: return Int(memory.load(fromByteOffset: row, as: UInt8.self))
    case .codes16: return Int(memory.loadUnaligned(fromByteOffset: 2 * row, as: UInt16.self))
    default: return Int(memory.loadUnaligned(fromByteOffset: 4 * row, as: UInt32.self))
    }
  }

  /// A text of the dictionary.
  func known(_ code: Int, _ column: Int) throws(PackedFault) -> [UInt8] {
    let texts = packed.contents.columns[column].dictionary
    guard code >= 0, code < texts.count else {
      throw .badContents(
        "column '\(packed.contents.columns[column].sample.name)' has a code that its dictionary lacks"
      )
    }
    return texts[code]
  }

  private func styled(
    _ row: Int, _ column: Int, _ block: PackedBlock
  ) throws(PackedFault) -> [UInt8] {
    let (number, word) = PackedNumbers(packed, block, column)[row]
    guard !number.isNaN else { return try known(Int(word) - 1, column) }
    return [UInt8](unsafeUninitializedCapacity: Int(EQP_NUMBER_ROOM)) { bytes, count in
      // SAFETY: no number is longer than the room.
      count = Int(
        eqp_number_text(
          Int32(block.columns[column].style), number,
          bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress }))
    }
  }

  /// Records as lines of text, and where each begins.
  func records(_ rows: [Int]) throws(PackedFault) -> (text: [UInt8], starts: [Int]) {
    let columns = packed.contents.columns.indices
    var text: [UInt8] = [], starts: [Int] = []
    for row in rows {
      starts.append(text.count)
      let index = packed.contents.block(ofRow: row)
      let place = row - packed.contents.blocks[index].firstRow
      for j in columns {
        if j > 0 { text.append(UInt8(ascii: ",")) }
        text += try field(place, j, block: index)
      }
      text.append(UInt8(ascii: "\n"))
    }
    return (text, starts)
  }
}

/// The numbers of a column in a block, among its rows of floats.
struct PackedNumbers {
  private let first: UnsafeRawPointer
  private let precision: PackedColumnPart.Precision
  /// The columns of a row of floats.
  let width: Int

  /// - Parameter column: one that is stored as floats.
  init(_ packed: PackedFile, _ block: PackedBlock, _ column: Int) {
    precision = block.columns[column].precision
    let precision = precision
    width = block.columns.count { $0.precision == precision }
    let place = block.columns[..<column].count { $0.precision == precision }
    let start = precision == .single ? block.singles : block.doubles
    first = packed.memory(block) + start + place * precision.size
  }

  var pointer: UnsafeRawPointer { first }
  var size: Int { precision.size }

  /// A row's number, and the number of its text, from 1, where it is none.
  subscript(row: Int) -> (Double, word: UInt32) {
    // SAFETY: rows of floats were checked to lie inside the block.
    let place = first + row * width * precision.size
    if precision == .single {
      let value = place.loadUnaligned(as: Float.self)
      return (Double(value), value.packedWord)
    }
    let value = place.loadUnaligned(as: Double.self)
    return (value, value.packedWord)
  }
}
