import Datasets
import LinearAlgebra
import Rounds
import RowSums

/// What a job that may take only so much memory takes it for.
///
/// Everything but the encoded rows has to fit: what is left is for these, as many as it holds.
struct MemoryBudget: Sendable {
  let bytes: Int
  /// The packed file's lists.
  private let lists: Int
  /// The rows of one piece as they are read.
  private let reading: Int
  private let threads: Int

  /// The program, its libraries and what an allocator holds back.
  private static let program = 28 << 20

  init(_ bytes: Int, _ files: [PackedBlocks], threads: Int) {
    self.bytes = bytes
    self.threads = threads
    lists = files.reduce(0) { $0 + $1.listBytes + ($1.rows + 7) / 8 }
    reading =
      files.map { file in (file.pieces.map(\.rows).max() ?? 0) * file.bytesARow }.max() ?? 0
  }

  private var fixed: Int { Self.program + lists }

  /// Throws where not even a piece can be read.
  func requireReading() throws(DataError) { try require(fixed + reading) }

  private func require(_ least: Int) throws(DataError) {
    guard least > bytes else { return }
    throw .option(
      MemoryInput.name, value: MemoryInput.text(bytes),
      "is too little for these rows: \(set: MemoryInput.name, MemoryInput.text(least)) is the least"
    )
  }

  /// Room for encoded rows in a fit.
  func room(_ layout: RowLayout, rows: Int) throws(DataError) -> StoreRoom {
    let others = fixed + max(reading, Self.sums(layout, threads) + Self.sample(layout, rows))
    try require(others + StoreRoom.least(layout))
    return StoreRoom(bytes: bytes - others)
  }

  /// Sums of all threads, and matrices of the step after them.
  private static func sums(_ layout: RowLayout, _ threads: Int) -> Int {
    let width = layout.denseColumns + layout.levels.reduce(0, +) + 1
    let pairs = width <= Cholesky.mostColumns ? width * (width + 1) / 2 : width
    return (threads + stepMatrices) * pairs * bytesASum + sumsBesides
  }

  /// A number, its digits, and the accumulators of a thread.
  private static let bytesASum = 56
  private static let stepMatrices = 4
  private static let sumsBesides = 16 << 20

  /// Rows that a fit looks at before it reads all.
  private static func sample(_ layout: RowLayout, _ rows: Int) -> Int {
    // As they are chosen, and joined.
    min(rows, RoundsFit.mostSampled) * 2 * layout.rowBytes
  }

  /// Whether scores, labels and an order of so many rows fit, when nothing is fitted any more.
  func holdsScores(rows: Int, isWeighted: Bool) -> Bool {
    fixed + reading + rows * (isWeighted ? Self.weightedScore : Self.score) <= bytes
  }
  private static let score = 48
  private static let weightedScore = 64
}
