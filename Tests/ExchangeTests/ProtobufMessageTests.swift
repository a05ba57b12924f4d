import Exchange
import Testing

@Suite struct ProtobufMessageTests {
  /// The examples of the format's page, and the ends of varints.
  @Test func bytesOfTheFormat() {
    func bytes(_ write: (inout ProtobufMessage) -> Void) -> [UInt8] {
      var message = ProtobufMessage()
      write(&message)
      return message.bytes
    }
    #expect(bytes { $0.add(1, 150) } == [0x08, 0x96, 0x01])
    #expect(bytes { $0.add(2, "testing") } == [0x12, 0x07] + Array("testing".utf8))
    #expect(bytes { $0.set(6, packed: [3, 270, 86942]) } == [0x32, 6, 3, 0x8E, 2, 0x9E, 0xA7, 5])
    #expect(bytes { $0.add(1, 127) } == [0x08, 0x7F])
    #expect(bytes { $0.add(1, 128) } == [0x08, 0x80, 0x01])
    #expect(bytes { $0.add(15, 0) } == [0x78, 0] && bytes { $0.add(16, 0) } == [0x80, 1, 0])
    #expect(bytes { $0.add(1, -1) } == [0x08] + Array(repeating: 0xFF, count: 9) + [1])
    #expect(bytes { $0.add(1, .min) } == [0x08] + Array(repeating: 0x80, count: 9) + [1])
    #expect(bytes { $0.add(1, .max) } == [0x08] + Array(repeating: 0xFF, count: 8) + [0x7F])
  }

  @Test func onlySingleFieldsLeaveDefaultsOut() {
    var single = ProtobufMessage(), repeated = ProtobufMessage()
    single.set(1, 0)
    single.set(2, "")
    single.set(3, [])
    single.set(4, packed: [])
    #expect(single.bytes == [])
    repeated.add(1, 0)
    repeated.add(2, "")
    repeated.add(3, [UInt8]())
    repeated.add(4, single)
    #expect(repeated.bytes == [0x08, 0, 0x12, 0, 0x1A, 0, 0x22, 0])
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var inner = ProtobufMessage(), outer = ProtobufMessage()
    let numbers: [Int64] = [0, 1, 127, 128, 16383, 16384, .max, .min, -1]
    inner.set(1, packed: numbers)
    outer.add(200, inner)
    for number in numbers { outer.add(7, number) }
    let found = try WireMessage(outer.bytes)
    #expect(found.numbers(7) == numbers)
    #expect(try found.messages(200).map { try $0.packed(1) } == [numbers])
    #expect(throws: WireMessage.Malformed.self) { try WireMessage(outer.bytes.dropLast()) }
  }
}
