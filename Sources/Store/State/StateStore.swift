/// What of a store is derived from its journal and kept, so that it need not be counted again: one transaction takes it
/// from one offset of the journal to the next.
public protocol StateStore: AnyObject {
  /// nil where nothing was ever committed.
  func document(_ name: String) throws(StoreError) -> String?
  func counts(_ block: CountBlock.Name) throws(StoreError) -> [CountKey: DecisionCounts]
  func batch(_ key: BatchKey) throws(StoreError) -> BatchRecord?
  /// The highest sequence of a producer.
  func lastSequence(_ producer: String) throws(StoreError) -> UInt64?
  /// All of it or nothing.
  func commit(_ change: StateChange) throws(StoreError)
}

/// What a transaction changes.
public struct StateChange: Sendable {
  public var documents: [String: String] = [:]
  /// Counts that a key has now.
  public var counts: [CountBlock.Name: [CountKey: DecisionCounts]] = [:]
  public var batches: [BatchRecord] = []
  public var changes: [AlertChange] = []
  /// Batches of a producer up to this sequence are forgotten.
  public var forgotten: [String: UInt64] = [:]
}

/// The answer that a batch got.
public struct BatchRecord: Sendable, Equatable, Codable {
  public var key: BatchKey
  public var digest: String
  public var receipt: Receipt
}

/// What became of a batch.
public struct Receipt: Sendable, Equatable, Codable {
  public var events = 0
  /// Decisions and labels that were counted.
  public var counted = 0
  /// Of those, revisions of what was counted before.
  public var corrections = 0
  public var duplicates = 0
  /// Decisions whose tick had ended: their evidence is of the tick that was open.
  public var late = 0
  /// Where in the journal the batch lies.
  public var offset = 0
  /// Whether the same batch came before, and this is the answer that it got.
  public var isReplay = false

  enum CodingKeys: String, CodingKey {
    case events, counted, corrections, duplicates, late, offset
    case isReplay = "replayed"
  }

  public init() {}
}

/// A bound that went from one state to another.
public struct AlertChange: Sendable, Equatable, Codable {
  /// Counts up from 1.
  public var number: Int
  public var tick: Int
  public var bound: String
  public var comparison: String
  public var from: String
  public var to: String
}
