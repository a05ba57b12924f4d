import Datasets
import Essentials
import LinearAlgebra
import RowSums

/// The rows that prototypes are fitted to, and the passes over them.
///
/// Passes are specialized here, where the loops of tiles and sums are seen: from other modules they
/// would convert each number by its type's tables, ten times as slow.
struct PrototypeRows<Scalar: KernelScalar>: Sendable {
  let features: DesignMatrix<Scalar>
  let labels: Buffer<UInt8>
  let sampleWeights: [Double]?
  let attributes: [GroupIndex]
  /// Where each attribute's groups start among all groups.
  let firstGroups: [Int]
  let groupWeights: [Double]
  let totalWeight: Double
  /// Σ sᵢxᵢⱼ and Σ sᵢxᵢⱼ² of each column.
  let moments: (sums: [Double], squares: [Double])
  let pool: WorkerPool

  init(
    _ features: DesignMatrix<Scalar>, labels: Buffer<UInt8>, attributes: [GroupIndex],
    sampleWeights: [Double]?, pool: WorkerPool
  ) {
    let n = features.rows
    precondition(labels.count == n && sampleWeights?.count ?? n == n, "a label and a weight a row")
    precondition(attributes.allSatisfy { $0.rows == n }, "a group for each row")
    self.features = features
    self.labels = labels
    self.sampleWeights = sampleWeights
    self.attributes = attributes
    self.pool = pool
    var first = 0
    firstGroups = attributes.map { attribute in
      defer { first += attribute.count }
      return first
    }
    var weights = [Double](repeating: 0, count: first)
    for (attribute, start) in zip(attributes, firstGroups) {
      for i in 0..<n { weights[start + attribute[i]] += sampleWeights?[i] ?? 1 }
    }
    groupWeights = weights
    totalWeight = sampleWeights?.reduce(0, +) ?? Double(n)
    precondition(totalWeight > 0, "the rows have no weight")
    moments = Self.moments(features, sampleWeights)
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private static func moments(
    _ features: DesignMatrix<Scalar>, _ sampleWeights: [Double]?
  ) -> (sums: [Double], squares: [Double]) {
    var sums = [Double](repeating: 0, count: features.columns), squares = sums
    for i in 0..<features.rows {
      // SAFETY: row i of the dense block, read only.
      let x = features.dense.pointer(row: i), s = sampleWeights?[i] ?? 1
      for j in 0..<features.dense.columns {
        sums[j] += s * Double(x[j])
        squares[j] += s * Double(x[j]) * Double(x[j])
      }
      for (column, start) in zip(features.categorical, features.firstColumns) {
        sums[start + Int(column.codes[i])] += s
        squares[start + Int(column.codes[i])] += s
      }
    }
    return (sums, squares)
  }

  /// M̄ of each group, shape `(groups, prototypes)`; 0 for groups without weight.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func groupMeans(_ tables: PrototypeTables<Scalar>) -> [Double] {
    let k = tables.count, size = Blocking.chunk(rows: features.rows), n = features.rows
    var means = [Double](repeating: 0, count: groupWeights.count * k)
    pool.orderedReduce(
      (n + size - 1) / size,
      makePartial: {
        (PrototypeTile<Scalar>(tables), [Double](repeating: 0, count: groupWeights.count * k))
      },
      body: { chunk, partial in
        for c in partial.1.indices { partial.1[c] = 0 }
        forEachTile(chunk * size..<min(n, (chunk + 1) * size)) { first, count in
          partial.0.readMemberships(first: first, count: count, tables)
          partial.1.withUnsafeMutableBufferPointer { sums in
            for (attribute, start) in zip(attributes, firstGroups) {
              for i in 0..<count {
                // SAFETY: codes are below the attribute's groups.
                let row = partial.0.m.pointer(row: i)
                let out = sums.baseAddress! + (start + attribute[first + i]) * k
                let s = sampleWeights?[first + i] ?? 1
                for c in 0..<k { out[c] += s * Double(row[c]) }
              }
            }
          }
        }
      },
      merge: { partial in means.add(1, times: partial.1) })
    for g in groupWeights.indices where groupWeights[g] > 0 {
      for c in 0..<k { means[g * k + c] /= groupWeights[g] }
    }
    return means
  }

  private func forEachTile(_ rows: Range<Int>, _ body: (_ first: Int, _ count: Int) -> Void) {
    var first = rows.lowerBound
    while first < rows.upperBound {
      let count = min(PrototypeTile<Scalar>.rows, rows.upperBound - first)
      body(first, count)
      first += count
    }
  }

  /// Values and gradients of all terms summed over the rows.
  ///
  /// - Parameter slopes: A_z times those of `PrototypeObjective.disparity`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func backward(
    _ tables: PrototypeTables<Scalar>, _ factors: PrototypeFactors, _ slopes: [Double]
  ) -> PrototypeSums<Scalar> {
    let total = PrototypeSums<Scalar>(tables)
    let size = Blocking.chunk(rows: features.rows), n = features.rows
    pool.orderedReduce(
      (n + size - 1) / size,
      makePartial: { (PrototypeTile<Scalar>(tables), PrototypeSums<Scalar>(tables)) },
      body: { chunk, partial in
        partial.1.clear()
        forEachTile(chunk * size..<min(n, (chunk + 1) * size)) { first, count in
          partial.0.readMemberships(first: first, count: count, tables)
          partial.0.products(
            first: first, count: count, dense: tables.dense, levels: tables.levels, tables,
            into: partial.0.p)
          slope(first: first, count: count, tables, factors, slopes, partial.0, partial.1)
          partial.1.add(partial.0, first: first, count: count, tables)
        }
        partial.1.flush()
      },
      merge: { total.merge($0.1) })
    return total
  }

  /// ∂F/∂M of a tile, then through the softmax: q becomes ∂F/∂d², h becomes ∂F/∂p.
  private func slope(
    first: Int, count: Int, _ tables: PrototypeTables<Scalar>, _ factors: PrototypeFactors,
    _ slopes: [Double], _ tile: PrototypeTile<Scalar>, _ sums: PrototypeSums<Scalar>
  ) {
    let k = tables.count
    tile.g.slice(rows: 0..<count).setToProduct(
      tile.m.slice(rows: 0..<count), .none, tables.gram, .none)
    for i in 0..<count {
      // SAFETY: rows of the scratch have k numbers.
      let s = sampleWeights?[first + i] ?? 1, y = Double(labels[first + i])
      let m = tile.m.pointer(row: i), p = tile.p.pointer(row: i), g = tile.g.pointer(row: i)
      let h = tile.h.pointer(row: i), q = tile.q.pointer(row: i)
      var fit = 0.0, prediction = 0.0
      for c in 0..<k {
        fit += Double(m[c]) * (Double(g[c]) - 2 * Double(p[c]))
        prediction += Double(m[c]) * Double(tables.targets[c])
      }
      let kept = min(max(prediction, Self.leastProbability), 1 - Self.leastProbability)
      sums.reconstruction += s * fit
      sums.target -= s * (y * log(kept) + (1 - y) * log(1 - kept))
      let pull = factors.target * s / totalWeight * (kept - y) / (kept * (1 - kept))
      let rebuild = 2 * factors.reconstruction * s / totalWeight
      for c in 0..<k {
        sums.targetSlopes[c] += pull * Double(m[c])
        h[c] = Scalar(-rebuild) * m[c]
        g[c] = Scalar(rebuild * (Double(g[c]) - Double(p[c])) + pull * Double(tables.targets[c]))
      }
      for (attribute, start) in zip(attributes, firstGroups) {
        let own = (start + attribute[first + i]) * k
        for c in 0..<k { g[c] += Scalar(s * slopes[own + c]) }
      }
      var mean: Scalar = 0
      for c in 0..<k { mean += m[c] * g[c] }
      if tables.distance == .squared {
        for c in 0..<k { q[c] = -m[c] * (g[c] - mean) }
      } else {
        let far = tile.distances.pointer(row: i)
        for c in 0..<k { q[c] = -m[c] * (g[c] - mean) / (2 * far[c]) }
      }
    }
  }

  private static var leastProbability: Double { 1e-15 }
}
