import LinearAlgebra

/// A packed file that is open: its bytes, mapped, and the list of what they hold.
final class PackedFile: Sendable {
  let path: String
  let bytes: FileBytes
  let contents: PackedContents
  let pointer: PackedHeader.Pointer

  convenience init(_ path: String) throws(DataError) {
    try self.init(try FileBytes.open(path, isReadOnly: true), path: path)
  }

  init(_ bytes: FileBytes, path: String) throws(DataError) {
    self.path = path
    self.bytes = bytes
    do throws(PackedFault) {
      pointer = try PackedHeader(bytes).pointer
      contents = try Self.contents(bytes, pointer)
    } catch { throw .packed(file: path, error) }
  }

  private static func contents(
    _ bytes: FileBytes, _ pointer: PackedHeader.Pointer
  ) throws(PackedFault) -> PackedContents {
    guard pointer.offset <= bytes.count, pointer.count <= bytes.count - pointer.offset else {
      throw .truncated(bytes: bytes.count, needed: pointer.offset + pointer.count)
    }
    // SAFETY: the range lies inside the bytes, which outlive the call.
    let listed = UnsafeRawBufferPointer(
      start: bytes.pointer + pointer.offset, count: pointer.count)
    guard PackedDigest.of(listed) == pointer.digest else {
      throw .badContents("its list of contents is not the one that was written")
    }
    return try PackedContents(listed, end: pointer.offset)
  }

  /// Memory of a block; what lies where was checked when the file was opened.
  func memory(_ block: PackedBlock) -> UnsafeRawPointer {
    UnsafeRawPointer(bytes.pointer + block.offset)
  }

  /// Throws where columns of a block are not as they were written.
  func verify(_ index: Int, _ columns: Set<Int>) throws(PackedFault) {
    let block = contents.blocks[index], memory = memory(block)
    for precision in [PackedColumnPart.Precision.single, .double] {
      let places = block.places(precision)
      guard places.contains(where: columns.contains) else { continue }
      let start = precision == .single ? block.singles : block.doubles
      let found = PackedDigest.columns(
        memory + start, size: precision.size, rows: block.rows, columns: places.count)
      for (place, digest) in zip(places, found)
      where columns.contains(place) && digest != block.columns[place].numbersDigest {
        throw damaged(index, place)
      }
    }
    for place in columns.sorted() {
      let part = block.columns[place]
      let texts = UnsafeRawBufferPointer(start: memory + part.offset, count: part.bytes)
      guard part.bytes == 0 || PackedDigest.of(texts) == part.textsDigest else {
        throw damaged(index, place)
      }
    }
  }

  func damaged(_ block: Int, _ column: Int) -> PackedFault {
    .damaged(block: block, column: contents.columns[column].sample.name)
  }

  /// Throws where the stored lines of a block's rows are not as they were written.
  func verifyLines(_ index: Int) throws(PackedFault) {
    let block = contents.blocks[index]
    guard block.lines > 0 else { return }
    let lines = UnsafeRawBufferPointer(
      start: memory(block) + block.lines, count: block.rows * 8)
    guard PackedDigest.of(lines) == block.linesDigest else {
      throw .damaged(block: index, column: "(lines)")
    }
  }

  /// The line on which a row stood in the text.
  func line(ofRow row: Int) -> Int {
    let block = contents.blocks[contents.block(ofRow: row)]
    let place = row - block.firstRow
    guard block.lines > 0 else { return block.firstLine + place }
    let line = memory(block).loadUnaligned(
      fromByteOffset: block.lines + 8 * place, as: UInt64.self)
    return Int(min(line, 1 << 48))
  }

  /// Checks every byte that is stored.
  func verifyAll(_ pool: WorkerPool) throws(DataError) {
    let all = Set(contents.columns.indices)
    try eachBlock(pool) { file, index throws(PackedFault) in
      try file.verify(index, all)
      try file.verifyLines(index)
    }
  }

  /// Calls a body with each block, on several threads; throws the fault of the first block with one.
  func eachBlock(
    _ pool: WorkerPool, in blocks: Range<Int>? = nil,
    _ body: @Sendable (PackedFile, _ block: Int) throws(PackedFault) -> Void
  ) throws(DataError) {
    let blocks = blocks ?? 0..<contents.blocks.count
    var fault: PackedFault?
    pool.orderedReduce(
      blocks.count, makePartial: { PackedFault?.none },
      body: { k, found in
        do throws(PackedFault) {
          try body(self, blocks.lowerBound + k)
          found = nil
        } catch { found = error }
      }, merge: { if fault == nil { fault = $0 } })
    if let fault { throw .packed(file: path, fault) }
  }
}
