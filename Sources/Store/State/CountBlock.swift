/// What a count is of, within a tick.
public struct CountKey: Sendable, Hashable {
  /// A byte for each attribute's value.
  public var cell: UInt64
  public var model: UInt16
  public var arm: UInt8
  /// Of labels: how many periods after its decision a label came.
  public var age: UInt8 = 0

  public func hash(into hasher: inout Hasher) {
    hasher.combine(cell)
    hasher.combine(UInt32(model) << 16 | UInt32(arm) << 8 | UInt32(age))
  }

  package func code(of attribute: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: cell >> UInt64(8 * attribute))
  }
}

/// The counts of a tick of one kind.
public struct CountBlock: Sendable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// By the tick in which a decision was made.
    case chart
    /// By the tick to whose evidence it belongs.
    case evidence
    /// Labels by the tick of their decision and by age.
    case ages
  }

  public struct Name: Hashable, Sendable {
    public var kind: Kind
    public var tick: Int

    public func hash(into hasher: inout Hasher) { hasher.combine(tick << 2 | Int(kind.rawValue)) }
  }

  private(set) var counts: [CountKey: DecisionCounts]
  private(set) var dirty: Set<CountKey> = []
  /// When it was last needed.
  var used = 0

  init(_ counts: [CountKey: DecisionCounts] = [:]) { self.counts = counts }

  mutating func add(_ count: Int, _ key: CountKey, slot: Int) {
    counts[key, default: DecisionCounts()].counts[slot] += count
    dirty.insert(key)
  }

  mutating func settle() { dirty.removeAll(keepingCapacity: false) }

  var change: [CountKey: DecisionCounts] {
    Dictionary(uniqueKeysWithValues: dirty.map { ($0, counts[$0]!) })
  }
}

/// The counts that are at work; those of other ticks stay in the state until they are needed.
struct CountBlocks {
  /// Keys in memory from which blocks that are not at work are let go.
  static let most = 400_000

  private var blocks: [CountBlock.Name: CountBlock] = [:]
  private var clock = 0

  /// Reads a block that is not in memory.
  mutating func prepare(
    _ name: CountBlock.Name, _ state: any StateStore
  ) throws(StoreError) {
    clock += 1
    if blocks[name] == nil { blocks[name] = CountBlock(try state.counts(name)) }
    blocks[name]!.used = clock
  }

  mutating func add(_ count: Int, _ name: CountBlock.Name, _ key: CountKey, slot: Int) {
    blocks[name]!.add(count, key, slot: slot)
  }

  /// Of a block that was prepared.
  func counts(_ name: CountBlock.Name) -> [CountKey: DecisionCounts] { blocks[name]?.counts ?? [:] }

  var change: [CountBlock.Name: [CountKey: DecisionCounts]] {
    blocks.compactMapValues { $0.dirty.isEmpty ? nil : $0.change }
  }

  /// All that changed is in the state now.
  mutating func settle() {
    for name in Array(blocks.keys) where !blocks[name]!.dirty.isEmpty { blocks[name]!.settle() }
    var keys = blocks.values.reduce(0) { $0 + $1.counts.count }
    guard keys > Self.most else { return }
    for (name, block) in blocks.sorted(by: { $0.value.used < $1.value.used }) {
      guard keys > Self.most / 2 else { return }
      keys -= block.counts.count
      blocks[name] = nil
    }
  }
}
