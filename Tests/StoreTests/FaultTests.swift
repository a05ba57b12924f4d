import Essentials
import Store
import Testing

/// A sender that keeps a batch until it is acknowledged, and a machine that fails.
private struct Sender {
  let world: World
  let batches: [[UInt8]]
  /// Batches that were acknowledged.
  var acknowledged = 0

  /// Sends what is not acknowledged yet, two batches a commit, until all are or something fails.
  mutating func send() throws {
    let store = try world.open()
    while acknowledged < batches.count {
      let end = min(batches.count, acknowledged + 2)
      for k in acknowledged..<end {
        let key = BatchKey(producer: "core", sequence: UInt64(k))
        _ = try store.append(try store.read(batches[k]), key: key)
      }
      try store.commit()
      acknowledged = end
      if end % 4 == 0 { try store.checkpoint() }
    }
    try store.checkpoint()
  }
}

@Suite struct FaultTests {
  private static let stream = Stream(ticks: 20, rows: 14, seed: 3, gap: 0.2)
  private static let batches = stream.batches(of: 20)

  private func expected() throws -> [String] {
    let world = World()
    var sender = Sender(world: world, batches: Self.batches)
    try sender.send()
    return try world.open().told(world.disk)
  }

  private func operations() throws -> Int {
    let world = World()
    var sender = Sender(world: world, batches: Self.batches)
    try sender.send()
    return world.files.operations
  }

  /// A loss of power at every operation: after it, the sender goes on, and everything is counted as if nothing
  /// had happened, to the byte.
  @Test func aCrashAtAnyOperationLosesNothing() throws {
    let expected = try expected(), operations = try operations()
    #expect(operations > 500)
    for step in 1...operations {
      let world = World()
      var sender = Sender(world: world, batches: Self.batches)
      world.files.fault = .crash
      world.files.faultAt = step
      #expect(throws: StoreError.self, "step \(step)") { try sender.send() }
      var generator = Generator(UInt64(step))
      world.files.restart(&generator)
      try sender.send()
      #expect(try world.open().told(world.disk) == expected, "step \(step)")
    }
  }

  /// Each operation fails once, in one of several ways: an answer is an error or true, and the same store goes on or
  /// says that it must be opened again.
  @Test func anErrorAtAnyOperationIsNeverSilent() throws {
    let expected = try expected(), operations = try operations()
    for step in 1...operations {
      let code = step % 2 == 0 ? ENOSPC : EIO, isShort = step % 4 < 2
      let world = World()
      var sender = Sender(world: world, batches: Self.batches)
      world.files.fault = isShort ? .short(code) : .refuse(code)
      world.files.faultAt = step
      do {
        try sender.send()
      } catch let error as StoreError {
        guard case .file(_, code) = error else {
          Issue.record("step \(step): \(error)")
          continue
        }
      }
      world.files.endProcess()
      try sender.send()
      #expect(try world.open().told(world.disk) == expected, "step \(step)")
    }
  }

  /// A store that meets an error goes on with the next batch where it can.
  @Test func aFullDiskThatIsEmptiedIsWrittenToAgain() throws {
    let world = World()
    let store = try world.open()
    for (k, batch) in Self.batches.enumerated() {
      let key = BatchKey(producer: "core", sequence: UInt64(k))
      world.files.fault = k % 2 == 0 ? .short(ENOSPC) : .refuse(ENOSPC)
      world.files.faultAt = world.files.operations + 1 + k % 3
      let receipt = try? store.append(try store.read(batch), key: key)
      world.files.faultAt = nil
      if receipt == nil { _ = try store.append(try store.read(batch), key: key) }
      try store.commit()
    }
    #expect(try store.told(world.disk) == expected())
  }

  @Test func aFailedSyncIsNotTriedAgain() throws {
    let world = World()
    let store = try world.open()
    _ = try store.append(try store.read(Self.batches[0]))
    world.files.fault = .refuse(EIO)
    world.files.faultAt = world.files.operations + 1
    #expect(throws: StoreError.self) { try store.commit() }
    #expect(throws: StoreError.broken("m/journal")) { try store.commit() }
    #expect(throws: StoreError.broken("m/journal")) {
      try store.append(try store.read(Self.batches[1]))
    }
  }

  @Test func aSecondWriterIsRefused() throws {
    let world = World()
    let first = try world.open()
    #expect(throws: StoreError.locked("m")) { try world.open() }
    _ = first.folder
  }
}
