/// Everything that was accepted, in its order: the truth from which counts can be made again.
///
/// Frames lie in segments; a segment's header has the digest of the one before. Nothing is acknowledged
/// before ``sync()``.
package final class Journal {
  package static let defaultLimit = 256 << 20

  package let folder: String
  private let files: any FileSystem
  /// The most bytes of a segment.
  private let limit: Int
  package private(set) var segments: [Segment]
  /// The offset of the next frame.
  package private(set) var end: Int
  /// Up to where frames last through a loss of power.
  package private(set) var safe: Int
  package private(set) var isBroken = false

  /// Opens the segments of a folder and makes the first where there is none. Nothing is read of their frames: ``recover(from:)``.
  package init(
    _ folder: String, _ files: any FileSystem, limit: Int = defaultLimit
  ) throws(StoreError) {
    self.folder = folder
    self.files = files
    self.limit = limit
    segments = try Self.segments(folder, files)
    do {
      if segments.isEmpty {
        let none = [UInt8](repeating: 0, count: 32)
        segments = [try Self.make(1, folder, base: 0, previous: none, files)]
      }
      end = segments.last!.base + max(0, try segments.last!.file.size() - Segment.headerSize)
    } catch { throw StoreError(error) }
    safe = segments.last!.base
  }

  private static func segments(
    _ folder: String, _ files: any FileSystem
  ) throws(StoreError) -> [Segment] {
    do {
      try files.makeFolder(folder)
      var found: [Segment] = []
      let names = try files.list(folder).filter { $0.hasSuffix(".seg") }
      for name in names {
        let path = folder + "/" + name
        guard let segment = try Segment.read(path, files) else {
          // A segment that was being made holds nothing yet.
          let size = try files.open(path).size()
          guard name == names.last, size <= Segment.headerSize else {
            throw StoreError.corrupt(path, offset: 0, reason: "its header is damaged")
          }
          try files.remove(path)
          continue
        }
        if let last = found.last {
          let end = last.base + (try last.file.size()) - Segment.headerSize
          guard segment.base == end, segment.number == last.number + 1 else {
            throw StoreError.corrupt(
              last.path, offset: end, reason: "a part of the journal is missing")
          }
        }
        found.append(segment)
      }
      return found
    } catch let fault as FileFault { throw StoreError(fault) } catch let error as StoreError {
      throw error
    } catch { preconditionFailure("\(error)") }
  }

  private static func make(
    _ number: Int, _ folder: String, base: Int, previous: [UInt8], _ files: any FileSystem
  ) throws(FileFault) -> Segment {
    let path = folder + "/" + Segment.name(number)
    let segment = Segment(
      number: number, path: path, base: base, previous: previous, file: try files.open(path))
    try segment.file.truncate(to: 0)
    try segment.file.write(segment.header, at: 0)
    try segment.file.sync()
    try files.sync(folder: folder)
    return segment
  }

  /// Adds a frame, which is not safe before ``sync()``. After an error nothing of it is left.
  package func append(_ payload: [UInt8]) throws(StoreError) -> Frame {
    guard !isBroken else { throw .broken(folder) }
    let length = payload.count + Frame.headerSize
    if end > segments.last!.base && end - segments.last!.base + length > limit { try roll() }
    let frame = Frame(offset: end, safe: safe, payload: payload)
    let last = segments.last!, place = end - last.base + Segment.headerSize
    do throws(FileFault) {
      try last.file.write(frame.bytes, at: place)
    } catch {
      do { try last.file.truncate(to: place) } catch { isBroken = true }
      throw StoreError(error)
    }
    end = frame.end
    return frame
  }

  /// Closes the segment and begins the next.
  private func roll() throws(StoreError) {
    try sync()
    let last = segments.last!
    do throws(FileFault) {
      let next = try Self.make(
        last.number + 1, folder, base: end, previous: try last.digest(), files)
      segments.append(next)
    } catch {
      try? files.remove(folder + "/" + Segment.name(last.number + 1))
      throw StoreError(error)
    }
  }

  /// Makes all frames so far safe. After an error nobody knows which of them are: the journal must be opened again.
  package func sync() throws(StoreError) {
    guard !isBroken else { throw .broken(folder) }
    guard safe < end else { return }
    do { try segments.last!.file.sync() } catch {
      isBroken = true
      throw StoreError(error)
    }
    safe = end
  }

  /// Nothing more is taken: memory and journal may differ.
  package func breakOff() { isBroken = true }

  private func segment(of offset: Int) -> Segment {
    var low = 0, high = segments.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if segments[middle].base <= offset { low = middle } else { high = middle - 1 }
    }
    return segments[low]
  }

  /// Bytes by their offset.
  package func read(at offset: Int, count: Int) throws(StoreError) -> [UInt8] {
    let segment = segment(of: offset)
    do {
      return try segment.file.read(
        at: offset - segment.base + Segment.headerSize, count: count)
    } catch { throw StoreError(error) }
  }

  package func row(at offset: Int) throws(StoreError) -> JournalRow {
    var reader = ByteReader(try read(at: offset, count: JournalRow.size))
    guard let row = try? JournalRow(&reader) else {
      throw .corrupt(segment(of: offset).path, offset: offset, reason: "there is no row here")
    }
    return row
  }

  /// The frame at an offset; nil at the end. Throws for one that is damaged.
  package func frame(at offset: Int) throws(StoreError) -> Frame? {
    guard offset < end else { return nil }
    let segment = segment(of: offset)
    do {
      if let frame = try Frame.read(segment, at: offset) { return frame }
    } catch { throw StoreError(error) }
    throw .corrupt(
      segment.path, offset: offset - segment.base + Segment.headerSize,
      reason: "a frame is damaged")
  }

  /// Cuts off what was being written when the writer stopped, and makes the rest safe.
  ///
  /// - Parameter offset: of a frame; those before it are known to be whole.
  /// - Returns: the bytes that were cut off.
  package func recover(from offset: Int) throws(StoreError) -> Int {
    guard offset <= end else {
      throw .corrupt(
        segments.last!.path, offset: end, reason: "the journal ends before what was counted")
    }
    var place = offset
    do {
      while place < end {
        let segment = segment(of: place)
        guard let frame = try Frame.read(segment, at: place) else { break }
        place = frame.end
      }
      let cut = end - place
      if cut > 0 { try self.cut(at: place) }
      try segments.last!.file.sync()
      end = place
      safe = place
      return cut
    } catch let fault as FileFault { throw StoreError(fault) } catch let error as StoreError {
      throw error
    } catch { preconditionFailure("\(error)") }
  }

  /// Throws where what is damaged had been safe.
  private func cut(at place: Int) throws {
    let last = segments.last!
    let damaged = StoreError.corrupt(
      segment(of: place).path, offset: place - segment(of: place).base + Segment.headerSize,
      reason: "a frame that was safe on disk is damaged")
    guard place >= last.base else { throw damaged }
    let start = place - last.base + Segment.headerSize
    let rest = try last.file.read(at: start, count: end - place)
    var later = 1
    while later + Frame.headerSize <= rest.count {
      let stated = rest.withUnsafeBytes {
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: later + 8, as: UInt64.self))
      }
      if stated == UInt64(place + later), let frame = try Frame.read(last, at: place + later),
        frame.safe > place
      {
        throw damaged
      }
      later += 1
    }
    try last.file.truncate(to: start)
  }

  /// Reads every frame and the digests of closed segments.
  ///
  /// - Returns: frames and bytes.
  package func verify() throws(StoreError) -> (frames: Int, bytes: Int) {
    var frames = 0, place = segments[0].base
    while let frame = try frame(at: place) {
      frames += 1
      place = frame.end
    }
    for (k, segment) in segments.enumerated().dropFirst() {
      do {
        guard try segments[k - 1].digest() == segment.previous else {
          throw StoreError.corrupt(
            segments[k - 1].path, offset: 0, reason: "its digest is not the one that was recorded")
        }
      } catch let fault as FileFault { throw StoreError(fault) } catch let error as StoreError {
        throw error
      } catch { preconditionFailure("\(error)") }
    }
    return (frames, place - segments[0].base)
  }
}
