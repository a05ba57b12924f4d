import Criteria
import Datasets
import LinearAlgebra

/// The bootstrap of everything that is a function of counts, at a cost that does not grow with rows.
///
/// Resampling n rows and counting them gives multinomial cell counts with the observed shares as
/// chances; so those are drawn, by conditional binomials, and no row is touched. The joint law of all
/// metrics of all groups is exactly that of the row bootstrap.
///
/// With weights, the row-level Poisson bootstrap (each row taken Poisson(1) times) gives a cell with
/// weights w a sum of mean Σw and variance Σw². It is drawn as s·Poisson((Σw)²/Σw²), s = Σw²/Σw,
/// which is that bootstrap exactly where the weights of a cell are equal, and has its first two
/// moments where they are not.
///
/// Replicate r draws from its own stream (seed, r): the same bytes for any number of threads.
/// B. Efron, R. Tibshirani, *An Introduction to the Bootstrap*, 1993; A. Chamandy et al., *Estimating
/// uncertainty for massive data streams*, 2012.
public struct CellBootstrap: Sendable {
  public static let defaultReplicates = 10_000

  public let replicates: Int
  public let seed: UInt64
  public let pool: WorkerPool

  public init(
    replicates: Int = defaultReplicates, seed: UInt64 = 0, pool: WorkerPool = .default
  ) {
    precondition(replicates >= 1, "a bootstrap needs a replicate")
    self.replicates = replicates
    self.seed = seed
    self.pool = pool
  }

  /// Replicates that one task draws.
  static let blockSize = 250

  /// Draws the counts of all groups and measures every metric on them.
  ///
  /// - Parameters:
  ///   - tallies: of groups that share no rows.
  ///   - metrics: those that need the order of scores, or sums of scores, are left out.
  public func run(
    _ tallies: some Sequence<Tally>, metrics: [Metric], weighted: Bool
  ) -> BootstrapReplicates {
    let groups = Array(tallies)
    let chosen = metrics.filter(Self.isOfCounts)
    let cells = CellDraws(groups, weighted: weighted)
    let kinds = chosen.map(MetricKind.init)
    let count = replicates, seed = seed
    let values = Buffer<Double>(uninitialized: chosen.count * groups.count * count)
    let blocks = (count + Self.blockSize - 1) / Self.blockSize
    pool.forEach(blocks) { block in
      var draw = Array(repeating: SIMD4<Double>.zero, count: groups.count)
      var room: [Double] = []
      for r in block * Self.blockSize..<min(count, (block + 1) * Self.blockSize) {
        var random = CounterRandom(seed: seed, stream: UInt64(r))
        cells.draw(into: &draw, scratch: &room, using: &random)
        for (m, kind) in kinds.enumerated() {
          for g in draw.indices {
            values[(m * draw.count + g) * count + r] = kind.value(draw[g])
          }
        }
      }
    }
    return BootstrapReplicates(
      metrics: chosen, groups: groups, replicates: count, values: values, pool: pool)
  }

  /// Whether a metric is a function of the four weights of a tally.
  static func isOfCounts(_ metric: Metric) -> Bool {
    guard !metric.needs.contains(.scores) && metric.scale == .fraction else { return false }
    switch metric.form {
    case .proportion, .function: return true
    default: return false
    }
  }
}

/// A metric as a fast function of four weights; NaN where it is absent, inside this room only.
private struct MetricKind: Sendable {
  private let part: SIMD4<Double>
  private let whole: SIMD4<Double>
  private let function: (@Sendable (Tally) -> MetricValue)?

  init(_ metric: Metric) {
    switch metric.form {
    case .proportion(let part, let whole):
      self.part = part.mask
      self.whole = whole.mask
      function = nil
    case .function(let body):
      (part, whole, function) = (.zero, .zero, body)
    default: preconditionFailure("only functions of counts are drawn")
    }
  }

  func value(_ weights: SIMD4<Double>) -> Double {
    guard let function else {
      let denominator = (weights * whole).sum()
      return denominator > 0 ? (weights * part).sum() / denominator : .nan
    }
    return function(Tally(weights: weights)).value ?? .nan
  }
}

/// How a replicate's cell weights are drawn.
struct CellDraws: Sendable {
  private let weighted: Bool
  private let cells: [Double]
  private let scales: [Double]
  private let total: Double

  init(_ groups: [Tally], weighted: Bool) {
    self.weighted = weighted
    var cells: [Double] = [], scales: [Double] = []
    for tally in groups {
      for s in 0..<4 {
        let weight = tally.weights[s], square = tally.squares[s]
        guard weighted else {
          cells.append(Double(tally.rows[s]))
          continue
        }
        // The effective count of the cell, and the weight of one of its effective rows.
        cells.append(square > 0 ? weight * (weight / square) : 0)
        scales.append(weight > 0 ? square / weight : 0)
      }
    }
    self.cells = cells
    self.scales = scales
    total = cells.reduce(0, +)
  }

  func draw(
    into groups: inout [SIMD4<Double>], scratch: inout [Double],
    using random: inout CounterRandom
  ) {
    if scratch.count != cells.count { scratch = Array(repeating: 0, count: cells.count) }
    if weighted {
      for c in cells.indices {
        scratch[c] = scales[c] * RandomCounts.poisson(cells[c], using: &random)
      }
    } else {
      RandomCounts.multinomial(total, weights: cells, total: total, into: &scratch, using: &random)
    }
    for g in groups.indices {
      groups[g] = SIMD4(scratch[4 * g], scratch[4 * g + 1], scratch[4 * g + 2], scratch[4 * g + 3])
    }
  }
}
