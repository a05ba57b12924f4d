import Datasets
import LinearAlgebra
import Models

/// Transports each column of every group to the barycentre of the groups' distributions.
///
/// The barycentre in the Wasserstein-2 distance of distributions on a line has the mean of their
/// quantile functions, Σ_h π_h·F_h⁻¹, where π_h is group h's share of the weight; no other common
/// distribution can be reached by moving values less, Σ_h π_h·W₂². x of group g becomes
/// (1 − λ)·x + λ·Σ_h π_h·F_h⁻¹(F_g(x)). With `reference` every group is transported to that of one.
/// Columns are transported one by one: what a group's columns have in common may still tell it.
///
/// Gordaliza, del Barrio, Gamboa, Loubes, *Obtaining fairness using optimal transport theory*, ICML
/// 2019; Agueh and Carlier, *Barycenters in the Wasserstein space*, SIAM J. Math. Anal. 43, 2011.
public struct OptimalTransport: Preprocessor {
  public static let name = "optimal-transport"
  public static let summary =
    "Moves each column to the Wasserstein barycentre of the groups, which moves values least."
  public static let source =
    "Gordaliza et al., Obtaining fairness using optimal transport theory, ICML 2019"
  public static let attributeUse: Set<AttributeUse> = [.training, .decision]
  public var repair = QuantileRepairSettings()
  /// The group whose distribution all others get; nil: the barycentre of all.
  public var reference: String?

  public init() {}

  public init(level: Double = QuantileRepairSettings().level, reference: String? = nil) {
    repair.level = level
    self.reference = reference
  }

  public static let table: [OptionRecord<OptimalTransport>] =
    QuantileRepairSettings.table.map { $0.nested(in: \.repair) } + [
      .text(
        "reference", \.reference,
        "group whose distribution all others get"
      ).derived("the barycentre of all")
    ]
  public static let needsLabels = false
  public static let keepsUnits = true

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> PreprocessingFit {
    let data = rows.data
    var chosen: Int?
    if let name = reference {
      let groups = data.jointGroups
      guard let found = groups.names.firstIndex(of: name) else {
        throw DataError.option(
          "reference", value: name,
          """
          no such group of \(groups.attribute)\
          \(NearestName.suggestion(for: name, among: groups.names))
          """)
      }
      chosen = found
    }
    let transform = try QuantileRepair.fit(
      data, target: { shares in chosen.map { .group($0) } ?? .mean(shares) }, repair, context)
    return fitted(
      transform,
      FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }
}
