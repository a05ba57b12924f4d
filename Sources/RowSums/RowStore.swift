import Datasets
import Dispatch
import LinearAlgebra
import Synchronization

/// Encoded rows of which only so many are in memory as there is room for: the first windows of them. The
/// others lie in a file without a name and are read again by each reading, the next window while sums
/// are taken over the one before.
///
/// Readings go forward and backward in turn, so that what the last one ended with is read once.
public final class RowStore<Scalar: KernelScalar>: @unchecked Sendable {
  // SAFETY: filled by one thread; then one reading at a time, which the lock sees to.
  /// How rows are held.
  public struct Room: Sendable {
    /// Rows of a window, of which two are in memory besides those that stay there.
    public var windowRows: Int
    /// How many windows stay in memory.
    public var keptWindows: Int
    /// Where the file is; nil: in the usual folder for large temporary files.
    public var folder: String?

    public init(windowRows: Int, keptWindows: Int, folder: String? = nil) {
      precondition(
        windowRows > 0 && windowRows % RowLayout.windowUnit == 0, "whole blocks a window")
      self.windowRows = windowRows
      self.keptWindows = keptWindows
      self.folder = folder
    }
  }

  public let layout: RowLayout
  public private(set) var rows = 0
  private let room: Room
  private let windowBytes: Int
  private var kept: [RowWindow<Scalar>] = []
  /// Windows that rows pass through.
  private var passing: [RowWindow<Scalar>] = []
  private var file: ScratchFile?
  private var filling: RowWindow<Scalar>
  private var map: [UInt16]?
  private let turn = Mutex(true)
  private let reader = DispatchQueue(label: "rows")

  public init(_ layout: RowLayout, _ room: Room) {
    self.layout = layout
    self.room = room
    windowBytes = room.windowRows * layout.rowBytes
    filling = RowWindow(layout, capacity: room.windowRows)
  }

  public var windows: Int { (rows + room.windowRows - 1) / room.windowRows }

  // MARK: - Writing

  /// Adds rows behind the others.
  public func append(
    _ features: DesignMatrix<Scalar>, cells: Buffer<UInt16>, weights: [Double]?
  ) throws {
    var first = 0
    while first < features.rows {
      let count = filling.take(features, from: first, cells: cells, weights: weights)
      first += count
      rows += count
      if filling.rows == filling.capacity { try store() }
    }
  }

  /// Says that all rows are there.
  public func finish() throws {
    if filling.rows > 0 { try store() }
    if passing.isEmpty { filling = RowWindow(layout, capacity: 0) }
  }

  private func store() throws {
    let index = windows - 1
    filling.index = index
    if index < room.keptWindows {
      kept.append(filling)
      filling = RowWindow(layout, capacity: room.windowRows)
      return
    }
    let file = try file ?? ScratchFile(in: room.folder)
    self.file = file
    try filling.write(to: file, at: (index - room.keptWindows) * windowBytes)
    if passing.isEmpty {
      passing = [filling, RowWindow(layout, capacity: room.windowRows)]
    }
    filling = passing[0]
    filling.rows = 0
    filling.index = nil
  }

  /// Numbers the cells anew, once.
  public func number(_ map: [UInt16]) throws(SumsError) {
    guard self.map == nil else { throw .otherQuestion }
    self.map = map
    for window in kept { window.number(map) }
    for window in passing { window.index = nil }
  }

  // MARK: - Reading

  /// Calls with each window and the number of its first row, one after the other.
  public func read(
    labels: [Double], _ body: (_ first: Int, _ rows: ScoreRows<Scalar>) throws -> Void
  ) throws {
    try turn.withLock { isForward in
      // A window may be on its way still where the body has thrown.
      defer { reader.sync {} }
      var reading = Reading(self, forward: isForward)
      isForward.toggle()
      while let window = try reading.next() {
        try body(window.index! * room.windowRows, window.scoreRows(labels: labels))
      }
    }
  }

  /// Some rows, which ascend, from as many windows as they are in.
  public func rows(_ ranges: [Range<Int>], labels: [Double]) throws -> [ScoreRows<Scalar>] {
    var found: [ScoreRows<Scalar>] = []
    for index in 0..<windows {
      let first = index * room.windowRows
      let chosen = ranges.map { $0.clamped(to: first..<first + room.windowRows) }
        .filter { !$0.isEmpty }.map { $0.lowerBound - first..<$0.upperBound - first }
      guard !chosen.isEmpty else { continue }
      if index < kept.count {
        let indices = chosen.flatMap { Array($0) }
        found.append(kept[index].scoreRows(labels: labels).selecting(indices))
      } else if let file {
        let few = RowWindow<Scalar>(layout, capacity: chosen.reduce(0) { $0 + $1.count })
        for range in chosen {
          try few.read(
            range, from: file, at: (index - room.keptWindows) * windowBytes,
            capacity: room.windowRows)
        }
        if let map { few.number(map) }
        found.append(few.scoreRows(labels: labels))
      }
    }
    return found
  }

  /// Windows one after the other, the next one fetched meanwhile.
  private struct Reading {
    private let store: RowStore
    private var order: [Int]
    private var fetching: Fetch?
    private var inUse: RowWindow<Scalar>?

    init(_ store: RowStore, forward: Bool) {
      self.store = store
      // The next one is the last of the list.
      order = forward ? Array((0..<store.windows).reversed()) : Array(0..<store.windows)
      fetchNext()
    }

    mutating func next() throws -> RowWindow<Scalar>? {
      guard let index = order.popLast() else { return nil }
      guard index >= store.kept.count else { return store.kept[index] }
      let window = try fetching!.finish()
      inUse = window
      fetching = nil
      fetchNext()
      return window
    }

    private mutating func fetchNext() {
      guard let index = order.last(where: { $0 >= store.kept.count }) else { return }
      let free = store.passing.filter { $0 !== inUse }
      let window = free.first { $0.index == index } ?? free[0]
      fetching = Fetch(store, window, index)
    }
  }

  /// One window on its way from the file.
  private final class Fetch: Sendable {
    private let window: RowWindow<Scalar>
    private let done = DispatchSemaphore(value: 0)
    private let failure = Mutex<(any Error)?>(nil)

    init(_ store: RowStore, _ window: RowWindow<Scalar>, _ index: Int) {
      self.window = window
      store.reader.async { [self] in
        do { try store.fetch(window, index) } catch { failure.withLock { $0 = error } }
        done.signal()
      }
    }

    func finish() throws -> RowWindow<Scalar> {
      done.wait()
      if let failure = failure.withLock({ $0 }) { throw failure }
      return window
    }
  }

  private func fetch(_ window: RowWindow<Scalar>, _ index: Int) throws {
    guard window.index != index, let file else { return }
    window.index = nil
    window.rows = 0
    try window.read(
      0..<min(room.windowRows, rows - index * room.windowRows), from: file,
      at: (index - room.keptWindows) * windowBytes, capacity: room.windowRows)
    if let map { window.number(map) }
    window.index = index
  }
}
