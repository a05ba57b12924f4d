import Essentials

/// Taking batches in.
extension MonitorStore {
  /// Counts a batch: all of it or, after an error, nothing. It may be acknowledged after the next ``commit()``.
  ///
  /// - Parameters:
  ///   - key: by which the batch is recognized when it is sent again; nil: records alone are recognized.
  ///   - clock: an instant that has passed, in milliseconds since 1970, whatever the events say: ticks that ended
  ///     before it are closed.
  public func append(
    _ batch: EventBatch, key: BatchKey? = nil, clock: Int64 = 0
  ) throws(StoreError) -> Receipt {
    if let key, let known = try known(key, batch.digest) { return known }
    var frame = BatchFrame(
      key: key, digest: Segment.bytes(hexadecimal: batch.digest), received: now)
    frame.isBackfill = batch.isBackfill
    frame.clock = clock
    frame.events = UInt32(batch.count)
    frame.unused = batch.unused
    let names = summary.names
    do throws(StoreError) {
      let resolution = try resolved(batch, &frame)
      frame.rows = resolution.rows
      frame.duplicates = UInt32(resolution.duplicates)
      let closing = try prepare(resolution, frame)
      let written = try journal.append(frame.payload)
      return take(resolution, frame, written, closing)
    } catch {
      summary.names = names
      throw error
    }
  }

  /// Says that an instant has passed: ticks that ended before it are closed.
  public func advance(to clock: Int64) throws(StoreError) {
    guard clock > summary.latest ?? 0 else { return }
    let none = EventBatch(source: "", digest: Digest.sha256(of: [UInt8]()))
    _ = try append(none, clock: clock)
  }

  /// What appending a batch would do, without doing it.
  public func rehearse(_ batch: EventBatch) throws(StoreError) -> Receipt {
    let names = summary.names
    defer { summary.names = names }
    var frame = BatchFrame(key: nil, digest: [], received: now)
    frame.isBackfill = batch.isBackfill
    frame.events = UInt32(batch.count)
    return receipt(try resolved(batch, &frame), frame)
  }

  /// The answer that a batch of this key got.
  private func known(_ key: BatchKey, _ digest: String) throws(StoreError) -> Receipt? {
    guard key.sequence < UInt64(Int64.max) else {
      throw .tooMany("batches of a producer", limit: Int.max)
    }
    let own = batches[key], stored = own == nil ? try state.batch(key) : nil
    if let known = own ?? stored {
      guard known.digest == digest else {
        throw .otherBatch(producer: key.producer, sequence: key.sequence)
      }
      var receipt = known.receipt
      receipt.isReplay = true
      return receipt
    }
    if let last = try lastSequence(key.producer), key.sequence + Self.rememberedBatches <= last {
      throw .oldBatch(
        producer: key.producer, sequence: key.sequence, remembered: Int(Self.rememberedBatches))
    }
    return nil
  }

  /// Events as rows, without duplicates.
  private func resolved(
    _ batch: EventBatch, _ frame: inout BatchFrame
  ) throws(StoreError) -> Resolution {
    var resolver = Resolver(plan, index, journal, closed: summary.closed)
    let width = plan.attributes.count
    for (k, event) in batch.events.enumerated() {
      if event.kind == .decision {
        let row = try decision(event, batch, k * width, &frame)
        if try resolver.take(row), row.evidence != JournalRow.noTick,
          Int(row.evidence) > tick(of: row.at)
        {
          frame.late += 1
        }
      }
      if event.label != JournalRow.unknown {
        var row = JournalRow(id: event.id, at: event.at, kind: .label, value: event.label)
        row.revision = event.revision
        try resolver.take(row)
      }
    }
    return resolver.result
  }

  private func decision(
    _ event: Event, _ batch: EventBatch, _ first: Int, _ frame: inout BatchFrame
  ) throws(StoreError) -> JournalRow {
    var row = JournalRow(id: event.id, at: event.at, kind: .decision, value: event.decision)
    row.revision = event.revision
    row.score = event.score
    row.model = try summary.names.model(event.model, &frame.names)
    row.arm = try summary.names.arm(event.arm, &frame.names)
    for attribute in plan.attributes.indices {
      let value = batch.values[first + attribute]
      let code = summary.names.value(value, attribute, &frame.names)
      row.cell |= UInt64(code) << UInt64(8 * attribute)
    }
    if !batch.isBackfill {
      row.evidence = Int32(
        clamping: max(tick(of: event.at), summary.closed.map { $0 + 1 } ?? .min))
    }
    return row
  }

  private func tick(of time: Int64) -> Int { Int(Timestamp.floorDivide(time, tickLength)) }

  /// Reads what counting will need, so that it cannot fail once the batch is written.
  ///
  /// - Returns: the ticks that it closes.
  private func prepare(
    _ resolution: Resolution, _ frame: BatchFrame
  ) throws(StoreError) -> Range<Int> {
    var last: CountBlock.Name?
    for delta in resolution.deltas where delta.block != last {
      try blocks.prepare(delta.block, state)
      last = delta.block
    }
    let closing = closing(resolution, frame)
    for tick in closing { try prepareClosing(tick) }
    return closing
  }

  /// The ticks that end with a batch.
  private func closing(_ resolution: Resolution, _ frame: BatchFrame) -> Range<Int> {
    var latest = summary.latest
    if !frame.isBackfill, let last = resolution.last { latest = max(latest ?? last, last) }
    if frame.clock > 0 { latest = max(latest ?? frame.clock, frame.clock) }
    guard let latest else { return 0..<0 }
    let end = plan.tick(of: latest - plan.graceLength)
    let first = summary.closed.map { $0 + 1 } ?? plan.tick(of: resolution.first ?? latest)
    return first..<max(first, end)
  }

  /// Counts a batch that is in the journal.
  private func take(
    _ resolution: Resolution, _ frame: BatchFrame, _ written: Frame, _ closing: Range<Int>
  ) -> Receipt {
    for delta in resolution.deltas {
      blocks.add(delta.count, delta.block, delta.key, slot: delta.slot)
    }
    remember(frame.rows, written)
    total(resolution, frame)
    if !frame.isBackfill, let first = resolution.first, let last = resolution.last {
      summary.latest = max(summary.latest ?? last, last)
      if summary.closed == nil {
        summary.closed = min(plan.tick(of: first), closing.lowerBound) - 1
      }
    }
    if frame.clock > 0 {
      summary.latest = max(summary.latest ?? 0, frame.clock)
      if summary.closed == nil { summary.closed = closing.lowerBound - 1 }
    }
    for tick in closing { close(tick) }
    summary.applied = written.end
    rowsSinceCheckpoint += frame.rows.count + 1
    var receipt = receipt(resolution, frame)
    receipt.offset = written.offset
    if let key = frame.key {
      batches[key] = BatchRecord(key: key, digest: hexadecimal(frame.digest), receipt: receipt)
    }
    return receipt
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// Puts rows of a frame into the index.
  func remember(_ rows: [JournalRow], _ frame: Frame) {
    for (k, row) in rows.enumerated() {
      index.insert(
        row.kind == .label ? row.id.ofLabel : row.id,
        at: BatchFrame.place(of: k, of: rows.count, in: frame))
    }
  }

  private func total(_ resolution: Resolution, _ frame: BatchFrame) {
    summary.batches += 1
    summary.decisions += resolution.decisions
    summary.labels += resolution.labels
    summary.lateLabels += resolution.lateLabels
    summary.waitingLabels += resolution.waitingLabels
    summary.corrections += resolution.corrections
    summary.duplicates += Int(frame.duplicates)
    summary.lateDecisions += Int(frame.late)
    if frame.isBackfill { summary.backfilled += resolution.decisions }
    for (name, count) in frame.unused { summary.unused[name, default: 0] += count }
    for row in resolution.rows where row.kind == .decision {
      summary.latestOfAll = max(summary.latestOfAll ?? row.at, row.at)
      for attribute in plan.attributes.indices
      where UInt8(truncatingIfNeeded: row.cell >> UInt64(8 * attribute)) == NameTable.other {
        summary.others[plan.attributes[attribute].name, default: 0] += 1
      }
    }
  }

  private func receipt(_ resolution: Resolution, _ frame: BatchFrame) -> Receipt {
    var receipt = Receipt()
    receipt.events = Int(frame.events)
    receipt.counted = resolution.rows.count
    receipt.corrections = resolution.corrections
    receipt.duplicates = resolution.duplicates
    receipt.late = Int(frame.late)
    return receipt
  }

  /// Counts a batch of the journal that the state does not have.
  func replay(_ batch: BatchFrame, _ written: Frame) throws(StoreError) {
    for name in batch.names { summary.names.take(name) }
    var resolver = Resolver(plan, index, journal, closed: summary.closed)
    for row in batch.rows {
      guard try resolver.take(row) else {
        throw .corrupt(journal.folder, offset: written.offset, reason: "a record is there twice")
      }
    }
    var resolution = resolver.result
    resolution.duplicates = Int(batch.duplicates)
    _ = take(resolution, batch, written, try prepare(resolution, batch))
  }
}
