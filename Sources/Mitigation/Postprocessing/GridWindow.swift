/// The best index of each group on a common grid, no two further apart than a tolerance.
enum GridWindow {
  /// Of equal sums the one whose indices span least, and of those the last.
  ///
  /// - Parameters:
  ///   - grid: ascending.
  ///   - values: shape `(G, grid)`.
  static func best(_ grid: [Double], _ values: [[Double]], tolerance: Double) -> [Int] {
    var queues = [[Int]](repeating: [], count: values.count)
    var heads = [Int](repeating: 0, count: values.count)
    var best: [Int] = [], largest = -Double.infinity, smallest = Double.infinity
    var start = 0
    for end in grid.indices {
      for g in values.indices {
        while queues[g].count > heads[g], values[g][queues[g].last!] <= values[g][end] {
          queues[g].removeLast()
        }
        queues[g].append(end)
      }
      while grid[end] - grid[start] > tolerance {
        for g in values.indices where queues[g][heads[g]] == start { heads[g] += 1 }
        start += 1
      }
      let chosen = values.indices.map { queues[$0][heads[$0]] }
      let sum = values.indices.reduce(0) { $0 + values[$1][chosen[$1]] }
      let span = grid[chosen.max() ?? 0] - grid[chosen.min() ?? 0]
      if sum > largest || (sum == largest && span <= smallest) {
        (best, largest, smallest) = (chosen, sum, span)
      }
    }
    return best
  }
}
