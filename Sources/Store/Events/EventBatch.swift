/// A decision or a label as it was sent.
struct Event: Sendable {
  enum Kind: Sendable {
    case decision
    case label
  }

  var line = 0
  var kind = Kind.decision
  var id = RecordHash(low: 0, high: 0)
  /// Milliseconds since 1970.
  var at: Int64 = 0
  var model = ""
  var arm = ""
  var decision = JournalRow.unknown
  var label = JournalRow.unknown
  var score = Float.nan
  var revision: UInt16 = 0
}

/// Events that are counted together or not at all.
public struct EventBatch: Sendable {
  /// Where they came from, for messages.
  public var source: String
  /// SHA-256 of what was sent, 64 digits.
  public var digest: String
  var events: [Event] = []
  /// Event × attribute: nil where there is none.
  var values: [String?] = []
  var unused: [String: Int] = [:]
  /// Lines that were left out because they could not be read, where that was asked for.
  public var refused: [EventFault] = []
  public var isBackfill = false

  public var count: Int { events.count }
  /// Members that nothing is made of, and how often they came.
  public var unusedMembers: [String: Int] { unused }
}

/// A line that is no event.
public struct EventFault: Error, Equatable, Sendable, CustomStringConvertible {
  public var source: String
  public var line: Int
  /// The first byte of a line is column 1.
  public var column: Int
  public var reason: String

  public init(source: String, line: Int, column: Int, reason: String) {
    self.source = source
    self.line = line
    self.column = column
    self.reason = reason
  }

  public var description: String { "\(source):\(line):\(column): \(reason)" }
}
