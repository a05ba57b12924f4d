import CText

/// One column of one batch: values in the memory of whoever made them, checked as far as a shape
/// can be.
struct ArrowChunk: @unchecked Sendable {
  let field: ArrowField
  let rows: Int
  /// The place of the first row in the buffers.
  let first: Int
  let validity: UnsafePointer<UInt8>?
  let buffers: [UnsafeRawPointer?]
  /// The values that codes of a dictionary column stand for; nil: a missing value.
  let dictionary: [String?]

  /// - Parameter start: where the batch begins in its columns.
  init(_ array: ArrowArray, _ field: ArrowField, start: Int, rows: Int) throws(ArrowError) {
    self.field = field
    self.rows = rows
    guard let offset = Int(exactly: array.offset), offset >= 0, offset < 1 << 46,
      let length = Int(exactly: array.length), length >= 0, start >= 0, start < 1 << 46,
      rows <= length - start
    else { throw ArrowError("column '\(field.name)' is shorter than its table") }
    first = start + offset
    (buffers, validity) = try Self.checked(array, field.type, field.name, isEmpty: rows == 0)
    guard let type = field.dictionary else {
      dictionary = []
      return
    }
    guard let values = array.dictionary else {
      throw ArrowError("column '\(field.name)' lacks its dictionary")
    }
    // SAFETY: the interface asks for a valid struct.
    dictionary = try Self.texts(values.pointee, type, field.name)
  }

  /// The buffers of an array: validity bits first, which may be left out.
  private static func checked(
    _ array: ArrowArray, _ type: ArrowType, _ name: String, isEmpty: Bool
  ) throws(ArrowError) -> ([UnsafeRawPointer?], UnsafePointer<UInt8>?) {
    guard type.bufferCount > 0 else { return ([], nil) }
    guard array.n_buffers >= Int64(type.bufferCount), array.n_buffers < 1 << 20,
      let pointers = array.buffers
    else { throw ArrowError("column '\(name)' has \(array.n_buffers) buffers") }
    // SAFETY: the interface asks for `n_buffers` pointers.
    let found = (0..<Int(array.n_buffers)).map { pointers[$0] }
    guard isEmpty || found[1] != nil else {
      throw ArrowError("the values of column '\(name)' are NULL")
    }
    let validity = array.null_count == 0 ? nil : found[0]
    return (found, validity?.assumingMemoryBound(to: UInt8.self))
  }

  private static func texts(
    _ array: ArrowArray, _ type: ArrowType, _ name: String
  ) throws(ArrowError) -> [String?] {
    guard let count = Int(exactly: array.length), count >= 0, count < 1 << 31 else {
      throw ArrowError("the dictionary of column '\(name)' has \(array.length) values")
    }
    let values = try ArrowChunk(
      array, ArrowField(name: name, type: type), start: 0, rows: count)
    var texts: [String?] = []
    texts.reserveCapacity(count)
    for i in 0..<count { texts.append(try values.text(i)) }
    return texts
  }

  // MARK: One value

  func isMissing(_ i: Int) -> Bool {
    if field.type == .missing { return true }
    guard let validity else { return false }
    // SAFETY: the interface asks for a bit for each value.
    return validity[(first + i) >> 3] >> UInt8((first + i) & 7) & 1 == 0
  }

  /// Whether no value is missing by a bit of its own.
  var isComplete: Bool { validity == nil && field.type != .missing }

  /// The value as a text, numbers in their shortest form; nil when it is missing.
  func text(_ i: Int) throws(ArrowError) -> String? {
    guard !isMissing(i) else { return nil }
    if field.dictionary != nil {
      guard let code = code(i), code < dictionary.count else {
        throw ArrowError("column '\(field.name)' has a code that its dictionary lacks")
      }
      return dictionary[code]
    }
    switch field.type {
    case .missing: return nil
    case .bits: return bit(i) ? "true" : "false"
    case .half, .number(.float32), .number(.float64):
      let value = number(i)
      guard !value.isNaN else { return nil }
      if value == value.rounded() && abs(value) < 0x1p53 { return "\(Int(value))" }
      return field.type == .number(.float32) ? "\(Float(value))" : "\(value)"
    case .number(let type):
      // SAFETY: as `number` says.
      return type.visit(buffers[1]!, count: first + rows, stride: 1, TextReader(row: first + i))
    case .text, .textView: return try String(decoding: bytes(i), as: UTF8.self)
    }
  }

  /// The value as a number; NaN when it is missing. Not for texts.
  func number(_ i: Int) -> Double {
    guard !isMissing(i) else { return .nan }
    switch field.type {
    case .bits: return bit(i) ? 1 : 0
    case .half:
      // SAFETY: the interface asks for a value for each row, wherever it is.
      return HalfFloat.number(
        buffers[1]!.loadUnaligned(fromByteOffset: (first + i) * 2, as: UInt16.self))
    case .number(let type):
      return type.visit(
        buffers[1]!, count: first + rows, stride: 1, NumberReader(row: first + i))
    case .missing, .text, .textView: return .nan
    }
  }

  /// The code of a dictionary column, at least 0.
  private func code(_ i: Int) -> Int? {
    guard case .number(let type) = field.type else { return nil }
    return type.visit(buffers[1]!, count: first + rows, stride: 1, PlaceReader(row: first + i))
  }

  private func bit(_ i: Int) -> Bool {
    buffers[1]!.load(fromByteOffset: (first + i) >> 3, as: UInt8.self)
      >> UInt8((first + i) & 7) & 1 == 1
  }

  /// The bytes of a text.
  func bytes(_ i: Int) throws(ArrowError) -> UnsafeRawBufferPointer {
    let row = first + i
    switch field.type {
    case .text(let isLarge):
      // SAFETY: the interface asks for one offset more than there are values.
      let start: Int, end: Int
      if isLarge {
        start = Int(buffers[1]!.loadUnaligned(fromByteOffset: row * 8, as: Int64.self))
        end = Int(buffers[1]!.loadUnaligned(fromByteOffset: row * 8 + 8, as: Int64.self))
      } else {
        start = Int(buffers[1]!.loadUnaligned(fromByteOffset: row * 4, as: Int32.self))
        end = Int(buffers[1]!.loadUnaligned(fromByteOffset: row * 4 + 4, as: Int32.self))
      }
      guard start >= 0, end >= start, end == start || buffers[2] != nil else { throw badText() }
      return UnsafeRawBufferPointer(
        start: start == end ? nil : buffers[2]! + start, count: end - start)
    case .textView:
      let view = buffers[1]! + row * 16
      let count = Int(view.loadUnaligned(as: Int32.self))
      if count >= 0, count <= 12 { return UnsafeRawBufferPointer(start: view + 4, count: count) }
      let buffer = Int(view.loadUnaligned(fromByteOffset: 8, as: Int32.self))
      let start = Int(view.loadUnaligned(fromByteOffset: 12, as: Int32.self))
      // The last buffer holds the sizes of the others.
      guard count >= 0, start >= 0, buffer >= 0, 2 + buffer < buffers.count - 1,
        let base = buffers[2 + buffer]
      else { throw badText() }
      return UnsafeRawBufferPointer(start: base + start, count: count)
    default: preconditionFailure("a column of texts")
    }
  }

  private func badText() -> ArrowError {
    ArrowError("a text of column '\(field.name)' has impossible offsets")
  }

  // MARK: Many values

  /// Visits the contiguous numbers of this chunk; nil when they are not stored as such.
  func visitNumbers<Visitor: NumberVisitor>(_ visitor: Visitor) -> Visitor.Result? {
    guard case .number(let type) = field.type, field.dictionary == nil, rows > 0 else { return nil }
    return type.visit(buffers[1]! + first * type.size, count: rows, stride: 1, visitor)
  }
}

private struct NumberReader: NumberVisitor {
  var row: Int
  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Double {
    numbers[row].number
  }
}

private struct PlaceReader: NumberVisitor {
  var row: Int
  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> Int? {
    Int(exactly: numbers[row].number).flatMap { $0 >= 0 ? $0 : nil }
  }
}

private struct TextReader: NumberVisitor {
  var row: Int
  func visit<Number: OutsideNumber>(_ numbers: StridedNumbers<Number>) -> String {
    "\(numbers[row])"
  }
}
