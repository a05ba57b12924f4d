import Datasets
import Essentials
import LinearAlgebra
import Optimization

/// A_x, A_y and A_z of a `PrototypeObjective`.
public struct PrototypeFactors: Sendable, Equatable {
  public var reconstruction: Double
  public var target: Double
  public var fairness: Double

  public init(reconstruction: Double, target: Double, fairness: Double) {
    self.reconstruction = reconstruction
    self.target = target
    self.fairness = fairness
  }
}

/// What learned fair representations minimize, with its exact gradient:
///
/// A_x·(1/W)Σᵢ sᵢ‖xᵢ − x̂ᵢ‖² + A_y·(1/W)Σᵢ sᵢ·[−yᵢ log ŷᵢ − (1 − yᵢ) log(1 − ŷᵢ)]
/// + A_z·(1/(P·K))Σ_{pairs g, g′}Σ_k |M̄_gk − M̄_g′k|
///
/// with memberships M of K prototypes v (`PrototypeMap`), x̂ = M·v, ŷ = M·w, M̄_g the weighted mean
/// over group g, and P the number of pairs of groups, of every attribute. |u| is √(u² + δ²) − δ, so
/// that there is a gradient where groups are alike; δ may change between minimizations. Not convex.
///
/// θ = (v, row-major; a with α = a²; ω with w = σ(ω)), shape `(K·d + d + K)`. Neither x̂ nor M is
/// ever formed for all rows: ‖x − x̂‖² = ‖x‖² − 2·M·(v·x) + M·(v·vᵀ)·Mᵀ.
public final class PrototypeObjective<Scalar: KernelScalar>: Objective {
  /// The three terms without their factors.
  public struct Parts: Sendable, Equatable {
    public var reconstruction = 0.0
    public var target = 0.0
    public var fairness = 0.0
  }

  /// δ: group means this close count as alike.
  public var smoothing: Double

  let rows: PrototypeRows<Scalar>
  public let prototypes: Int
  public let distance: PrototypeDistance
  public let factors: PrototypeFactors
  /// Whether α is learned.
  public let learnsScales: Bool
  /// Times that the rows were read.
  public private(set) var passes = 0.0
  /// The terms at the last point.
  public private(set) var parts = Parts()

  public var columns: Int { rows.features.columns }
  public var dimension: Int { prototypes * columns + columns + prototypes }
  public var resolution: Double { Double(Scalar.ulpOfOne) / 2 }

  /// - Parameters:
  ///   - labels: shape `(n)`, 0 or 1.
  ///   - attributes: those between whose groups memberships are made alike.
  public init(
    _ features: DesignMatrix<Scalar>, labels: Buffer<UInt8>, attributes: [GroupIndex],
    sampleWeights: [Double]? = nil, prototypes: Int, distance: PrototypeDistance,
    factors: PrototypeFactors, learnsScales: Bool = true, smoothing: Double = 1e-3,
    pool: WorkerPool = .default
  ) {
    precondition(prototypes > 0, "at least one prototype")
    precondition(smoothing > 0, "a corner has no gradient")
    rows = PrototypeRows(
      features, labels: labels, attributes: attributes, sampleWeights: sampleWeights, pool: pool)
    self.prototypes = prototypes
    self.distance = distance
    self.factors = factors
    self.learnsScales = learnsScales
    self.smoothing = smoothing
  }

  /// A point to start from: prototypes drawn around the rows' mean with their deviation, scales of
  /// one share a feature, predictions in the middle. It depends on the rows' moments only.
  public func start(seed: UInt64) -> [Double] {
    let moments = rows.moments, totalWeight = rows.totalWeight
    var random = CounterRandom(seed: seed, stream: Self.startStream)
    var theta: [Double] = []
    for _ in 0..<prototypes {
      for j in 0..<columns {
        let mean = moments.sums[j] / totalWeight
        let variance = max(0, moments.squares[j] / totalWeight - mean * mean)
        theta.append(mean + variance.squareRoot() * random.normal())
      }
    }
    let fields = max(1, rows.features.dense.columns + rows.features.categorical.count)
    theta += Array(repeating: (1 / Double(fields)).squareRoot(), count: columns)
    for _ in 0..<prototypes { theta.append(random.normal()) }
    return theta
  }

  private static var startStream: UInt64 { 0x1F2 }

  /// The map of a point θ.
  public func map(at theta: [Double]) -> PrototypeMap {
    let split = prototypes * columns
    return PrototypeMap(
      distance: distance, prototypes: Array(theta[..<split]),
      scales: theta[split..<split + columns].map { $0 * $0 },
      targets: theta[(split + columns)...].map { 1 / (1 + exp(-$0)) })
  }

  public func evaluate(at theta: [Double], gradient: inout [Double]) -> Double {
    let map = map(at: theta), tables = PrototypeTables(map, rows.features)
    // 1. The groups' mean memberships, and what they say of the fairness term's slope.
    let means = rows.groupMeans(tables)
    let fairness = Self.disparity(
      means, weights: rows.groupWeights, attributes: rows.attributes.map(\.count),
      prototypes: prototypes, smoothing: smoothing)
    // 2. Values and gradients of all terms.
    let sums = rows.backward(
      tables, factors, fairness.slopes.scaled(by: factors.fairness))
    passes += 2
    parts = Parts(
      reconstruction: max(0, rows.moments.squares.reduce(0, +) + sums.reconstruction)
        / rows.totalWeight,
      target: sums.target / rows.totalWeight, fairness: fairness.value)
    gradient = assemble(sums, theta, map)
    return factors.reconstruction * parts.reconstruction + factors.target * parts.target
      + factors.fairness * parts.fairness
  }

  /// The fairness term, and its derivative by sᵢ·Mᵢₖ of a row of group g, shape `(groups, prototypes)`.
  static func disparity(
    _ means: [Double], weights: [Double], attributes: [Int], prototypes k: Int,
    smoothing: Double
  ) -> (value: Double, slopes: [Double]) {
    var slopes = [Double](repeating: 0, count: means.count)
    var sum = 0.0, pairs = 0, start = 0
    for count in attributes {
      let present = (start..<start + count).filter { weights[$0] > 0 }
      for (place, a) in present.enumerated() {
        for b in present[..<place] {
          pairs += 1
          for c in 0..<k {
            let u = means[a * k + c] - means[b * k + c]
            let root = (u * u + smoothing * smoothing).squareRoot()
            sum += root - smoothing
            slopes[a * k + c] += u / root
            slopes[b * k + c] -= u / root
          }
        }
      }
      start += count
    }
    guard pairs > 0 else { return (0, slopes) }
    let scale = 1 / Double(pairs * k)
    for g in weights.indices where weights[g] > 0 {
      for c in 0..<k { slopes[g * k + c] *= scale / weights[g] }
    }
    return (sum * scale, slopes)
  }

  /// ∇F from the sums over rows.
  private func assemble(
    _ sums: PrototypeSums<Scalar>, _ theta: [Double], _ map: PrototypeMap
  ) -> [Double] {
    let k = prototypes, d = columns, split = k * d
    var gradient = [Double](repeating: 0, count: dimension)
    for c in 0..<k {
      for j in 0..<d {
        let v = map.prototypes[c * d + j], alpha = map.scales[j]
        let qx = sums.distanceProduct(c, j), hx = sums.rebuildProduct(c, j)
        gradient[c * d + j] = 2 * alpha * (sums.distanceSums[c] * v - qx) + hx
        gradient[split + j] += v * (sums.distanceSums[c] * v - 2 * qx)
      }
      for other in 0..<k {
        let factor = sums.memberProduct(c, other)
        for j in 0..<d { gradient[c * d + j] -= factor * map.prototypes[other * d + j] }
      }
      let w = map.targets[c]
      gradient[split + d + c] = sums.targetSlopes[c] * w * (1 - w)
    }
    for j in 0..<d {
      gradient[split + j] =
        learnsScales ? 2 * theta[split + j] * (gradient[split + j] + sums.ownSquares[j]) : 0
    }
    return gradient
  }
}
