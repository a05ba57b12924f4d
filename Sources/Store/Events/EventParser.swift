import Essentials

/// Reads events from lines of JSON: an object a line.
///
/// A decision has `id`, `at`, `decision` (0 or 1) and, where there are any, `model`, `version`, `arm`, `score`, `label` and
/// `attributes` or `groups`, an object of values. A label has `id`, `at` and `label`. `revision` is 0 unless stated; a
/// higher one takes the place of those before, and `supersedes` is the revision before. `kind` is `decision` or `label`;
/// without it an event with a decision is a decision. Other members are counted and not used.
public struct EventParser: Sendable {
  private enum Member {
    case id, at, kind, model, version, arm, decision, label, score, revision, supersedes, groups
  }

  private static let members: [String: Member] = [
    "id": .id, "at": .at, "kind": .kind, "model": .model, "version": .version, "arm": .arm,
    "decision": .decision, "label": .label, "score": .score, "revision": .revision,
    "supersedes": .supersedes, "groups": .groups, "attributes": .groups,
  ]

  /// What is found in a line beside the event.
  private struct Found {
    var hasID = false
    var hasTime = false
    var kind: String?
    var version = ""
    /// Where the time stands.
    var timePlace = 0
  }

  private let plan: MonitorPlan
  private let key: RecordHash.Key
  private let places: [String: Int]

  /// For a monitor that is not there yet.
  public init(_ plan: MonitorPlan) {
    self.init(plan, RecordHash.Key([UInt8](repeating: 0, count: 16)))
  }

  init(_ plan: MonitorPlan, _ key: RecordHash.Key) {
    self.plan = plan
    self.key = key
    places = Dictionary(uniqueKeysWithValues: plan.attributes.enumerated().map { ($1.name, $0) })
  }

  /// Events of whole lines; blank lines are passed over.
  ///
  /// - Parameters:
  ///   - source: what messages call the lines.
  ///   - firstLine: the number of the first.
  ///   - now: milliseconds since 1970; events more than the plan's `future` after it are refused.
  ///   - isPartial: whether lines that cannot be read are left out, rather than all of them refused.
  public func read(
    _ lines: [UInt8], source: String, firstLine: Int = 1, now: Int64, isPartial: Bool = false
  ) throws(EventFault) -> EventBatch {
    var batch = EventBatch(source: source, digest: Digest.sha256(of: lines))
    let latest = now + plan.futureLength
    var fault: EventFault?
    lines.withUnsafeBufferPointer { bytes in
      var start = 0, number = firstLine
      batch.events.reserveCapacity(bytes.count / 128)
      while start < bytes.count && fault == nil {
        let end = Self.lineEnd(bytes, start)
        var cursor = JSONCursor(text: bytes, place: start, end: end)
        do throws(JSONCursor.Fault) {
          if cursor.peek() != 0 { try take(&cursor, &batch, line: number, latest: latest) }
        } catch {
          let found = EventFault(
            source: source, line: number, column: error.place - start + 1, reason: error.reason)
          if isPartial { batch.refused.append(found) } else { fault = found }
        }
        start = end + 1
        number += 1
      }
    }
    if let fault { throw fault }
    return batch
  }

  private static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    guard let found = memchr(bytes.baseAddress! + start, 0x0A, bytes.count - start) else {
      return bytes.count
    }
    return UnsafeRawPointer(found) - UnsafeRawPointer(bytes.baseAddress!)
  }

  private func take(
    _ cursor: inout JSONCursor, _ batch: inout EventBatch, line: Int, latest: Int64
  ) throws(JSONCursor.Fault) {
    let width = plan.attributes.count, start = cursor.place
    var event = Event(), found = Found(), unused: [String] = []
    event.line = line
    let first = batch.values.count
    batch.values.append(contentsOf: repeatElement(nil, count: width))
    do throws(JSONCursor.Fault) {
      try cursor.require(0x7B, "an object")
      if !cursor.take(0x7D) {
        repeat {
          let name = try cursor.string()
          try cursor.require(0x3A, "':'")
          guard let member = Self.members[name] else {
            try cursor.skip()
            unused.append(name)
            continue
          }
          if member == .groups {
            try takeGroups(&cursor, &batch.values, first, &unused)
          } else {
            try take(member, &cursor, &event, &found)
          }
        } while cursor.take(0x2C)
        try cursor.require(0x7D, "',' or '}'")
      }
      if cursor.peek() != 0 { throw cursor.fault("more than one value in a line") }
      try finish(&event, found, cursor, start, latest)
    } catch {
      batch.values.removeLast(width)
      throw error
    }
    for name in unused { batch.unused[name, default: 0] += 1 }
    batch.events.append(event)
  }

  private func take(
    _ member: Member, _ cursor: inout JSONCursor, _ event: inout Event, _ found: inout Found
  ) throws(JSONCursor.Fault) {
    switch member {
    case .id:
      event.id = try id(&cursor)
      found.hasID = true
    case .at:
      _ = cursor.peek()
      found.timePlace = cursor.place
      event.at = try time(&cursor)
      found.hasTime = true
    case .kind: found.kind = try cursor.string()
    case .model: event.model = try text(&cursor)
    case .version: found.version = try text(&cursor)
    case .arm: event.arm = try text(&cursor)
    case .decision: event.decision = try binary(&cursor, "decision")
    case .label: event.label = try binary(&cursor, "label")
    case .score:
      let start = cursor.place, word = try cursor.word()
      guard !cursor.isWord(word, "null") else { break }
      guard let number = cursor.number(word), number.isFinite else {
        throw cursor.fault("'score' is not a number", at: start)
      }
      event.score = Float(number)
    case .revision: event.revision = try whole(&cursor, "revision", most: 65_535)
    case .supersedes: event.revision = try whole(&cursor, "supersedes", most: 65_534) + 1
    case .groups: break
    }
  }

  /// What an event must have.
  private func finish(
    _ event: inout Event, _ found: Found, _ cursor: JSONCursor, _ start: Int, _ latest: Int64
  ) throws(JSONCursor.Fault) {
    switch found.kind {
    case "decision": event.kind = .decision
    case "label": event.kind = .label
    case nil: event.kind = event.decision == JournalRow.unknown ? .label : .decision
    case let kind?: throw cursor.fault("'kind' is '\(kind)', not decision or label", at: start)
    }
    if !found.hasID { throw cursor.fault("'id' is missing", at: start) }
    if !found.hasTime { throw cursor.fault("'at' is missing", at: start) }
    if event.kind == .decision && event.decision == JournalRow.unknown {
      throw cursor.fault("'decision' is missing", at: start)
    }
    if event.kind == .label && event.label == JournalRow.unknown {
      throw cursor.fault("neither 'decision' nor 'label' is there", at: start)
    }
    if event.at > latest {
      throw cursor.fault(
        "'at' is \(Timestamp.text(event.at)), which is in the future", at: found.timePlace)
    }
    if !found.version.isEmpty { event.model += "@" + found.version }
  }

  private func id(_ cursor: inout JSONCursor) throws(JSONCursor.Fault) -> RecordHash {
    let isText = cursor.peek() == 0x22, start = cursor.place
    var range: Range<Int>
    if isText {
      let (quoted, isEscaped) = try cursor.quoted()
      if isEscaped {
        cursor.place = start
        let text = Array(try cursor.string().utf8)
        return text.withUnsafeBytes { RecordHash(of: $0, key: key) }
      }
      range = quoted
    } else {
      range = try cursor.word()
      guard cursor.number(range) != nil else {
        throw cursor.fault("'id' is not a text or a number", at: start)
      }
    }
    if range.isEmpty { throw cursor.fault("'id' is empty", at: start) }
    return RecordHash(
      of: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: cursor.text[range])), key: key)
  }

  private func time(_ cursor: inout JSONCursor) throws(JSONCursor.Fault) -> Int64 {
    let start = cursor.place
    if cursor.peek() == 0x22 {
      let range = try cursor.quoted().range
      if let time = Timestamp.milliseconds(UnsafeBufferPointer(rebasing: cursor.text[range])) {
        return time
      }
      let value = String(decoding: cursor.text[range].prefix(40), as: UTF8.self)
      throw cursor.fault(
        "'at' is '\(value)', not an instant such as 2026-08-01T09:30:00Z from 1970 on", at: start)
    }
    let word = try cursor.word()
    guard let seconds = cursor.number(word), seconds >= 0, seconds < 253_402_300_800 else {
      throw cursor.fault("'at' is neither an instant nor seconds since 1970", at: start)
    }
    return Int64((seconds * 1_000).rounded())
  }

  /// A text, a number as it is written, or nothing.
  private func text(_ cursor: inout JSONCursor) throws(JSONCursor.Fault) -> String {
    if cursor.peek() == 0x22 { return try cursor.string() }
    let start = cursor.place, word = try cursor.word()
    if cursor.isWord(word, "null") { return "" }
    guard cursor.number(word) != nil || cursor.isWord(word, "true") || cursor.isWord(word, "false")
    else { throw cursor.fault("a text or a number is expected", at: start) }
    return String(decoding: cursor.text[word], as: UTF8.self)
  }

  private func binary(
    _ cursor: inout JSONCursor, _ name: String
  ) throws(JSONCursor.Fault) -> UInt8 {
    let start = cursor.place, value: String
    if cursor.peek() == 0x22 {
      value = "\"" + (try cursor.string()) + "\""
    } else {
      let word = try cursor.word()
      if cursor.isWord(word, "1") || cursor.isWord(word, "true") { return 1 }
      if cursor.isWord(word, "0") || cursor.isWord(word, "false") { return 0 }
      if cursor.isWord(word, "null") { return JournalRow.unknown }
      value = String(decoding: cursor.text[word], as: UTF8.self)
    }
    throw cursor.fault("'\(name)' is \(value), not 0 or 1", at: start)
  }

  private func whole(
    _ cursor: inout JSONCursor, _ name: String, most: UInt16
  ) throws(JSONCursor.Fault) -> UInt16 {
    let start = cursor.place, word = try cursor.word()
    let text = String(decoding: cursor.text[word], as: UTF8.self)
    guard let value = UInt16(text), value <= most else {
      throw cursor.fault("'\(name)' is \(text), not a whole number from 0 to \(most)", at: start)
    }
    return value
  }

  private func takeGroups(
    _ cursor: inout JSONCursor, _ values: inout [String?], _ first: Int, _ unused: inout [String]
  ) throws(JSONCursor.Fault) {
    if cursor.peek() != 0x7B {
      let start = cursor.place, word = try cursor.word()
      guard cursor.isWord(word, "null") else {
        throw cursor.fault("'groups' is not an object", at: start)
      }
      return
    }
    try cursor.require(0x7B, "an object")
    if cursor.take(0x7D) { return }
    repeat {
      let name = try cursor.string()
      try cursor.require(0x3A, "':'")
      guard let place = places[name] else {
        try cursor.skip()
        unused.append("groups." + name)
        continue
      }
      let start = cursor.place, value = try text(&cursor)
      guard !value.isEmpty else { continue }
      if plan.attributes[place].cuts == nil {
        values[first + place] = value
      } else if let number = Double(value), number.isFinite {
        values[first + place] = plan.attributes[place].range(of: number)
      } else {
        throw cursor.fault("'\(name)' is '\(value)', not a number", at: start)
      }
    } while cursor.take(0x2C)
    try cursor.require(0x7D, "',' or '}'")
  }
}
