import Datasets
import LinearAlgebra

/// One part of the rows, of which a few at a time are in memory. Its answers are those of the same rows
/// in one memory, to the last bit.
public struct StoredRows<Scalar: KernelScalar>: RowSource {
  private let store: RowStore<Scalar>
  public let shape: RowShape
  public let partition: Int
  public private(set) var pool: WorkerPool
  private let kept = KeptScale()

  /// - Parameters:
  ///   - labels: of each cell.
  ///   - cellWeights: Σ w of each cell.
  public init(
    _ store: RowStore<Scalar>, labels: [Double], cellWeights: [Double], partition: Int = 0,
    pool: WorkerPool = .default
  ) {
    self.store = store
    self.partition = partition
    self.pool = pool
    shape = RowShape(
      rows: store.rows, denseColumns: store.layout.denseColumns, levels: store.layout.levels,
      labels: labels, cellWeights: cellWeights, resolution: Double(Scalar.ulpOfOne) / 2)
  }

  public func limited(to pool: WorkerPool) -> any RowSource {
    var limited = self
    limited.pool = pool
    return limited
  }

  /// Looking at a few rows in memory is cheaper than a reading of all.
  public var isFar: Bool { true }

  public func ask(_ request: Request) throws -> Answer {
    var sum: Answer?
    try read { first, rows in
      var answer = try LocalRows(rows, partition: partition, pool: pool).ask(request)
      answer.refusal?.row += first
      if sum == nil { sum = answer } else { try sum!.add(answer) }
    }
    return try sum ?? LocalRows(empty, partition: partition, pool: pool).ask(request)
  }

  private func read(_ body: (Int, ScoreRows<Scalar>) throws -> Void) throws {
    try store.read(labels: shape.labels, body)
  }

  private var empty: ScoreRows<Scalar> {
    RowWindow<Scalar>(store.layout, capacity: 0).scoreRows(labels: shape.labels)
  }

  public func scale(exact: Bool) throws -> SumScale {
    try kept.scale(exact: true) {
      let any = SumScale(weight: 0, columns: Array(repeating: 0, count: shape.width))
      let sizes = Request(.sizes(exact: true), cells: shape.cells, scale: any)
      return SumScale(sizes: try answer(sizes).extremes, shape, margin: 0)
    }
  }

  /// The rows that `LocalRows` would give of all rows.
  public func sample(rows count: Int) throws -> RowSample? {
    let ranges = RowSelection.spread(min(count, shape.rows), of: shape.rows).ranges
    let pieces = try store.rows(ranges, labels: shape.labels)
    return RowSample(LocalRows(ScoreRows(joining: pieces, like: empty), pool: pool))
  }
}

extension ScoreRows {
  /// Rows one after the other.
  ///
  /// - Parameter empty: no row of the same shape.
  init(joining pieces: [ScoreRows], like empty: ScoreRows) {
    let rows = pieces.reduce(0) { $0 + $1.rows }, columns = empty.features.dense.columns
    let dense = Matrix<Scalar>(rows: rows, columns: columns)
    var next = 0
    for piece in pieces {
      for i in 0..<piece.rows {
        dense.pointer(row: next).update(from: piece.features.dense.pointer(row: i), count: columns)
        next += 1
      }
    }
    let cells = Buffer(pieces.flatMap(\.cells.array))
    let weights = empty.sampleWeights.map { _ in
      Buffer(pieces.flatMap { $0.sampleWeights!.array })
    }
    var cellWeights = [Double](repeating: 0, count: empty.cellCount)
    for i in 0..<rows {
      cellWeights[Int(cells.pointer[i])] += weights.map { Double($0.pointer[i]) } ?? 1
    }
    self.init(
      features: DesignMatrix(
        dense: dense,
        categorical: empty.features.categorical.indices.map { j in
          CodeColumn(
            codes: Buffer(pieces.flatMap { $0.features.categorical[j].codes.array }),
            levels: empty.features.categorical[j].levels)
        }), cells: cells, cellCount: empty.cellCount, labels: empty.labels,
      cellWeights: cellWeights, sampleWeights: weights)
  }
}
