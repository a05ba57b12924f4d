import CKernels

/// A non-decreasing piecewise linear function of one number: a value at each knot, straight lines
/// between, and beyond the outer knots the same distance from their values.
///
/// A table over equally wide cells says between which knots to search, so that a look-up takes a few
/// steps wherever the knots lie evenly. A map without knots leaves every number as it is.
public struct MonotoneMap: Sendable {
  /// Ascending, distinct, finite.
  public let knots: [Double]
  /// Non-decreasing, as many.
  public let values: [Double]
  /// The last knot at or before the start of each cell; one more for the end.
  private let guide: Buffer<UInt32>
  private let cells: Int
  /// How often the knots of the fullest cell are halved until one is left.
  private let halvings: Int

  /// Cells for each knot: a step or two of search is left.
  private static let cellsAKnot = 2
  private static let mostCells = 1 << 15

  public init(knots: [Double], values: [Double]) {
    precondition(knots.count == values.count, "a value for each knot")
    for i in knots.indices.dropFirst() {
      precondition(knots[i - 1] < knots[i], "knots ascend")
      precondition(values[i - 1] <= values[i], "values do not descend")
    }
    self.knots = knots
    self.values = values
    let width = (knots.last ?? 0) - (knots.first ?? 0)
    // A width beyond the range of numbers leaves one cell: a plain binary search.
    cells =
      width.isFinite ? max(1, min(Self.mostCells, Self.cellsAKnot * knots.count)) : 1
    let guide = Buffer<UInt32>(zeroed: cells + 1)
    let lastStart = max(0, knots.count - 2)
    var knot = 0
    for cell in 0..<cells where !knots.isEmpty {
      let start = knots[0] + width * (Double(cell) / Double(cells))
      while knot < lastStart && knots[knot + 1] <= start { knot += 1 }
      guide[cell] = UInt32(knot)
    }
    guide[cells] = UInt32(lastStart)
    self.guide = guide
    var most = 0
    for cell in 0..<cells { most = max(most, Int(guide[cell + 1]) - Int(guide[cell])) }
    halvings = Int.bitWidth - most.leadingZeroBitCount
  }

  public func callAsFunction(_ x: Double) -> Double {
    Self.withBridges([self]) { eqp_monotone_value($0, x) }
  }

  fileprivate static func withBridges<Result>(
    _ maps: [MonotoneMap], _ body: (UnsafePointer<eqp_monotone_map>) -> Result
  ) -> Result {
    let numbers = maps.map { (Buffer($0.knots), Buffer($0.values)) }
    let bridges = zip(maps, numbers).map { map, arrays in
      let width = (map.knots.last ?? 0) - (map.knots.first ?? 0)
      return eqp_monotone_map(
        knots: arrays.0.pointer, values: arrays.1.pointer, guide: map.guide.pointer,
        count: map.knots.count, cells: map.cells, halvings: map.halvings,
        low: width.isFinite ? map.knots.first ?? 0 : 0,
        scale: width > 0 && width.isFinite ? Double(map.cells) / width : 0)
    }
    // SAFETY: the arrays outlive the body.
    return withExtendedLifetime((maps, numbers)) {
      bridges.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
  }
}

/// Features with a map for each column and set of rows.
public enum MonotoneMaps {
  /// Rows that a worker maps at once: enough that the knots of a column, which may fill the
  /// second-level cache, are fetched for many.
  static let chunkRows = 8_192

  /// out[i, j] = v + level·(maps[j][set[i]](v) − v) with v = x[i, j].
  ///
  /// - Parameters:
  ///   - maps: shape `(columns, sets)`.
  ///   - set: shape `(n)`, below the number of sets.
  ///   - out: shape `(n, columns)`.
  public static func apply<Scalar: KernelScalar>(
    _ maps: [[MonotoneMap]], set: Buffer<UInt16>, level: Double, _ x: Matrix<Scalar>,
    into out: Matrix<Scalar>, pool: WorkerPool
  ) {
    precondition(maps.count == x.columns && out.columns == x.columns, "maps for each column")
    precondition(set.count == x.rows && out.rows == x.rows, "a set for each row")
    let sets = maps.first?.count ?? 0
    guard let largest = largestCode(of: set, pool: pool), x.columns > 0 else { return }
    precondition(Int(largest) < sets && maps.allSatisfy { $0.count == sets }, "a map for each set")
    let flat = maps.flatMap { $0 }
    MonotoneMap.withBridges(flat) { bridges in
      // SAFETY: the bridges outlive the call; each chunk writes its own rows.
      nonisolated(unsafe) let bridges = bridges
      pool.forEach((x.rows + chunkRows - 1) / chunkRows) { chunk in
        let first = chunk * chunkRows
        let rows = min(chunkRows, x.rows - first)
        for j in 0..<x.columns {
          Scalar.Kernels.monotoneApply(
            x.pointer(row: first) + j, rows, x.rowStride, set.pointer + first, bridges + j * sets,
            level, out.pointer(row: first) + j, out.rowStride)
        }
      }
    }
  }
}
