import Essentials

/// An array in NumPy's NPY format, versions 1 to 3: little-endian numbers in C order.
///
/// Format: NumPy enhancement proposal 1.
public struct NPYArray: Sendable {
  public enum Kind: String, Sendable {
    case float32 = "<f4"
    case float64 = "<f8"
    case int64 = "<i8"
    case int32 = "<i4"
    case uint16 = "<u2"
    case uint8 = "|u1"
    case int8 = "|i1"
    case boolean = "|b1"

    public var size: Int { type.size }

    /// A Boolean is a byte of 0 or 1.
    var type: NumberType {
      switch self {
      case .float32: .float32
      case .float64: .float64
      case .int64: .int64
      case .int32: .int32
      case .uint16: .uint16
      case .uint8, .boolean: .uint8
      case .int8: .int8
      }
    }
  }

  public let file: String
  public let kind: Kind
  public let shape: [Int]
  public let bytes: FileBytes
  /// Where the numbers start.
  public let offset: Int

  public var count: Int { shape.reduce(1, *) }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  public init(_ path: String) throws(DataError) {
    file = path
    bytes = try FileBytes.open(path)
    let raw = UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count)
    func corrupt(_ detail: String) -> DataError { .corruptArray(file: path, detail: detail) }
    guard raw.count >= 10, raw.prefix(6).elementsEqual(Self.magic) else {
      throw corrupt("it does not start with the NPY mark")
    }
    let wide = raw[6] >= 2
    guard raw[6] >= 1, raw[6] <= 3, raw.count >= 12 else { throw corrupt("unknown version") }
    let length =
      wide
      ? Int(raw[8]) | Int(raw[9]) << 8 | Int(raw[10]) << 16 | Int(raw[11]) << 24
      : Int(raw[8]) | Int(raw[9]) << 8
    let start = wide ? 12 : 10
    guard start + length <= raw.count else { throw corrupt("the header is cut off") }
    let header = String(decoding: raw[start..<start + length], as: UTF8.self)
    offset = start + length
    guard let code = Self.text(after: "'descr':", in: header), let kind = Kind(rawValue: code)
    else { throw corrupt("numbers of a kind that is not read (little-endian numbers are)") }
    guard !header.contains("'fortran_order': True") else {
      throw corrupt("columns first (Fortran order); save it with numpy.ascontiguousarray")
    }
    guard let shape = Self.shape(in: header) else { throw corrupt("no shape in the header") }
    self.kind = kind
    self.shape = shape
    var need = kind.size
    for extent in shape {
      let product = need.multipliedReportingOverflow(by: extent)
      guard !product.overflow else { throw corrupt("the shape is too large") }
      need = product.partialValue
    }
    guard raw.count - offset == need else {
      throw corrupt("\(raw.count - offset) bytes of numbers where the shape needs \(need)")
    }
  }

  private static func text(after key: String, in header: String) -> String? {
    guard let found = header.firstRange(of: key) else { return nil }
    let rest = header[found.upperBound...].drop { $0 == " " }
    guard let quote = rest.first, quote == "'" || quote == "\"" else { return nil }
    return String(rest.dropFirst().prefix { $0 != quote })
  }

  private static func shape(in header: String) -> [Int]? {
    guard let key = header.firstRange(of: "'shape':"),
      let open = header[key.upperBound...].firstIndex(of: "("),
      let close = header[open...].firstIndex(of: ")")
    else { return nil }
    let pieces = header[header.index(after: open)..<close].split(separator: ",")
      .map(\.trimmingBlanks).filter { !$0.isEmpty }
    let extents = pieces.compactMap { Int($0) }
    return extents.count == pieces.count && extents.allSatisfy { $0 >= 0 } ? extents : nil
  }

  /// The start of the numbers.
  var numbers: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bytes.pointer) + offset }

  /// Element `index` in C order as a `Double`.
  @inline(__always) func value(_ index: Int) -> Double {
    let at = numbers + index * kind.size
    switch kind {
    case .float32: return Double(at.loadUnaligned(as: Float.self))
    case .float64: return at.loadUnaligned(as: Double.self)
    case .int64: return Double(at.loadUnaligned(as: Int64.self))
    case .int32: return Double(at.loadUnaligned(as: Int32.self))
    case .uint16: return Double(at.loadUnaligned(as: UInt16.self))
    case .uint8, .boolean: return Double(at.load(as: UInt8.self))
    case .int8: return Double(at.load(as: Int8.self))
    }
  }

  /// The header of an array, padded so that the numbers start at a multiple of 64 bytes.
  static func header(kind: Kind, shape: [Int]) -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(kind.rawValue)', 'fortran_order': False, 'shape': (\(extents)), }"
    let unpadded = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = text.utf8.count
    return magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(text.utf8)
  }
}
