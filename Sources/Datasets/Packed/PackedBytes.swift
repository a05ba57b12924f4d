/// Numbers and texts one after the other, lowest byte first: the contents of a packed file.
struct PackedOutput {
  private(set) var bytes: [UInt8] = []

  mutating func add<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(count: Int) { add(UInt64(count)) }
  mutating func add(_ flag: Bool) { add(flag ? UInt8(1) : 0) }
  mutating func add(_ number: Double) { add(number.bitPattern) }

  mutating func add(_ text: String) { add(Array(text.utf8)) }

  mutating func add(_ text: [UInt8]) {
    add(UInt32(text.count))
    bytes.append(contentsOf: text)
  }

  mutating func add(_ texts: [String]) {
    add(count: texts.count)
    for text in texts { add(text) }
  }

  mutating func add(_ numbers: [Int]) {
    add(count: numbers.count)
    for number in numbers { add(count: number) }
  }
}

/// Reads what ``PackedOutput`` wrote, whoever may have changed it since: nothing is read beyond the
/// end, and no count is believed that the bytes left cannot hold.
struct PackedInput {
  private let bytes: UnsafeRawBufferPointer
  private var place = 0

  /// - Parameter bytes: must outlive the value.
  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var left: Int { bytes.count - place }

  mutating func number<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self
  ) throws(PackedFault) -> Number {
    let size = MemoryLayout<Number>.size
    guard left >= size else { throw .badContents("its list of contents ends too early") }
    defer { place += size }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
  }

  /// A count of things that take at least `size` bytes each, here or elsewhere in memory.
  mutating func count(each size: Int = 1) throws(PackedFault) -> Int {
    let found: UInt64 = try number()
    guard found <= UInt64(left / size) else { throw .badContents("\(found) entries of a list") }
    return Int(found)
  }

  /// A number of bytes or rows, at most 2^48.
  mutating func size() throws(PackedFault) -> Int {
    let found: UInt64 = try number()
    guard found <= 1 << 48 else { throw .badContents("a size of \(found)") }
    return Int(found)
  }

  mutating func flag() throws(PackedFault) -> Bool { try number(UInt8.self) != 0 }
  mutating func real() throws(PackedFault) -> Double { Double(bitPattern: try number()) }

  mutating func text() throws(PackedFault) -> String {
    String(decoding: try rawText(), as: UTF8.self)
  }

  /// Bytes in the memory that is read.
  mutating func rawText() throws(PackedFault) -> UnsafeRawBufferPointer {
    let count = Int(try number(UInt32.self))
    guard count <= left else { throw .badContents("a text of \(count) bytes") }
    defer { place += count }
    return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
  }

  mutating func texts() throws(PackedFault) -> [String] {
    let count = try count(each: 4)
    var texts: [String] = []
    for _ in 0..<count { texts.append(try text()) }
    return texts
  }

  mutating func sizes() throws(PackedFault) -> [Int] {
    let count = try count(each: 8)
    var numbers: [Int] = []
    for _ in 0..<count { numbers.append(try size()) }
    return numbers
  }
}
