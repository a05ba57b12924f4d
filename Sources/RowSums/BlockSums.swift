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
      makePartial: { (makePartial(), zeros, Buffer<Double>(zeroed: zeros.count), nil as Failure?) },
      body: { block, partial in
        let first = block * blockRows
        partial.0.clear()
        partial.0.accumulate(first..<min(rows, first + blockRows))
        partial.0.finish(to: partial.2.pointer)
        do throws(SumsError) {
          // SAFETY: the buffer has a number a sum.
          let numbers = UnsafeBufferPointer(start: partial.2.pointer, count: zeros.count)
          try partial.1.add(numbers, block: block)
        } catch {
          partial.3 = Self.first(partial.3, Failure(block: block, error: error))
        }
      },
      merge: { partial in
        total.withLock { total in
          total.failure = Self.first(total.failure, partial.3)
          do throws(SumsError) { try total.sums.add(partial.1) } catch {
            total.failure = Self.first(total.failure, Failure(block: blocks, error: error))
          }
        }
      })
    return total.withLock { $0 }
  }

  private static func first(_ a: Failure?, _ b: Failure?) -> Failure? {
    guard let a, let b else { return a ?? b }
    return a.block <= b.block ? a : b
  }
}
