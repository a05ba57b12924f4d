import LinearAlgebra
import Synchronization

/// What one thread needs to sum a block of rows: room that is used again for the next block.
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

  /// The sums of all blocks; `failure` of the first that has none.
  ///
  /// Threads add their blocks in any order: exact sums do not depend on it.
  func run(
    _ units: [ExactSums.Run], _ makePartial: @Sendable () -> any BlockPartial
  ) throws(SumsError) -> (sums: ExactSums, failure: Failure?) {
    let zeros = try ExactSums(units)
    let total = Mutex((sums: zeros, failure: nil as Failure?))
    let blocks = (rows + blockRows - 1) / blockRows
    pool.reduce(
      blocks,
      makePartial: { ThreadSums(makePartial(), zeros) },
      body: { block, sums in
        let first = block * blockRows
        sums.add(first..<min(rows, first + blockRows), block: block)
      },
      merge: { sums in total.withLock { sums.merge(into: &$0.sums, &$0.failure, blocks) } })
    return total.withLock { $0 }
  }
}

/// The sums of the blocks that one thread has read.
private final class ThreadSums {
  private let partial: any BlockPartial
  private let numbers: Buffer<Double>
  private let digits: ExactDigits
  /// What no longer fits the digits.
  private var sums: ExactSums?
  private let zeros: ExactSums
  private var failure: BlockSums.Failure?

  init(_ partial: any BlockPartial, _ zeros: ExactSums) {
    self.partial = partial
    self.zeros = zeros
    numbers = Buffer(zeroed: zeros.count)
    digits = ExactDigits(count: zeros.count)
  }

  func add(_ rows: Range<Int>, block: Int) {
    partial.clear()
    partial.accumulate(rows)
    partial.finish(to: numbers.pointer)
    do throws(SumsError) {
      if digits.added == ExactDigits.capacity {
        var taken = sums ?? zeros
        try taken.add(digits, block: block)
        sums = taken
        digits.clear()
      }
      // SAFETY: the buffer has a number a sum.
      let values = UnsafeBufferPointer(start: numbers.pointer, count: numbers.count)
      try zeros.add(values, to: digits, block: block)
    } catch { fail(block, error) }
  }

  func merge(into total: inout ExactSums, _ failure: inout BlockSums.Failure?, _ blocks: Int) {
    do throws(SumsError) {
      if self.failure == nil {
        if let sums { try total.add(sums) }
        try total.add(digits, block: blocks)
      }
    } catch { fail(blocks, error) }
    failure = BlockSums.first(failure, self.failure)
  }

  private func fail(_ block: Int, _ error: SumsError) {
    failure = BlockSums.first(failure, .init(block: block, error: error))
  }
}

extension BlockSums {
  fileprivate static func first(_ a: Failure?, _ b: Failure?) -> Failure? {
    guard let a, let b else { return a ?? b }
    return a.block <= b.block ? a : b
  }
}
