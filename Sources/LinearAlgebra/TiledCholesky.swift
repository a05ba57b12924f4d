/// The factor of Cholesky by tiles, for all threads of a pool: the same bits whatever their number.
enum TiledCholesky {
  /// Matrices below this are factored on the caller's thread.
  static let leastDimension = 384
  /// Columns that are factored at once, and rows of a tile that one thread updates.
  private static let panel = 96
  private static let tile = 192

  /// Replaces the lower triangle of a row-major (n, n) matrix by L; false where a pivot is ≤ 0.
  static func factor(_ a: UnsafeMutablePointer<Double>, _ n: Int, pool: WorkerPool) -> Bool {
    guard n >= leastDimension else {
      return n == 0 || Double.Routines.potrf(Int32(n), a, Int32(n)) == 0
    }
    // SAFETY: tiles of one step are disjoint, and read the panel that is done before it.
    nonisolated(unsafe) let a = a
    let ld = Int32(n)
    for first in stride(from: 0, to: n, by: panel) {
      let last = min(n, first + panel), width = Int32(last - first)
      guard Double.Routines.potrf(width, a + first * n + first, ld) == 0 else { return false }
      let tiles = stride(from: last, to: n, by: tile).map { $0..<min(n, $0 + tile) }
      pool.forEach(tiles.count) { t in
        Double.Routines.trsmRight(
          true, Int32(tiles[t].count), width, 1, a + first * n + first, ld,
          a + tiles[t].lowerBound * n + first, ld)
      }
      pool.forEach(tiles.count * (tiles.count + 1) / 2) { index in
        let (i, j) = lowerTile(index)
        let rows = tiles[i], columns = tiles[j]
        let left = a + rows.lowerBound * n + first, right = a + columns.lowerBound * n + first
        let target = a + rows.lowerBound * n + columns.lowerBound
        if i == j {
          Double.Routines.syrk(false, Int32(rows.count), width, -1, left, ld, 1, target, ld)
        } else {
          Double.Routines.gemm(
            false, true, Int32(rows.count), Int32(columns.count), width, -1, left, ld, right, ld,
            1, target, ld)
        }
      }
    }
    return true
  }

  /// The `index`-th of the pairs i ≥ j, row by row.
  private static func lowerTile(_ index: Int) -> (Int, Int) {
    var i = Int(((8 * Double(index) + 1).squareRoot() - 1) / 2)
    while (i + 1) * (i + 2) / 2 <= index { i += 1 }
    while i * (i + 1) / 2 > index { i -= 1 }
    return (i, index - i * (i + 1) / 2)
  }
}
