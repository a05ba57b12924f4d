import Essentials

extension MonitorStore {
  /// Brings the state up to the journal's end: readers see it then, and opening the folder has less to count.
  public func checkpoint() throws(StoreError) {
    try journal.sync()
    var change = StateChange(), next = summary
    let runs = index.isTailFull ? try index.flushed() : nil
    if let runs {
      next.runs = runs.map(\.record)
      next.indexed = summary.applied
    }
    do {
      change.documents["summary"] = try CanonicalJSON.text(next)
      change.documents["plan"] = try CanonicalJSON.text(plan)
      if changedWatches {
        for (k, watch) in watches.enumerated() {
          change.documents["watch/\(k)"] = try CanonicalJSON.text(
            watch.monitor, specials: .asTexts)
        }
      }
    } catch { throw .state(folder, reason: "\(error)") }
    change.counts = blocks.change
    change.batches = Array(batches.values)
    change.changes = changes
    for producer in Set(batches.keys.map(\.producer)) {
      if let last = try lastSequence(producer), last > Self.rememberedBatches {
        change.forgotten[producer] = last - Self.rememberedBatches
      }
    }
    try state.commit(change)
    settle(next, runs)
  }

  private func settle(_ next: Summary, _ runs: [IndexRun]?) {
    summary = next
    if let runs { index.take(runs) }
    blocks.settle()
    batches = [:]
    changes = []
    changedWatches = false
    rowsSinceCheckpoint = 0
  }
}

extension MonitorStore {
  /// Milliseconds since 1970 by the machine's clock.
  public static var machineNow: Int64 { Surroundings.machine.now() }
}
