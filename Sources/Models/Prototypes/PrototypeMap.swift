import Datasets
import LinearAlgebra
import RowSums

/// How far a row is from a prototype.
public enum PrototypeDistance: String, Sendable, Codable, CaseIterable {
  /// Σ_j αⱼ(xⱼ − vⱼ)², as the paper has it.
  case squared
  /// √Σ_j αⱼ(xⱼ − vⱼ)², as Fairlearn has it.
  case euclidean
}

/// A row's memberships of K prototypes: softmax over k of −d(x, v_k).
///
/// R. Zemel, Y. Wu, K. Swersky, T. Pitassi and C. Dwork, Learning fair representations, ICML 2013,
/// equations 2 and 12. A categorical column counts as its 0/1 columns.
public struct PrototypeMap: Sendable, Codable, Equatable {
  public let distance: PrototypeDistance
  /// v, row-major, shape `(prototypes, columns)`.
  public let prototypes: [Double]
  /// α, at least 0, shape `(columns)`.
  public let scales: [Double]
  /// w: the prediction of each prototype, in [0, 1], shape `(prototypes)`.
  public let targets: [Double]

  public var count: Int { targets.count }
  public var columns: Int { scales.count }

  public init(
    distance: PrototypeDistance, prototypes: [Double], scales: [Double], targets: [Double]
  ) {
    precondition(
      prototypes.count == scales.count * targets.count, "a number for each column and prototype")
    self.distance = distance
    self.prototypes = prototypes
    self.scales = scales
    self.targets = targets
  }

  /// The memberships of each row, adding up to 1, shape `(n, prototypes)`.
  public func memberships<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, pool: WorkerPool = .default
  ) -> Matrix<Scalar> {
    precondition(
      features.columns == columns, "prototypes of \(columns) columns for \(features.columns)")
    let tables = PrototypeTables<Scalar>(self, features)
    let result = Matrix<Scalar>(rows: features.rows, columns: count)
    let size = Blocking.minimumChunk
    pool.forEach((features.rows + size - 1) / size) { chunk in
      // SAFETY: each chunk writes its own rows of the result.
      let tile = PrototypeTile<Scalar>(tables)
      var first = chunk * size
      let end = min(features.rows, first + size)
      while first < end {
        let rows = min(PrototypeTile<Scalar>.rows, end - first)
        tile.readMemberships(first: first, count: rows, tables)
        result.pointer(row: first).update(from: tile.m.pointer(row: 0), count: rows * count)
        first += rows
      }
    }
    return result
  }
}

/// The numbers of a map as the products with rows want them.
struct PrototypeTables<Scalar: KernelScalar>: @unchecked Sendable {
  // SAFETY: nobody writes to the tables after `init`.
  let features: DesignMatrix<Scalar>
  let distance: PrototypeDistance
  let count: Int
  /// The dense columns of v and of α∘v, shape `(prototypes, dense columns)`.
  let dense: Matrix<Scalar>
  let scaledDense: Matrix<Scalar>
  /// The levels of v and of α∘v, shape `(levels, prototypes)`.
  let levels: Matrix<Scalar>
  let scaledLevels: Matrix<Scalar>
  /// Σ_j αⱼ·v_kj², shape `(prototypes)`.
  let norms: [Scalar]
  /// v·vᵀ, shape `(prototypes, prototypes)`.
  let gram: Matrix<Scalar>
  let scales: [Scalar]
  let targets: [Scalar]

  init(_ map: PrototypeMap, _ features: DesignMatrix<Scalar>) {
    let k = map.count
    let d = map.columns
    let p = features.dense.columns
    self.features = features
    distance = map.distance
    count = k
    dense = Matrix(rows: k, columns: p)
    scaledDense = Matrix(rows: k, columns: p)
    levels = Matrix(rows: d - p, columns: k)
    scaledLevels = Matrix(rows: d - p, columns: k)
    gram = Matrix(rows: k, columns: k)
    var norms = [Double](repeating: 0, count: k)
    for i in 0..<k {
      for j in 0..<d {
        let v = map.prototypes[i * d + j]
        let scaled = map.scales[j] * v
        norms[i] += scaled * v
        if j < p {
          dense[i, j] = Scalar(v)
          scaledDense[i, j] = Scalar(scaled)
        } else {
          levels[j - p, i] = Scalar(v)
          scaledLevels[j - p, i] = Scalar(scaled)
        }
      }
      for other in 0...i {
        var sum = 0.0
        for j in 0..<d { sum += map.prototypes[i * d + j] * map.prototypes[other * d + j] }
        gram[i, other] = Scalar(sum)
        gram[other, i] = Scalar(sum)
      }
    }
    self.norms = norms.map { Scalar($0) }
    scales = map.scales.map { Scalar($0) }
    targets = map.targets.map { Scalar($0) }
  }
}

/// What a tile of rows is to the prototypes: scratch of a thread.
final class PrototypeTile<Scalar: KernelScalar> {
  /// A tile's rows and its products with a few tens of prototypes stay in the second-level cache.
  static var rows: Int { 256 }
  /// Under the root of a Euclidean distance, so that a row on a prototype has a slope.
  static var leastSquare: Scalar { 1e-12 }

  /// Shape `(rows, prototypes)` each: m memberships, p = x·vᵀ, q = x·(α∘v)ᵀ and later what the
  /// distances' gradient is, h what that of p is, g that of m, and two for exponentials.
  let m, p, q, h, g: Matrix<Scalar>
  private let exponential, softplus: Buffer<Scalar>
  /// Euclidean distances, shape `(rows, prototypes)`.
  let distances: Matrix<Scalar>

  init(_ tables: PrototypeTables<Scalar>) {
    let k = tables.count
    func scratch() -> Matrix<Scalar> { Matrix(rows: Self.rows, columns: k) }
    (m, p, q, h, g, distances) = (scratch(), scratch(), scratch(), scratch(), scratch(), scratch())
    exponential = Buffer(zeroed: Self.rows * k)
    softplus = Buffer(zeroed: Self.rows * k)
  }

  /// x·tableᵀ of a tile's rows.
  func products(
    first: Int, count: Int, dense: Matrix<Scalar>, levels: Matrix<Scalar>,
    _ tables: PrototypeTables<Scalar>, into out: Matrix<Scalar>
  ) {
    let features = tables.features
    let k = tables.count
    // SAFETY: the tile lies inside the rows, codes are below their levels.
    if features.dense.columns > 0 {
      out.slice(rows: 0..<count).setToProduct(
        features.dense.slice(rows: first..<first + count), .none, dense, .transposed)
    } else {
      out.pointer(row: 0).update(repeating: 0, count: count * k)
    }
    for (column, start) in zip(features.categorical, features.firstColumns) {
      let codes = column.codes.pointer + first
      let table = levels.pointer(row: 0) + (start - features.dense.columns) * k
      var row = out.pointer(row: 0)
      for i in 0..<count {
        let entry = table + Int(codes[i]) * k
        for c in 0..<k { row[c] += entry[c] }
        row += k
      }
    }
  }

  /// The memberships of a tile's rows into `m`, and x·(α∘v)ᵀ into `q`.
  func readMemberships(first: Int, count: Int, _ tables: PrototypeTables<Scalar>) {
    products(
      first: first, count: count, dense: tables.scaledDense, levels: tables.scaledLevels, tables,
      into: q)
    let k = tables.count
    // SAFETY: rows of the scratch have k numbers; `norms` too.
    for i in 0..<count {
      let products = q.pointer(row: i)
      let out = m.pointer(row: i)
      var largest = -Scalar.infinity
      if tables.distance == .squared {
        for c in 0..<k {
          out[c] = 2 * products[c] - tables.norms[c]
          largest = max(largest, out[c])
        }
      } else {
        let own = ownNorm(first + i, tables)
        let far = distances.pointer(row: i)
        for c in 0..<k {
          far[c] = max(own + tables.norms[c] - 2 * products[c], Self.leastSquare).squareRoot()
          out[c] = -far[c]
          largest = max(largest, out[c])
        }
      }
      for c in 0..<k { out[c] -= largest }
    }
    // eᶻ = σ(z)/(1 − σ(z)), exact to a few ulp for z ≤ 0.
    Scalar.Kernels.sigmoidSoftplus(
      m.pointer(row: 0), count * k, exponential.pointer, softplus.pointer)
    for i in 0..<count {
      let out = m.pointer(row: i)
      let e = exponential.pointer + i * k
      var sum: Scalar = 0
      for c in 0..<k {
        out[c] = e[c] / (1 - e[c])
        sum += out[c]
      }
      for c in 0..<k { out[c] /= sum }
    }
  }

  /// Σ_j αⱼxⱼ² of a row.
  private func ownNorm(_ row: Int, _ tables: PrototypeTables<Scalar>) -> Scalar {
    let features = tables.features
    let x = features.dense.pointer(row: row)
    var sum: Scalar = 0
    for j in 0..<features.dense.columns { sum += tables.scales[j] * x[j] * x[j] }
    for (column, start) in zip(features.categorical, features.firstColumns) {
      sum += tables.scales[start + Int(column.codes.pointer[row])]
    }
    return sum
  }
}
