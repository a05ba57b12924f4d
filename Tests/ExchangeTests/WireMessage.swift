/// The fields of a message in the wire format of protocol buffers, read independently of the writer.
struct WireMessage {
  enum Malformed: Error { case end, type(UInt64) }
  enum Value: Equatable {
    case number(Int64)
    case bytes([UInt8])
  }

  private(set) var fields: [(field: Int, value: Value)] = []

  init(_ bytes: some Collection<UInt8>) throws {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let key = try Self.varint(&rest)
      switch key & 7 {
      case 0: fields.append((Int(key >> 3), .number(Int64(bitPattern: try Self.varint(&rest)))))
      case 2:
        let count = Int(try Self.varint(&rest))
        guard rest.count >= count else { throw Malformed.end }
        fields.append((Int(key >> 3), .bytes(Array(rest.prefix(count)))))
        rest = rest.dropFirst(count)
      default: throw Malformed.type(key & 7)
      }
    }
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: 0, to: 70, by: 7) {
      guard let byte = rest.popFirst() else { throw Malformed.end }
      number |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return number }
    }
    throw Malformed.end
  }

  func numbers(_ field: Int) -> [Int64] {
    fields.compactMap { if $0.field == field, case .number(let n) = $0.value { n } else { nil } }
  }

  func data(_ field: Int) -> [[UInt8]] {
    fields.compactMap { if $0.field == field, case .bytes(let b) = $0.value { b } else { nil } }
  }

  func texts(_ field: Int) -> [String] { data(field).map { String(decoding: $0, as: UTF8.self) } }
  func text(_ field: Int) -> String { texts(field).first ?? "" }
  func messages(_ field: Int) throws -> [WireMessage] {
    try data(field).map { try WireMessage($0) }
  }

  func packed(_ field: Int) throws -> [Int64] {
    var numbers: [Int64] = []
    for part in data(field) {
      var rest = part[...]
      while !rest.isEmpty { numbers.append(Int64(bitPattern: try Self.varint(&rest))) }
    }
    return numbers
  }
}
