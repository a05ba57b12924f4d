import Essentials
import Store

/// A state in memory whose transactions fail and crash with the files beside it.
final class MemoryState: StateStore {
  /// What is left when a process ends.
  final class Disk: @unchecked Sendable {
    var documents: [String: String] = [:]
    var counts: [CountBlock.Name: [CountKey: DecisionCounts]] = [:]
    var batches: [BatchKey: BatchRecord] = [:]
    var changes: [Int: AlertChange] = [:]
  }

  private let disk: Disk
  private let files: MemoryFiles

  init(_ disk: Disk, _ files: MemoryFiles) {
    self.disk = disk
    self.files = files
  }

  private func step() throws(StoreError) {
    do { try files.step("state") } catch { throw StoreError(error) }
  }

  func document(_ name: String) throws(StoreError) -> String? {
    try step()
    return disk.documents[name]
  }

  func counts(_ block: CountBlock.Name) throws(StoreError) -> [CountKey: DecisionCounts] {
    try step()
    return disk.counts[block] ?? [:]
  }

  func batch(_ key: BatchKey) throws(StoreError) -> BatchRecord? {
    try step()
    return disk.batches[key]
  }

  func lastSequence(_ producer: String) throws(StoreError) -> UInt64? {
    try step()
    return disk.batches.keys.filter { $0.producer == producer }.map(\.sequence).max()
  }

  func commit(_ change: StateChange) throws(StoreError) {
    try step()
    disk.documents.merge(change.documents) { $1 }
    for (block, counts) in change.counts {
      disk.counts[block, default: [:]].merge(counts) { $1 }
      disk.counts[block] = disk.counts[block]!.filter { $0.value.rows > 0 }
    }
    for batch in change.batches { disk.batches[batch.key] = batch }
    for step in change.changes { disk.changes[step.number] = step }
    // The transaction is there, and its answer may be lost.
    try step()
  }
}
