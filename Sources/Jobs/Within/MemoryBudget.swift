import Datasets
import LinearAlgebra
import Models
import Reports
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
  /// Of the largest piece.
  private let pieceRows: Int
  let threads: Int

  /// The program, its libraries and what an allocator holds back.
  private static let program = 28 << 20

  init(_ bytes: Int, _ files: [PackedBlocks], threads: Int) {
    self.bytes = bytes
    self.threads = threads
    lists = files.reduce(0) { $0 + $1.listBytes + ($1.rows + 7) / 8 }
    func largest(_ file: PackedBlocks) -> Int { file.pieces.map(\.rows).max() ?? 0 }
    reading = files.map { largest($0) * $0.bytesARow }.max() ?? 0
    pieceRows = files.map(largest).max() ?? 0
  }

  private var fixed: Int { Self.program + lists }

  /// Throws where not even a piece can be read.
  func requireReading() throws(DataError) { try require(fixed + reading) }

  /// - Parameter reason: what asks for so much, where it is more than rows and threads.
  private func require(_ least: Int, _ reason: String? = nil) throws(DataError) {
    guard least > bytes else { return }
    throw .option(
      MemoryInput.name, value: MemoryInput.text(bytes),
      """
      is too little for these rows\(reason.map { ", as \($0)" } ?? ""): \
      \(set: MemoryInput.name, MemoryInput.text(least)) is the least
      """)
  }

  // MARK: - A fit

  /// Room for encoded rows in a fit.
  ///
  /// - Parameter levels: how many each column of categories has, which a message names where it is they
  ///   that ask for the memory.
  func room(
    _ layout: RowLayout, rows: Int, levels: [(column: String, count: Int)] = []
  ) throws(DataError) -> StoreRoom {
    let others = fixed + max(reading, Self.sums(layout, threads) + Self.sample(layout, rows))
    let least = others + StoreRoom.least(layout)
    try require(least, Self.reason(layout, levels, sums: Self.sums(layout, threads), of: least))
    return StoreRoom(bytes: bytes - others)
  }

  /// `'id' has 3,000 levels` where most of the memory is for sums over them.
  private static func reason(
    _ layout: RowLayout, _ levels: [(column: String, count: Int)], sums: Int, of least: Int
  ) -> String? {
    guard 2 * (sums - sumsBesides) > least else { return nil }
    let width = layout.denseColumns + layout.levels.reduce(0, +)
    let many = levels.filter { mostNamed * $0.count > width }.sorted { $0.count > $1.count }
    guard !many.isEmpty else { return nil }
    return many.prefix(mostNamed).map {
      "'\($0.column)' has \(NumberText.count($0.count)) levels"
    }.joined(separator: " and ")
  }

  /// Columns with so many levels that a message names; others have less than that part of the features.
  private static let mostNamed = 3

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

  // MARK: - Predictions and audits

  /// What a piece takes beside the rows as they are read, when a model predicts it.
  ///
  /// - Parameter texts: columns that are kept as they stand.
  func predicting(_ model: TrainedModel?, texts: Int = 0) -> Int {
    guard let model else { return 0 }
    let features = model.encoder.numeric.count + model.encoder.levelCounts.count
    return pieceRows * (Self.prediction + Self.feature * features + Self.text * texts)
  }

  /// Scores, probabilities, chances and decisions of a row, some of them twice.
  private static let prediction = 96
  /// As it is encoded, and again as a transform makes it.
  private static let feature = 8
  /// With what the allocator needs for it.
  private static let text = 64

  /// Throws where there is not so much memory beside what reading takes.
  func require(besides bytes: Int, _ reason: String? = nil) throws(DataError) {
    try require(fixed + reading + bytes, reason)
  }

  /// What is left beside reading.
  func left(besides bytes: Int) -> Int { self.bytes - fixed - reading - bytes }

  /// The limit that leaves so much beside reading, as a user writes it.
  func text(leaving bytes: Int) -> String { MemoryInput.text(fixed + reading + bytes) }
}
