import Datasets
import LinearAlgebra
import Models

/// Gives each column the same distribution in every group, each row keeping its rank in its group.
///
/// Geometric repair: x of group g becomes (1 − λ)·x + λ·med_h F_h⁻¹(F_g(x)), with the quantiles of
/// weight and the median over the groups (of an even number, the middle of the two in the middle).
/// Rows that share a value get the mean of the target over the weight that they hold, so that at
/// λ = 1 the groups' distributions lie no further apart than the heaviest value; with `hashed` ties
/// they are the same. Categorical columns get the same shares in every group by the fewest changes.
///
/// Feldman, Friedler, Moeller, Scheidegger, Venkatasubramanian, *Certifying and removing disparate
/// impact*, KDD 2015, section 5.
public struct DisparateImpactRemover: Preprocessor {
  public static let name = "disparate-impact-remover"
  public static let summary =
    "Gives each column the same distribution in every group, by the median of quantiles."
  public static let source =
    "Feldman et al., Certifying and removing disparate impact, KDD 2015"
  public static let attributeUse: Set<AttributeUse> = [.training, .decision]
  public static let table = QuantileRepairSettings.table.map {
    $0.nested(in: \DisparateImpactRemover.repair)
  }
  public static let needsLabels = false
  public static let keepsUnits = true

  public var repair = QuantileRepairSettings()

  public init() {}

  public init(level: Double) { repair.level = level }

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> PreprocessingFit {
    fitted(
      try QuantileRepair.fit(rows.data, target: { _ in .median }, repair, context),
      FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }
}
