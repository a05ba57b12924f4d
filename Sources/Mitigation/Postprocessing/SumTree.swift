/// A sum of numbers that change one at a time: every update adds the same pairs again, so that a sum
/// does not depend on the updates before it, as a running total would.
struct SumTree {
  private var nodes: [Double]
  private let leaves: Int

  init(count: Int) {
    var size = 1
    while size < count { size *= 2 }
    leaves = size
    nodes = [Double](repeating: 0, count: 2 * size)
  }

  var total: Double { nodes[1] }

  mutating func set(_ index: Int, _ value: Double) {
    var node = leaves + index
    nodes[node] = value
    while node > 1 {
      node /= 2
      nodes[node] = nodes[2 * node] + nodes[2 * node + 1]
    }
  }
}
