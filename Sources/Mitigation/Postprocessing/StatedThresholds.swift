import Datasets
import Models

/// Thresholds that people have set: a policy to be measured rather than a fit.
public struct StatedThresholds: Postprocessor {
  public static let name = "stated-thresholds"
  public static let summary = "Applies a stated threshold to each group; nothing is fitted."
  public static let source =
    "Corbett-Davies, Pierson, Feller, Goel and Huq, Algorithmic decision making and the cost of "
    + "fairness, KDD 2017"
  /// A score at least this is positive in groups without a threshold of their own.
  public var threshold = 0.5
  /// Thresholds of groups, as `Female=0.45,Male=0.5`: a name may hold commas and equals signs, and
  /// which groups there are is known only when rows come.
  public var thresholds: String?

  public init() {}

  public init(threshold: Double, ofGroups thresholds: [String: Double] = [:]) {
    self.threshold = threshold
    guard !thresholds.isEmpty else { return }
    self.thresholds = thresholds.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      .joined(separator: ",")
  }

  public static let table: [OptionRecord<StatedThresholds>] = [
    .number(
      "usual_threshold", \.threshold,
      in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude,
      "a score at least this is positive in groups without one of their own"
    ).spelled(OptionAliases(otherNames: ["threshold"])),
    .text(
      "thresholds", \.thresholds,
      "thresholds of groups, as Female=0.45,Male=0.5; of several attributes as Female*Black=0.4"),
  ]

  public func fit(_ rows: ScoredRows, _ context: FitContext) throws -> PostprocessingFit {
    // All rows as one group are of no group that has a threshold of its own.
    let stated = try (rows.attributes.isEmpty ? nil : thresholds).map { text throws(DataError) in
      try GroupNumbers.read(text, of: "thresholds", groups: rows.groups.names)
    }
    return fitted(
      ThresholdRule(
        thresholds: rows.groups.names.map { ScoreThreshold(stated?[$0] ?? threshold) }),
      FitReport(status: .converged, iterations: 0, objective: nil, seed: context.seed))
  }
}
