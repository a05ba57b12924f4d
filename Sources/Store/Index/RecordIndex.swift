/// Where each record's last revision lies in the journal.
///
/// The latest records are in memory, those before in sorted runs on disk. A run counts from the moment that the state
/// names it, so the runs always reflect one offset of the journal; what comes after is read from there again.
package final class RecordIndex {
  /// Records in memory from which a run is made.
  package static let defaultTail = 1_000_000
  /// Runs of a level that are merged.
  package static let fan = 8

  private let folder: String
  private let files: any FileSystem
  private let limit: Int
  private(set) var tail: [RecordHash: Int] = [:]
  /// The oldest first.
  private(set) var runs: [IndexRun] = []
  private var nextName: Int

  package init(
    _ folder: String, _ records: [IndexRun.Record], _ files: any FileSystem,
    limit: Int = defaultTail
  ) throws(StoreError) {
    self.folder = folder
    self.files = files
    self.limit = limit
    do {
      try files.makeFolder(folder)
      let names = Set(records.map(\.name))
      for name in try files.list(folder) where !names.contains(name) {
        try files.remove(folder + "/" + name)
      }
    } catch { throw StoreError(error) }
    nextName = (records.compactMap { Int($0.name.prefix(8)) }.max() ?? 0) + 1
    for record in records { runs.append(try IndexRun(record, folder, files)) }
  }

  package func place(of id: RecordHash) throws(StoreError) -> Int? {
    if let place = tail[id] { return place }
    for run in runs.reversed() {
      if let place = try run.place(of: id) { return place }
    }
    return nil
  }

  package func insert(_ id: RecordHash, at place: Int) { tail[id] = place }

  package var isTailFull: Bool { tail.count >= limit }

  /// The runs with the tail as one more, merged where there are many: to be named by the state, then
  /// taken by ``take(_:)``.
  package func flushed() throws(StoreError) -> [IndexRun] {
    var next = runs
    do {
      var entries = tail.map { IndexRun.Entry(id: $0.key, place: $0.value) }
      entries.sort { $0.id < $1.id }
      var writer = try IndexRunWriter(name(), folder, level: 0, most: entries.count, files)
      for entry in entries { try writer.put(entry) }
      next.append(try IndexRun(try writer.finish(in: folder), folder, files))
      while next.count >= Self.fan {
        let level = next.last!.record.level
        let last = Array(next.suffix(while: { $0.record.level == level }))
        guard last.count >= Self.fan else { break }
        next.removeLast(last.count)
        next.append(try merge(last, level: level + 1))
      }
      return next
    } catch let fault as FileFault { throw StoreError(fault) } catch let error as StoreError {
      throw error
    } catch { preconditionFailure("\(error)") }
  }

  /// The state names these runs now.
  package func take(_ next: [IndexRun]) {
    let kept = Set(next.map(\.record.name))
    for run in runs where !kept.contains(run.record.name) {
      // A file that stays is removed when the folder is opened next.
      try? files.remove(folder + "/" + run.record.name)
    }
    runs = next
    tail.removeAll(keepingCapacity: true)
  }

  private func name() -> String {
    defer { nextName += 1 }
    let digits = String(nextName)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".run"
  }

  /// One run of several; of a record's places the latest.
  private func merge(_ runs: [IndexRun], level: Int) throws -> IndexRun {
    var streams = runs.map { RunStream($0) }
    let count = try distinct(runs.map { RunStream($0) })
    var writer = try IndexRunWriter(name(), folder, level: level, most: count, files)
    while let entry = try Self.next(&streams) { try writer.put(entry) }
    return try IndexRun(try writer.finish(in: folder), folder, files)
  }

  private func distinct(_ streams: [RunStream]) throws -> Int {
    var streams = streams, count = 0
    while try Self.next(&streams) != nil { count += 1 }
    return count
  }

  private static func next(_ streams: inout [RunStream]) throws -> IndexRun.Entry? {
    var best: IndexRun.Entry?
    for k in streams.indices {
      guard let entry = try streams[k].head() else { continue }
      if best == nil || entry.id < best!.id || (entry.id == best!.id && entry.place > best!.place) {
        best = entry
      }
    }
    guard let best else { return nil }
    for k in streams.indices where try streams[k].head()?.id == best.id { streams[k].advance() }
    return best
  }
}

/// The entries of a run, one after the other.
private struct RunStream {
  private static let ahead = 4_096

  private let run: IndexRun
  private var place = 0
  private var buffer: [IndexRun.Entry] = []
  private var start = 0

  init(_ run: IndexRun) { self.run = run }

  mutating func head() throws(StoreError) -> IndexRun.Entry? {
    guard place < run.record.count else { return nil }
    if place - start >= buffer.count {
      start = place
      buffer = try run.read(place, min(Self.ahead, run.record.count - place))
    }
    return buffer[place - start]
  }

  mutating func advance() { place += 1 }
}

extension Array {
  /// The longest end of which all elements are so.
  fileprivate func suffix(while isSo: (Element) -> Bool) -> ArraySlice<Element> {
    var start = endIndex
    while start > startIndex, isSo(self[start - 1]) { start -= 1 }
    return self[start...]
  }
}
