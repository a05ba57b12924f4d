/// Chooses test rows at random, with the same share in every cell (group, label).
public enum Split {
  /// The share of rows that a fit is tested on when nothing else is asked for.
  public static let usualTestShare = 0.3
  /// Keeps another choice of rows apart from that of test rows, which the same seed makes.
  public static let secondSeedOffset: UInt64 = 0x5EED

  /// Marks `round(fraction · n_c)` of the n_c rows of each cell c, each choice equally likely.
  ///
  /// One pass: row i is taken with probability (still wanted in its cell)/(still to come in it).
  /// Fan, Muller, Rezucha, *Development of sampling plans by using sequential selection techniques*,
  /// JASA 1962, method 1.
  ///
  /// - Parameter cells: shape `(n)`.
  public static func testRows(cells: [UInt16], fraction: Double, seed: UInt64) -> [Bool] {
    precondition(fraction >= 0 && fraction <= 1, "a fraction lies between 0 and 1")
    var counts = [Int](repeating: 0, count: Int(cells.max() ?? 0) + 1)
    for cell in cells { counts[Int(cell)] += 1 }
    var draw = SplitDraw(counts: counts, fraction: fraction, seed: seed)
    return cells.map { draw.next(cell: Int($0)) }
  }
}

/// The choice of test rows, row by row: rows need not be in memory.
public struct SplitDraw: Sendable {
  private var coming: [Int]
  private var wanted: [Int]
  private var random: CounterRandom

  /// - Parameter counts: how many rows each cell has.
  public init(counts: [Int], fraction: Double, seed: UInt64) {
    coming = counts
    wanted = counts.map { Int((Double($0) * fraction).rounded()) }
    random = CounterRandom(seed: seed, stream: 0)
  }

  /// Whether the next row, which is of the cell, is a test row.
  public mutating func next(cell: Int) -> Bool {
    let isChosen = random.uniform() * Double(coming[cell]) < Double(wanted[cell])
    if isChosen { wanted[cell] -= 1 }
    coming[cell] -= 1
    return isChosen
  }
}
