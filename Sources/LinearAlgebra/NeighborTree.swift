import CKernels

/// Finds the nearest points of a set exactly, by a k-d tree over its distinct points.
///
/// Points are split at the median of their widest column down to leaves; a search skips every box
/// that lies farther than what it has found. Rows that are equal in all columns are one point.
///
/// J. Friedman, J. Bentley, R. Finkel, *An algorithm for finding best matches in logarithmic
/// expected time*, ACM TOMS 3, 1977.
public struct NeighborTree: Sendable {
  /// Points of a leaf: their distances are computed in one go.
  static let leafPoints = 32
  /// A box is searched unless it is farther than the farthest wanted by more than this share:
  /// distances to boxes and to points are rounded differently.
  static let rounding = 1e-12

  /// The point of each row, shape `(n)`.
  public let pointOfRow: [Int]
  public let columns: Int
  public let count: Int
  /// Points in the order of the leaves, shape `(count, columns)`.
  private let points: Buffer<Double>
  private let nodes: [Node]
  /// Low, then high, corner of each node's box.
  private let boxes: Buffer<Double>

  private struct Node: Sendable {
    var range: Range<Int>
    /// Numbers of the two halves; −1 for a leaf.
    var left = -1, right = -1
  }

  /// - Parameter matrix: shape `(n, d)`, finite.
  public init(_ matrix: Matrix<Double>) {
    columns = matrix.columns
    let d = columns
    let order = (0..<matrix.rows).sorted { Self.precedes(matrix, $0, $1) ?? ($0 < $1) }
    var firsts: [Int] = []
    var point = Array(repeating: 0, count: matrix.rows)
    for (place, row) in order.enumerated() {
      if place == 0 || Self.precedes(matrix, order[place - 1], row) != nil { firsts.append(row) }
      point[row] = firsts.count - 1
    }
    count = firsts.count
    var builder = Builder(matrix: matrix, rows: firsts)
    builder.build()
    nodes = builder.nodes
    var placeOf = Array(repeating: 0, count: firsts.count)
    let points = Buffer<Double>(zeroed: max(1, firsts.count * d))
    for (place, index) in builder.order.enumerated() {
      placeOf[index] = place
      for j in 0..<d { points[place * d + j] = matrix[firsts[index], j] }
    }
    self.points = points
    pointOfRow = point.map { placeOf[$0] }
    boxes = Self.boxes(points, nodes, d)
  }

  /// Whether a row comes before another in lexicographic order; nil when they are equal.
  private static func precedes(_ matrix: Matrix<Double>, _ a: Int, _ b: Int) -> Bool? {
    for j in 0..<matrix.columns where matrix[a, j] != matrix[b, j] {
      return matrix[a, j] < matrix[b, j]
    }
    return nil
  }

  private static func boxes(_ points: Buffer<Double>, _ nodes: [Node], _ d: Int) -> Buffer<Double> {
    let boxes = Buffer<Double>(zeroed: max(1, 2 * d * nodes.count))
    for (number, node) in nodes.enumerated() {
      for j in 0..<d {
        var low = Double.infinity
        var high = -Double.infinity
        for place in node.range {
          low = min(low, points[place * d + j])
          high = max(high, points[place * d + j])
        }
        boxes[2 * d * number + j] = low
        boxes[2 * d * number + d + j] = high
      }
    }
    return boxes
  }

  private struct Builder {
    let matrix: Matrix<Double>
    let rows: [Int]
    var order: [Int]
    var nodes: [Node] = []

    init(matrix: Matrix<Double>, rows: [Int]) {
      self.matrix = matrix
      self.rows = rows
      order = Array(rows.indices)
    }

    mutating func build() {
      nodes = [Node(range: 0..<rows.count)]
      var open = [0]
      while let number = open.popLast() {
        let range = nodes[number].range
        guard range.count > NeighborTree.leafPoints, matrix.columns > 0 else { continue }
        let column = widest(range)
        order[range].sort { a, b in
          let x = matrix[rows[a], column]
          let y = matrix[rows[b], column]
          return x == y ? a < b : x < y
        }
        let middle = range.lowerBound + range.count / 2
        nodes[number].left = nodes.count
        nodes[number].right = nodes.count + 1
        nodes.append(Node(range: range.lowerBound..<middle))
        nodes.append(Node(range: middle..<range.upperBound))
        open += [nodes.count - 2, nodes.count - 1]
      }
    }

    private func widest(_ range: Range<Int>) -> Int {
      var best = 0
      var width = -1.0
      for j in 0..<matrix.columns {
        var low = Double.infinity
        var high = -Double.infinity
        for place in range {
          let value = matrix[rows[order[place]], j]
          low = min(low, value)
          high = max(high, value)
        }
        if high - low > width { (best, width) = (j, high - low) }
      }
      return best
    }
  }

  /// What one search needs: one a thread.
  public struct Scratch: Sendable {
    let distances = Buffer<Double>(zeroed: NeighborTree.leafPoints)
    var open: [(node: Int, distance: Double)] = []
    public init() {}
  }

  /// Visits points from about near to far, until all that are left are farther than `limit`.
  ///
  /// - Parameters:
  ///   - query: the point whose neighbours are sought; it is visited itself.
  ///   - visit: takes a point and its squared distance, and returns the squared distance beyond
  ///     which points are no longer wanted.
  public func search(
    around query: Int, scratch: inout Scratch,
    visit: (_ point: Int, _ squaredDistance: Double) -> Double
  ) {
    guard count > 0 else { return }
    // SAFETY: nodes, boxes and points were built together; a leaf has at most `leafPoints` points,
    // or there is one node that holds them all and no column.
    let x = points.pointer + query * columns
    let d = columns
    var limit = Double.infinity
    func reach(_ node: Int) -> Double {
      let box = boxes.pointer + 2 * columns * node
      return eqp_box_distance(x, box, box + columns, d)
    }
    scratch.open = [(0, 0)]
    while let (number, distance) = scratch.open.popLast() {
      guard distance <= limit * (1 + Self.rounding) else { continue }
      let node = nodes[number]
      guard node.left < 0 else {
        let near = (node.left, reach(node.left))
        let far = (node.right, reach(node.right))
        scratch.open += near.1 <= far.1 ? [far, near] : [near, far]
        continue
      }
      eqp_squared_distances(
        x, points.pointer + node.range.lowerBound * columns, node.range.count, d,
        scratch.distances.pointer)
      for (k, place) in node.range.enumerated() where scratch.distances[k] <= limit {
        limit = visit(place, scratch.distances[k])
      }
    }
  }
}
