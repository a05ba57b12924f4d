import Criteria
import Datasets
import LinearAlgebra
import Models

/// New rows of one cell between rows and their nearest neighbours in the same cell.
///
/// A synthetic row has a base b and a partner p, one of the k rows nearest to b. Numbers are
/// b + u·(p − b) with u uniform in [0, 1), one u a row; a category is the most frequent one among b and
/// its k neighbours, of equally frequent ones that of b if it is among them, else of the nearest row.
/// Distances are Euclidean over numbers divided by their standard deviation in the cell; categories
/// that differ count as the median of those deviations, so here as 1. Bases are taken in the order of
/// the cell's rows, again and again; a cell of one row repeats it.
///
/// Chawla, Bowyer, Hall, Kegelmeyer, *SMOTE: synthetic minority over-sampling technique*, JAIR 16,
/// 2002, sections 4.2 and 6.1 (SMOTE-NC).
public struct SyntheticRows: Codable, Sendable, Equatable {
  /// Rows of the data that the synthetic ones are made from, shape `(m)`.
  public let bases: [Int]
  public let partners: [Int]
  /// In [0, 1), shape `(m)`.
  public let steps: [Double]
  /// Codes of each categorical column, shape `(columns, m)`.
  public let codes: [[UInt16]]
  public let weightEach: Double

  init<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, rows: [Int], weight: Double, neighbors: Int, cell: Int,
    _ context: FitContext
  ) {
    let total = rows.reduce(0.0) { $0 + (data.sampleWeights?[$1] ?? 1) }
    let mean = total / Double(rows.count)
    let count = max(1, Int((weight / mean).rounded()))
    let near = Self.nearest(data.features, rows, count: neighbors, pool: context.pool)
    let bases = (0..<count).map { rows[$0 % rows.count] }
    var partners: [Int] = [], steps: [Double] = []
    for k in 0..<count {
      var random = CounterRandom(
        seed: context.seed, stream: UInt64(cell) << 32 | UInt64(k))
      let own = near[k % rows.count]
      partners.append(own.isEmpty ? bases[k] : own[Int(random.uniform() * Double(own.count))])
      steps.append(random.uniform())
    }
    self.bases = bases
    self.partners = partners
    self.steps = steps
    codes = data.features.categorical.map { column in
      (0..<count).map { k in Self.commonest(column, bases[k], near[k % rows.count]) }
    }
    weightEach = weight / Double(count)
  }

  /// The nearest rows of the same set to each, nearest first, shape `(rows, ≤ count)`.
  private static func nearest<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, _ rows: [Int], count: Int, pool: WorkerPool
  ) -> [[Int]] {
    let dense = features.dense, d = dense.columns
    let scales = (0..<d).map { j in
      let values = rows.map { Double(dense[$0, j]) }
      let mean = values.reduce(0, +) / Double(values.count)
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      return square > 0 ? 1 / square.squareRoot() : 0
    }
    let chunk = 64
    var found: [[Int]] = []
    pool.orderedReduce(
      (rows.count + chunk - 1) / chunk, makePartial: { [[Int]]() },
      body: { k, part in
        part = (k * chunk..<min(rows.count, (k + 1) * chunk)).map {
          Self.nearest(features, rows, scales, to: $0, count: count)
        }
      },
      merge: { found += $0 })
    return found
  }

  /// By distance, then by position in `rows`, which depends on the rows alone.
  private static func nearest<Scalar: KernelScalar>(
    _ features: DesignMatrix<Scalar>, _ rows: [Int], _ scales: [Double], to own: Int, count: Int
  ) -> [Int] {
    var best: [(distance: Double, place: Int)] = []
    let dense = features.dense
    for place in rows.indices where place != own {
      let limit = best.count == count ? best[count - 1].distance : .infinity
      var distance = 0.0
      for column in features.categorical
      where column.codes[rows[place]] != column.codes[rows[own]] {
        distance += 1
      }
      for j in scales.indices where distance < limit {
        let difference =
          (Double(dense[rows[place], j]) - Double(dense[rows[own], j])) * scales[j]
        distance += difference * difference
      }
      guard distance < limit else { continue }
      if best.count == count { best.removeLast() }
      let at = best.firstIndex { $0.distance > distance } ?? best.count
      best.insert((distance, place), at: at)
    }
    return best.map { rows[$0.place] }
  }

  private static func commonest(_ column: CodeColumn, _ base: Int, _ near: [Int]) -> UInt16 {
    var counts: [UInt16: Int] = [:]
    let codes = ([base] + near).map { column.codes[$0] }
    for code in codes { counts[code, default: 0] += 1 }
    let most = counts.values.max() ?? 0
    return codes.first { counts[$0] == most } ?? codes[0]
  }

  /// Writes the synthetic features over rows `first…` of other features.
  func write<Scalar: KernelScalar>(
    _ source: DesignMatrix<Scalar>, into target: DesignMatrix<Scalar>, from first: Int
  ) {
    for k in bases.indices {
      for j in 0..<source.dense.columns {
        let base = Double(source.dense[bases[k], j])
        let partner = Double(source.dense[partners[k], j])
        target.dense[first + k, j] = Scalar(base + steps[k] * (partner - base))
      }
      for (c, column) in target.categorical.enumerated() {
        column.codes[first + k] = codes[c][k]
      }
    }
  }
}
