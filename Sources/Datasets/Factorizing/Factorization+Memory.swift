import CText
import LinearAlgebra

extension Factorization {
  /// Numbers in somebody else's memory; NaN is missing, and -0 is 0.
  ///
  /// - Parameters:
  ///   - stride: in elements.
  ///   - limit: with more values than this the result is nil.
  ///   - codes: shape `(n)`.
  public init?(
    numbers base: UnsafeRawPointer?, _ type: NumberType, count: Int, stride: Int, limit: Int,
    into codes: UnsafeMutablePointer<Int32>, pool: WorkerPool = .default
  ) {
    self.init()
    guard let base, count > 0 else { return }
    // SAFETY: the caller vouches for `count` numbers; bytes may be read at any address.
    let bytes = base.assumingMemoryBound(to: UInt8.self), distance = stride * type.size
    let found: Factorization?
    if let isSigned = type.isSigned,
      let values = WholeValues(
        bytes, size: type.size, isSigned: isSigned, stride: distance, rows: count, pool)
    {
      found = try? Factorization(values, limit: limit, into: codes, pool)
    } else {
      let values = WordValues(base: bytes, kind: type.wordKind, stride: distance, rows: count)
      found = try? Factorization(values, limit: limit, into: codes, pool)
    }
    guard let found else { return nil }
    self = found
  }

  /// Values of one width in somebody else's memory, equal where their bytes are.
  ///
  /// - Parameter stride: in bytes.
  public init?(
    bytes base: UnsafeRawPointer?, width: Int, count: Int, stride: Int, limit: Int,
    into codes: UnsafeMutablePointer<Int32>, pool: WorkerPool = .default
  ) {
    if let type = NumberType.unsigned(bytes: width), stride % width == 0 {
      self.init(
        numbers: base, type, count: count, stride: stride / width, limit: limit, into: codes,
        pool: pool)
      return
    }
    self.init()
    guard let base, count > 0 else { return }
    // SAFETY: as above.
    let bytes = base.assumingMemoryBound(to: UInt8.self)
    let values = FixedValues(base: bytes, width: width, stride: stride, rows: count)
    guard let found = try? Factorization(values, limit: limit, into: codes, pool) else {
      return nil
    }
    self = found
  }

  /// A column of an Arrow stream, which is consumed; equal where texts or numbers are.
  ///
  /// - Parameter rows: how many rows the column must have.
  public init?(
    arrow stream: UnsafeMutableRawPointer, rows: Int, limit: Int,
    into codes: UnsafeMutablePointer<Int32>, pool: WorkerPool = .default
  ) throws(DataError) {
    self.init()
    do throws(ArrowError) {
      let reader = try ArrowReader(stream)
      let fields = try reader.fields(allowsColumn: true)
      let table = ArrowTable(fields: fields, batches: try reader.batches(fields))
      guard fields.count == 1, table.rows == rows else {
        throw ArrowError("one column of \(rows) rows is needed")
      }
      guard Self.canNumber(fields[0]) else {
        throw ArrowError("the values of column '\(fields[0].name)' cannot be compared")
      }
      guard rows > 0 else { return }
      guard let found = try Factorization(0, of: table, limit: limit, into: codes, pool) else {
        return nil
      }
      self = found
    } catch { throw .unreadable(file: ArrowTable.file, reason: error.description) }
  }

  /// Of no rows.
  private init() {
    first = []
    firstMissing = nil
  }
}

extension NumberType {
  fileprivate static func unsigned(bytes: Int) -> NumberType? {
    switch bytes {
    case 1: .uint8
    case 2: .uint16
    case 4: .uint32
    case 8: .uint64
    default: nil
    }
  }

  /// Whether whole numbers have a sign; nil for others.
  var isSigned: Bool? {
    switch self {
    case .int8, .int16, .int32, .int64: true
    case .uint8, .uint16, .uint32, .uint64: false
    case .float32, .float64: nil
    }
  }

  /// What a word is made of.
  var wordKind: Int32 {
    switch self {
    case .int8, .uint8: EQP_WORD_8
    case .int16, .uint16: EQP_WORD_16
    case .int32, .uint32: EQP_WORD_32
    case .int64, .uint64: EQP_WORD_64
    case .float32: EQP_WORD_FLOAT
    case .float64: EQP_WORD_DOUBLE
    }
  }
}
