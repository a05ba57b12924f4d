import Datasets
import LinearAlgebra
import RowSums

/// What the gradient of a `PrototypeObjective` sums over rows: products with the dense block in
/// `Scalar` for some thousand rows, everything else in `Double`.
final class PrototypeSums<Scalar: KernelScalar>: @unchecked Sendable {
  private let prototypes: Int
  private let denseColumns: Int
  private let levels: Int
  private let euclidean: Bool
  /// qᵀ·x, hᵀ·x and hᵀ·m of the rows since the last flush.
  private let distanceDense, rebuildDense, members: Matrix<Scalar>
  private var pending = 0
  /// The same in full precision: dense and members by prototype, levels by level.
  private var wideDistance, wideRebuild, wideMembers: [Double]
  private let distanceLevels, rebuildLevels: Buffer<Double>
  /// Σ qᵢₖ, shape `(prototypes)`.
  var distanceSums: [Double]
  /// Σᵢ (Σₖ qᵢₖ)·xᵢⱼ², shape `(columns)`: 0 but for rounding with squared distances.
  var ownSquares: [Double]
  /// Σᵢ of ∂F/∂ŷᵢ·Mᵢₖ, shape `(prototypes)`.
  var targetSlopes: [Double]
  /// Σ s·(‖x̂‖² − 2·x·x̂) and Σ s·(log loss).
  var reconstruction = 0.0
  var target = 0.0

  init(_ tables: PrototypeTables<Scalar>) {
    let k = tables.count
    let p = tables.features.dense.columns
    let d = tables.features.columns
    prototypes = k
    denseColumns = p
    levels = d - p
    euclidean = tables.distance == .euclidean
    distanceDense = Matrix(rows: k, columns: p)
    rebuildDense = Matrix(rows: k, columns: p)
    members = Matrix(rows: k, columns: k)
    wideDistance = Array(repeating: 0, count: k * p)
    wideRebuild = Array(repeating: 0, count: k * p)
    wideMembers = Array(repeating: 0, count: k * k)
    distanceLevels = Buffer(zeroed: levels * k)
    rebuildLevels = Buffer(zeroed: levels * k)
    distanceSums = Array(repeating: 0, count: k)
    ownSquares = Array(repeating: 0, count: d)
    targetSlopes = Array(repeating: 0, count: k)
  }

  /// Σᵢ qᵢₖ·xᵢⱼ.
  func distanceProduct(_ k: Int, _ j: Int) -> Double {
    j < denseColumns
      ? wideDistance[k * denseColumns + j]
      : distanceLevels[(j - denseColumns) * prototypes + k]
  }

  /// Σᵢ hᵢₖ·xᵢⱼ.
  func rebuildProduct(_ k: Int, _ j: Int) -> Double {
    j < denseColumns
      ? wideRebuild[k * denseColumns + j] : rebuildLevels[(j - denseColumns) * prototypes + k]
  }

  /// Σᵢ hᵢₖ·mᵢₗ.
  func memberProduct(_ k: Int, _ l: Int) -> Double { wideMembers[k * prototypes + l] }

  func clear() {
    for i in wideDistance.indices { wideDistance[i] = 0 }
    for i in wideRebuild.indices { wideRebuild[i] = 0 }
    for i in wideMembers.indices { wideMembers[i] = 0 }
    // SAFETY: the buffers' own counts.
    distanceLevels.pointer.update(repeating: 0, count: distanceLevels.count)
    rebuildLevels.pointer.update(repeating: 0, count: rebuildLevels.count)
    for i in distanceSums.indices { distanceSums[i] = 0 }
    for i in ownSquares.indices { ownSquares[i] = 0 }
    for i in targetSlopes.indices { targetSlopes[i] = 0 }
    reconstruction = 0
    target = 0
    pending = 0
  }

  /// Adds a tile whose q and h are the slopes.
  func add(
    _ tile: PrototypeTile<Scalar>, first: Int, count: Int, _ tables: PrototypeTables<Scalar>
  ) {
    let features = tables.features
    let rows = 0..<count
    let q = tile.q.slice(rows: rows)
    let h = tile.h.slice(rows: rows)
    let beta: Scalar = pending == 0 ? 0 : 1
    if denseColumns > 0 {
      let x = features.dense.slice(rows: first..<first + count)
      distanceDense.setToProduct(q, .transposed, x, .none, keeping: beta)
      rebuildDense.setToProduct(h, .transposed, x, .none, keeping: beta)
    }
    members.setToProduct(h, .transposed, tile.m.slice(rows: rows), .none, keeping: beta)
    addLevels(tile, first: first, count: count, features)
    for i in rows {
      // SAFETY: rows of the scratch have a number for each prototype.
      let row = tile.q.pointer(row: i)
      for c in 0..<prototypes { distanceSums[c] += Double(row[c]) }
    }
    if euclidean { addSquares(tile, first: first, count: count, features) }
    pending += count
    if pending >= Blocking.flushRows { flush() }
  }

  private func addLevels(
    _ tile: PrototypeTile<Scalar>, first: Int, count: Int, _ features: DesignMatrix<Scalar>
  ) {
    let k = prototypes
    for (column, start) in zip(features.categorical, features.firstColumns) {
      // SAFETY: codes are below their levels, whose sums start at the column's first.
      let codes = column.codes.pointer + first
      let offset = (start - denseColumns) * k
      let one = distanceLevels.pointer + offset
      let other = rebuildLevels.pointer + offset
      for i in 0..<count {
        let q = tile.q.pointer(row: i)
        let h = tile.h.pointer(row: i)
        let code = Int(codes[i]) * k
        for c in 0..<k {
          one[code + c] += Double(q[c])
          other[code + c] += Double(h[c])
        }
      }
    }
  }

  private func addSquares(
    _ tile: PrototypeTile<Scalar>, first: Int, count: Int, _ features: DesignMatrix<Scalar>
  ) {
    for i in 0..<count {
      // SAFETY: the row lies inside the dense block.
      let q = tile.q.pointer(row: i)
      let x = features.dense.pointer(row: first + i)
      var sum = 0.0
      for c in 0..<prototypes { sum += Double(q[c]) }
      for j in 0..<denseColumns { ownSquares[j] += sum * Double(x[j]) * Double(x[j]) }
      for (column, start) in zip(features.categorical, features.firstColumns) {
        ownSquares[start + Int(column.codes.pointer[first + i])] += sum
      }
    }
  }

  func flush() {
    guard pending > 0 else { return }
    Self.widen(distanceDense, into: &wideDistance)
    Self.widen(rebuildDense, into: &wideRebuild)
    Self.widen(members, into: &wideMembers)
    pending = 0
  }

  private static func widen(_ matrix: Matrix<Scalar>, into sums: inout [Double]) {
    // SAFETY: the matrix is without gaps and has as many numbers as the sums.
    sums.withUnsafeMutableBufferPointer { sums in
      guard let start = sums.baseAddress else { return }
      Scalar.Kernels.widenAdd(matrix.pointer(row: 0), sums.count, start)
    }
  }

  func merge(_ other: PrototypeSums) {
    wideDistance.add(1, times: other.wideDistance)
    wideRebuild.add(1, times: other.wideRebuild)
    wideMembers.add(1, times: other.wideMembers)
    Double.Kernels.widenAdd(
      other.distanceLevels.pointer, distanceLevels.count, distanceLevels.pointer)
    Double.Kernels.widenAdd(other.rebuildLevels.pointer, rebuildLevels.count, rebuildLevels.pointer)
    distanceSums.add(1, times: other.distanceSums)
    ownSquares.add(1, times: other.ownSquares)
    targetSlopes.add(1, times: other.targetSlopes)
    reconstruction += other.reconstruction
    target += other.target
  }
}
