import Datasets
import Essentials
import LinearAlgebra
import Models
import Optimization

/// Replaces the features by memberships of prototypes that every group has in the same proportions,
/// that predict the label, and from which the features can be put together again.
///
/// `PrototypeObjective` has the formula. Solved by L-BFGS with the exact gradient from prototypes
/// drawn around the mean, in rounds that round the corners of the fairness term ever less; the start
/// depends on the seed and on the rows' moments only.
///
/// R. Zemel, Y. Wu, K. Swersky, T. Pitassi and C. Dwork, Learning fair representations, ICML 2013.
public struct LearnedFairRepresentations: Preprocessor {
  public static let name = "learned-fair-representations"
  public static let summary =
    "Replaces features by memberships of prototypes that all groups share equally."
  public static let source = "Zemel et al., Learning fair representations, ICML 2013"
  public var prototypes = 10
  /// A_x: factor of the mean squared distance of rows from what prototypes make of them.
  public var reconstruction = 0.01
  /// A_y: factor of the mean log loss.
  public var target = 1.0
  /// A_z: factor of the mean difference of memberships between groups.
  public var fairness = 50.0
  public var distance = PrototypeDistance.squared
  /// Whether each column's weight in the distance is learned.
  public var learnsScales = true
  /// Most steps of L-BFGS.
  public var steps = 1000
  /// The share of the objective at which the estimated gap to a minimum ends the search.
  public var stepTolerance = 1e-4

  public init() {}

  public init(prototypes: Int, fairness: Double = LearnedFairRepresentations().fairness) {
    self.prototypes = prototypes
    self.fairness = fairness
  }

  public static let table: [OptionRecord<LearnedFairRepresentations>] = [
    .integer("prototypes", \.prototypes, in: 1...1000, "number of prototypes"),
    .number(
      "reconstruction", \.reconstruction, in: 0...1e9,
      "A_x: factor of the mean squared distance of rows from what prototypes make of them"),
    .number("target", \.target, in: 0...1e9, "A_y: factor of the mean log loss"),
    .number(
      "fairness", \.fairness, in: 0...1e9,
      "A_z: factor of the mean difference of memberships between groups"),
    .choice("distance", \.distance, "squared as in the paper, or its root as in Fairlearn"),
    .flag(
      "learn_scales", \.learnsScales,
      "whether each column's weight in the distance is learned"),
    .integer("steps", \.steps, in: 0...1_000_000, "most steps of L-BFGS"),
    .number(
      "step_tolerance", \.stepTolerance, in: 0...1,
      "stop when the estimated gap to a minimum is this share of the objective"),
  ]

  /// Where |u| is rounded, from round to round. From the last of these alone the search runs into the
  /// corners where groups are alike and creeps along them: on Adult and COMPAS it ended higher after
  /// more steps.
  static let smoothings = [0.03, 0.01, 0.003, 0.001]

  /// Rounds from where the last one ended, each with an even share of the steps that are left.
  static func minimize<Scalar: KernelScalar>(
    _ objective: PrototypeObjective<Scalar>, seed: UInt64, steps: Int, gap: Double,
    shouldStop: @escaping @Sendable () -> Bool
  ) -> Minimum {
    var start = objective.start(seed: seed), taken = 0
    var minimum: Minimum?
    for (round, smoothing) in smoothings.enumerated() where minimum?.status != .stopped {
      objective.smoothing = smoothing
      let found = LBFGS().minimizeFirstOrder(
        objective, from: start,
        rule: StoppingRule(
          relativeGap: gap, iterationLimit: (steps - taken) / (smoothings.count - round),
          shouldStop: shouldStop))
      start = found.point
      taken += found.iterations
      minimum = found
    }
    minimum!.iterations = taken
    return minimum!
  }

  private static func text(_ value: Double) -> String { value.brief() }

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> PreprocessingFit {
    let data = rows.data
    let clock = ContinuousClock(), began = clock.now
    let objective = PrototypeObjective(
      data.features, labels: rows.labels, attributes: data.attributes,
      sampleWeights: data.sampleWeights, prototypes: prototypes, distance: distance,
      factors: .init(reconstruction: reconstruction, target: target, fairness: fairness),
      learnsScales: learnsScales, pool: context.pool)
    let minimum = Self.minimize(
      objective, seed: context.seed, steps: steps, gap: stepTolerance,
      shouldStop: context.shouldStop)
    // The last evaluation need not have been at the minimum.
    var gradient = minimum.gradient
    _ = objective.evaluate(at: minimum.point, gradient: &gradient)
    let parts = objective.parts
    return fitted(
      PrototypeTransform(map: objective.map(at: minimum.point)),
      FitReport(
        status: minimum.status, iterations: minimum.iterations, objective: minimum.value,
        certificate: Certificate(kind: .gradientNorm, value: minimum.gradient.norm),
        passes: objective.passes, seconds: (clock.now - began) / .seconds(1),
        stopReason: "representations of squared error \(Self.text(parts.reconstruction)), log loss "
          + "\(Self.text(parts.target)) and difference \(Self.text(parts.fairness)) after "
          + "\(minimum.iterations) steps", seed: context.seed))
  }
}

/// Rows as their memberships of prototypes: one dense column a prototype.
public struct PrototypeTransform: Transform, Equatable {
  public static let kind = "prototypes"

  public let map: PrototypeMap

  public init(map: PrototypeMap) { self.map = map }

  public var changesFeatures: Bool { true }

  public func encoder(_ encoder: FeatureEncoder) -> FeatureEncoder {
    var changed = encoder
    changed.categorical = []
    changed.numeric = map.targets.indices.map { FeatureEncoder.Numeric(name: "prototype \($0)") }
    return changed
  }

  public func training<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    try applied(to: data, pool: pool)
  }

  public func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> DesignMatrix<Scalar> {
    guard data.features.columns == map.columns else {
      throw PredictorError.badConfiguration(
        kind: Self.kind,
        detail: "prototypes of \(map.columns) columns for rows of \(data.features.columns)")
    }
    return DesignMatrix(dense: map.memberships(data.features, pool: pool))
  }
}
