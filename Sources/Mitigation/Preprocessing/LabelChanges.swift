import Criteria
import Datasets
import LinearAlgebra
import Models

/// The share of positives that every group gets.
public enum LabelTarget: String, CaseIterable, Sendable {
  /// That of all rows: the number of positives stays.
  case overall
  /// The largest of a group.
  case highest
  /// The smallest of a group.
  case lowest
}

/// Which labels to change so that the share of positives is the same in every group.
enum LabelChanges {
  static func target<Root>(
    _ path: WritableKeyPath<Root, LabelTarget> & Sendable
  ) -> OptionRecord<Root> {
    .choice(
      "target", path,
      "share of positives that every group gets: that of all rows, or the largest or smallest of a "
        + "group; of all rows, the number of positives stays")
  }

  /// Changes labels in order of `priority` until each group has the wanted share, up to one row.
  ///
  /// A group below its share has W_g·share − W_g⁺ of negatives made positive, those of the largest
  /// priority first; a group above it has positives made negative, those of the smallest priority
  /// first. A row whose change would overshoot by more than half its weight keeps its label.
  ///
  /// - Parameter priority: shape `(n)`; ties go by a hash of the row.
  static func changes<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, priority: [Double], _ target: LabelTarget, seed: UInt64
  ) -> ChangedLabels {
    let data = rows.data, cells = rows.cells
    let order = data.rows(orderedBy: priority, seed: seed)
    let share = wantedShare(cells, target)
    var missing = (0..<cells.groups.count).map { group in
      (cells.weights[2 * group] + cells.weights[2 * group + 1]) * share
        - cells.weights[2 * group + 1]
    }
    // A group that ends a part of a row past its share is not turned back by a lighter one.
    let isBelow = missing.map { $0 > 0 }
    var changed: [Int] = []
    for (label, sign, candidates) in [(0, 1.0, Array(order.reversed())), (1, -1.0, order)] {
      for row in candidates where Int(cells.codes[row]) % 2 == label {
        let group = Int(cells.codes[row]) / 2, weight = data.sampleWeights?[row] ?? 1
        guard weight > 0, isBelow[group] == (label == 0),
          sign * missing[group] >= weight / 2 + rounding * weight
        else { continue }
        missing[group] -= sign * weight
        changed.append(row)
      }
    }
    return ChangedLabels(fittedRows: data.rows, rows: changed.sorted())
  }

  /// Half a row's weight is compared with sums that were rounded.
  private static let rounding = 1e-9

  private static func wantedShare(_ cells: CellIndex, _ target: LabelTarget) -> Double {
    let weights = cells.weights
    let shares = (0..<cells.groups.count).compactMap { group in
      let all = weights[2 * group] + weights[2 * group + 1]
      return all > 0 ? weights[2 * group + 1] / all : nil
    }
    switch target {
    case .highest: return shares.max() ?? 0
    case .lowest: return shares.min() ?? 0
    case .overall:
      let positives = stride(from: 1, to: weights.count, by: 2).reduce(0) { $0 + weights[$1] }
      return positives / cells.totalWeight
    }
  }
}

extension Dataset {
  /// All rows by ascending number; ties by a hash of the row, then by place.
  func rows(orderedBy numbers: [Double], seed: UInt64) -> [Int] {
    let draws = uniformDraws(key: seed)
    return numbers.indices.sorted {
      (numbers[$0], draws[$0], $0) < (numbers[$1], draws[$1], $1)
    }
  }
}

/// Labels of some training rows turned over.
public struct ChangedLabels: Transform, Equatable {
  public static let kind = "changed-labels"

  public let fittedRows: Int
  /// Ascending.
  public let rows: [Int]

  public var changesFeatures: Bool { false }

  public func training<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    precondition(data.rows == fittedRows, "labels are changed in the rows that were fitted")
    let labels = Buffer(try data.requireLabels(Self.kind).array)
    for row in rows { labels[row] = 1 - labels[row] }
    return data.replacing(labels: labels)
  }

  public func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) -> DesignMatrix<Scalar> { data.features }
}
