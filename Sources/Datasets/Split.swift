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
    var coming = [Int](repeating: 0, count: Int(cells.max() ?? 0) + 1)
    for cell in cells { coming[Int(cell)] += 1 }
    var wanted = coming.map { Int((Double($0) * fraction).rounded()) }
    var random = CounterRandom(seed: seed, stream: 0)
    var chosen = [Bool](repeating: false, count: cells.count)
    for (i, cell) in cells.enumerated() {
      let c = Int(cell)
      if random.uniform() * Double(coming[c]) < Double(wanted[c]) {
        chosen[i] = true
        wanted[c] -= 1
      }
      coming[c] -= 1
    }
    return chosen
  }
}
