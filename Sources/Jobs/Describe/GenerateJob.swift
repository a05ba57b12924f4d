import Datasets

/// Writes synthetic data with a known bias, of any size.
public struct GenerateJob: Job {
  public static let name = "generate"
  public static let summary = "Writes synthetic data with a known bias, of any size."

  public var rows = 0
  public var features = 10
  public var categorical = 0
  public var levels = 8
  public var groups = 2
  public var skew = 1.0
  public var baseRate = 0.4
  public var baseRateGap = 0.2
  public var labelNoise = 0.05
  public var correlation = 0.0
  public var condition = 1.0
  public var groupShift = 0.5
  /// A file or folder.
  public var output = ""

  public init() {}

  /// The recipe says what its numbers may be.
  private static let any = Int.min...Int.max

  public static let table: [OptionRecord<GenerateJob>] = [
    .integer("rows", \.rows, in: any, isRequired: true, "Rows."),
    .integer("features", \.features, in: any, "Numeric columns."),
    .integer("categorical", \.categorical, in: any, "Categorical columns."),
    .integer("levels", \.levels, in: any, "Levels of each categorical column."),
    .integer("groups", \.groups, in: any, "Groups."),
    .number(
      "skew", \.skew, "0: groups of one size; 1: each has half the share of the one before."),
    .number(
      "base_rate", \.baseRate, "Share of positive labels over all groups of one weight."),
    .number(
      "base_rate_gap", \.baseRateGap, "Base rate of the first group minus that of the last."),
    .number("label_noise", \.labelNoise, "Share of labels that are flipped."),
    .number("correlation", \.correlation, "Correlation of any two features."),
    .number("condition", \.condition, "Condition number of the features' covariance."),
    .number(
      "group_shift", \.groupShift,
      "How far the last group's features are moved from the first's."),
    .text(
      "output", \.output, kind: .output, value: "path", isRequired: true,
      "File or folder to write."),
  ]

  /// The rows that the options describe.
  func recipe(seed: UInt64) throws(DataError) -> SyntheticData {
    try SyntheticData(
      rows: rows, features: features, categorical: categorical, levels: levels, groups: groups,
      skew: skew, baseRate: baseRate, baseRateGap: baseRateGap, labelNoise: labelNoise,
      correlation: correlation, condition: condition, groupShift: groupShift, seed: seed)
  }

  public struct Outcome: JobOutcome {
    public struct Document: Encodable, Sendable {
      public var output: String
      public var recipe: SyntheticData
    }

    public var document: Document
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    let recipe = try recipe(seed: context.seed)
    let writer = SyntheticWriter(
      recipe, pool: context.pool, shouldStop: context.shouldStop,
      progress: { context.progress(.share($0, "")) })
    let done =
      output.hasSuffix(".csv") || output == "-"
      ? try writer.writeCSV(to: output) : try writer.writeArrays(to: output)
    guard done else { throw JobError.stopped }
    return Outcome(document: .init(output: output, recipe: recipe))
  }
}
