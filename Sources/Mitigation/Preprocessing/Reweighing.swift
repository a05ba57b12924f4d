import Criteria
import Datasets
import LinearAlgebra
import Models

/// Weights that make the label independent of the group.
///
/// A row of group g with label y gets its weight times W(g, y) = W_g·W_y / (W·W_gy), where the
/// W's are sums of weights over all rows, the group, the label and the cell. The weighted share of
/// positives is then the same in every group, and the sums of a group and of a label do not change.
/// Within controls the same holds in each stratum: W_sg·W_sy / (W_s·W_sgy).
///
/// Kamiran and Calders, *Data preprocessing techniques for classification without discrimination*,
/// Knowledge and Information Systems 33, 2012, section 4.3.
public struct Reweighing: Preprocessor {
  public static let name = "reweighing"
  public static let summary = "Weights rows so that the label is independent of the group."
  public static let source =
    "Kamiran and Calders, Data preprocessing techniques for classification without discrimination, "
    + "KAIS 2012"
  public static let table: [OptionRecord<Reweighing>] = []
  public static let keepsUnits = true

  public init() {}

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) -> PreprocessingFit {
    let data = rows.data
    let groups = data.jointGroups
    let strata =
      data.controls.isEmpty
      ? GroupIndex(attribute: "all", codes: Buffer(zeroed: data.rows), names: ["all"])
      : GroupIndex.cross(data.controls)
    var sums = [[Double]](
      repeating: [Double](repeating: 0, count: 2 * groups.count), count: strata.count)
    let labels = rows.labels
    for i in 0..<data.rows {
      sums[strata[i]][2 * groups[i] + Int(labels[i])] += data.sampleWeights?[i] ?? 1
    }
    let transform = CellWeights(
      groups: FittedGroups(groups, of: data.attributes),
      strata: data.controls.isEmpty ? nil : FittedGroups(strata, of: data.controls),
      factors: sums.map(Self.factors))
    return fitted(
      transform,
      FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }

  /// W_g·W_y / (W·W_gy) of the cells of one stratum; 0 for a cell without weight, where no row that
  /// counts is.
  ///
  /// - Parameter sums: weight of each cell 2·group + label, shape `(2·G)`.
  public static func factors(_ sums: [Double]) -> [Double] {
    let total = sums.reduce(0, +)
    let labels = (0..<2).map { label in
      stride(from: label, to: sums.count, by: 2).reduce(0) { $0 + sums[$1] }
    }
    return sums.indices.map { cell in
      let group = cell - cell % 2
      guard sums[cell] > 0 else { return 0 }
      return (sums[group] + sums[group + 1]) * labels[cell % 2] / (total * sums[cell])
    }
  }
}

/// A factor of the weight for each cell of group and label, and stratum if there are any.
public struct CellWeights: Transform, Equatable {
  public static let kind = "cell-weights"

  public let groups: FittedGroups
  public let strata: FittedGroups?
  /// Shape `(S, 2·G)`: stratum, then 2·group + label.
  public let factors: [[Double]]

  public var changesFeatures: Bool { false }

  public func training<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    let labels = try data.requireLabels(Self.kind)
    let codes = try groups.codes(among: data.attributes, unseen: .error)
    let places = try strata?.codes(among: data.controls, unseen: .error)
    let weights = (0..<data.rows).map { i in
      (data.sampleWeights?[i] ?? 1)
        * factors[places.map { Int($0[i]) } ?? 0][2 * Int(codes[i]) + Int(labels[i])]
    }
    return data.replacing(sampleWeights: weights)
  }

  public func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) -> DesignMatrix<Scalar> { data.features }
}
