import Store
import Testing

@Suite struct EventTests {
  private func read(_ text: String, isPartial: Bool = false) throws -> EventBatch {
    let store = try World().open()
    return try store.parser.read(
      Array(text.utf8), source: "day.ndjson", now: store.now, isPartial: isPartial)
  }

  private static let good = #"{"id":"a","at":"2026-08-01T00:00:00Z","decision":1}"#

  @Test(arguments: [
    (#"{"id":"a","at":"2026-08-01T00:00:00Z","decision":2}"#, 50, "'decision' is 2, not 0 or 1"),
    (
      #"{"id":"a","at":"2026-13-01","decision":1}"#, 16,
      "'at' is '2026-13-01', not an instant such as 2026-08-01T09:30:00Z from 1970 on"
    ),
    (#"{"at":"2026-08-01","decision":1}"#, 1, "'id' is missing"),
    (#"{"id":"a","decision":1}"#, 1, "'at' is missing"),
    (#"{"id":"a","at":1}"#, 1, "neither 'decision' nor 'label' is there"),
    (#"{"id":"a","at":1,"decision":1"#, 30, "',' or '}' is expected where the line ends"),
    (#"{"id":"a","at":1,"decision":1} x"#, 32, "more than one value in a line"),
    (#"{"id":"a","at":1,"decision":1,"kind":"x"}"#, 1, "'kind' is 'x', not decision or label"),
    (
      #"{"id":"a","at":1,"decision":1,"revision":-1}"#, 42,
      "'revision' is -1, not a whole number from 0 to 65535"
    ),
    (#"{"id":"a","at":1,"decision":1,"groups":{"age":"x"}}"#, 47, "'age' is 'x', not a number"),
    (#"[1]"#, 1, "an object is expected, not '[1]'"),
    (
      #"{"id":"a","at":"2999-01-01","decision":1}"#, 16,
      "'at' is 2999-01-01T00:00:00Z, which is in the future"
    ),
  ])
  func aLineThatIsNoEventIsNamed(line: String, column: Int, reason: String) throws {
    let fault = EventFault(source: "day.ndjson", line: 2, column: column, reason: reason)
    #expect(throws: fault) { try read(Self.good + "\n" + line) }
    let partial = try read(Self.good + "\n" + line + "\n" + Self.good, isPartial: true)
    #expect(partial.count == 2)
    #expect(partial.refused == [fault])
  }

  @Test func instantsAreReadAndWritten() {
    for (text, expected) in [
      ("1970-01-01T00:00:00Z", Int64(0)), ("2000-02-29T12:00:00Z", 951_825_600_000),
      ("2026-08-01T09:30:12.345Z", 1_785_576_612_345), ("2100-03-01T00:00:00Z", 4_107_542_400_000),
    ] {
      #expect(Timestamp.milliseconds(Array(text.utf8)) == expected)
      #expect(Timestamp.text(expected) == text)
    }
    #expect(
      Timestamp.milliseconds(Array("2026-08-01T17:30:12.345+08:00".utf8)) == 1_785_576_612_345)
    for text in ["2026-02-29", "2100-02-29", "2026-1-01", "2026-01-01T25:00:00Z", "1969-12-31", ""]
    {
      #expect(Timestamp.milliseconds(Array(text.utf8)) == nil)
    }
    // Every day of some centuries, one after the other.
    var day = Int64(0)
    var last = ""
    while day < 200_000 {
      let text = Timestamp.text(day * 86_400_000)
      #expect(Timestamp.milliseconds(Array(text.utf8)) == day * 86_400_000)
      #expect(text > last)
      last = text
      day += 97
    }
  }

  @Test func membersThatAreNotUsedAreCounted() throws {
    let world = World()
    let store = try world.open()
    let text = #"{"id":7,"at":1e9,"decision":true,"tags":{"a":[1,{"b":"}"}]},"groups":{"x":1}}"#
    _ = try store.append(try store.read(Array(text.utf8)))
    #expect(store.summary.unused == ["tags": 1, "groups.x": 1])
    #expect(store.summary.decisions == 1)
  }

  /// Ids by their text, escapes or not.
  @Test func anEscapedIdIsTheSameId() throws {
    let store = try World().open()
    let lines = """
      {"id":"é","at":1,"decision":1}
      {"id":"\\u00e9","at":1,"decision":1}
      """
    let receipt = try store.append(try store.read(Array(lines.utf8)))
    #expect([receipt.counted, receipt.duplicates] == [1, 1])
  }

  /// Any cut and any changed byte of a line is an event or is named.
  @Test func noBytesStopTheReader() throws {
    let store = try World().open()
    let line = Array(
      #"{"id":"aé\n","at":"2026-08-01T00:00:00.5+02:00","decision":1,"score":-1.5e3,"groups":{"sex":null,"age":"30"}}"#
        .utf8)
    var generator = Generator(1), events = 0
    for k in 0..<20_000 {
      var bytes = line
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      if k % 3 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
      let batch = try store.parser.read(bytes, source: "", now: store.now, isPartial: true)
      events += batch.count
      #expect(batch.count + batch.refused.count <= 4)
    }
    #expect(events > 100)
  }
}
