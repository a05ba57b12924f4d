import LinearAlgebra
import Synchronization

/// What one thread needs to sum a block of rows: room that is used again for the next block, and that
/// holds zeros at first.
protocol BlockPartial: AnyObject {
  func clear()

  /// Reads the rows, which lie inside one block.
  func accumulate(_ rows: Range<Int>)

  /// Writes the block's sums in the order of the request's units.
  func finish(to numbers: UnsafeMutablePointer<Double>)
}

/// Sums over blocks of rows in exact numbers.
struct BlockSums {
  let rows: Int
  let blockRows: Int
  let pool: WorkerPool

  /// The first block whose sums do not fit, with what is wrong with them.
  struct Failure {
    var block: Int
    var error: SumsError
  }

  /// The sums of all blocks in the units of the runs, no two neighbours of which have the same.
  ///
  /// Threads add their blocks in any order: exact sums do not depend on it.
  func run(
    _ runs: [ExactSums.Run], _ makePartial: @Sendable () -> any BlockPartial
  ) -> BlockTotal {
    let total = Mutex(BlockTotal(runs))
    pool.reduce(
      (rows + blockRows - 1) / blockRows,
      makePartial: { BlockReader(makePartial(), runs) },
      body: { block, reader in
        let first = block * blockRows
        reader.add(first..<min(rows, first + blockRows), block: block)
      },
      merge: { reader in total.withLock { $0.add(reader.total) } })
    return total.withLock { $0 }
  }
}

/// The sums of some blocks, or the first failure among them.
struct BlockTotal: @unchecked Sendable {
  // SAFETY: handed on, never shared.
  let runs: [ExactSums.Run]
  fileprivate(set) var failure: BlockSums.Failure?
  /// nil without blocks.
  private var digits: ExactDigits?
  /// What no longer fits the digits.
  private var words: ExactSums?

  init(_ runs: [ExactSums.Run]) { self.runs = runs }

  private var zeros: ExactSums {
    ExactSums(runs, words: Array(repeating: 0, count: runs.reduce(0) { $0 + $1.count }))
  }

  fileprivate mutating func add(_ numbers: Buffer<Double>, block: Int) {
    do throws(SumsError) {
      let held = digits ?? ExactDigits(count: numbers.count)
      digits = held
      if held.added == ExactDigits.capacity {
        try spill(held)
        held.clear()
      }
      // SAFETY: the buffer has a number a sum.
      try ExactSums.add(numbers.pointer, to: held, runs, block: block)
    } catch { fail(.init(block: block, error: error)) }
  }

  private mutating func spill(_ digits: ExactDigits) throws(SumsError) {
    var words = words ?? zeros
    try words.add(digits)
    self.words = words
  }

  fileprivate mutating func add(_ other: BlockTotal) {
    if let failure = other.failure { fail(failure) }
    guard failure == nil, let added = other.digits else { return }
    do throws(SumsError) {
      if let more = other.words {
        var words = words ?? zeros
        try words.add(more)
        self.words = words
      }
      guard let digits else {
        self.digits = added
        return
      }
      if !digits.add(added) { try spill(added) }
    } catch { fail(.init(block: .max, error: error)) }
  }

  private mutating func fail(_ found: BlockSums.Failure) {
    if found.block < failure?.block ?? .max || failure == nil { failure = found }
  }

  /// The sums as they are sent.
  func sums() throws(SumsError) -> ExactSums {
    var sums = words ?? zeros
    if let digits { try sums.add(digits) }
    return sums
  }

  /// The sums, each rounded to the nearest `Double` once.
  func values() throws(SumsError) -> [Double] {
    guard words == nil, let digits else { return try sums().values }
    return try ExactSums.values(of: digits, runs)
  }
}

/// What one thread reads blocks with.
private final class BlockReader {
  private let partial: any BlockPartial
  private let numbers: Buffer<Double>
  private(set) var total: BlockTotal
  private var isUsed = false

  init(_ partial: any BlockPartial, _ runs: [ExactSums.Run]) {
    self.partial = partial
    total = BlockTotal(runs)
    numbers = Buffer(uninitialized: runs.reduce(0) { $0 + $1.count })
  }

  func add(_ rows: Range<Int>, block: Int) {
    if isUsed { partial.clear() }
    isUsed = true
    partial.accumulate(rows)
    partial.finish(to: numbers.pointer)
    total.add(numbers, block: block)
  }
}
