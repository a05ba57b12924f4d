import ArgumentParser
import Equipoise

/// What an audit is to look for beyond the rates of groups.
struct FindingArguments: ParsableArguments {
  @Flag(
    help: """
      Searches for the worst cells of all crosses, scans the sensitive columns and the features for \
      subgroups with surprising outcomes, and audits linear subgroups.
      """)
  var scan = false

  @Flag(help: "Says how well the features tell each sensitive column, the strongest named.")
  var proxies = false

  @Option(
    help: ArgumentHelp(
      "What a scan takes for surprising: bernoulli, poisson, gaussian or berk_jones.",
      valueName: "statistic"))
  var scanStatistic = ScanStatistic.bernoulli

  @Flag(
    help: "Says how much groups differ beyond noise, and steadies the rates of small groups.")
  var dispersion = false

  @Flag(help: "Gives effect sizes and the smallest gaps that these rows could have shown.")
  var power = false

  @Option(
    help: ArgumentHelp(
      "Bootstrap intervals of every counted metric from this many resamples.",
      valueName: "replicates"))
  var bootstrap: Int?

  @Option(
    help: ArgumentHelp(
      "A second model's decisions or scores (a column), or a model file, to compare with.",
      valueName: "column|file"))
  var compareWith: String?

  @Option(
    help: ArgumentHelp(
      "Groups known as chances, as race=White:p_white,Black:p_black.",
      valueName: "attribute=group:column,…"))
  var membership: [String] = []

  var isEmpty: Bool {
    !scan && !proxies && !dispersion && !power && bootstrap == nil && compareWith == nil
      && membership.isEmpty
  }

  /// More replicates than this say nothing new, and would fill the memory.
  static let mostReplicates = 1_000_000

  func validate() throws {
    if let bootstrap, !(1...Self.mostReplicates).contains(bootstrap) {
      throw ValidationError("--bootstrap must be 1 to \(Self.mostReplicates)")
    }
  }

  var needsFeatures: Bool { scan || proxies }

  /// The second model, when it is a file.
  var comparedModel: TrainedModel? {
    get throws {
      guard let compareWith, ModelStore.exists(compareWith) else { return nil }
      return try ModelStore.read(compareWith)
    }
  }

  /// Columns that are read as numbers.
  var columns: [String] {
    get throws {
      var columns = try memberships().flatMap { $0.groups.map { $0.column } }
      if let compareWith, !ModelStore.exists(compareWith) { columns.append(compareWith) }
      return columns
    }
  }

  /// `--membership` taken apart.
  struct Names {
    var attribute: String
    var groups: [(name: String, column: String)]
  }

  func memberships() throws -> [Names] {
    try membership.map { text in
      let sides = text.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else { throw Self.malformed(text) }
      let groups = try sides[1].split(separator: ",").map { pair in
        let parts = pair.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { throw Self.malformed(text) }
        return (name: String(parts[0]), column: String(parts[1]))
      }
      return Names(attribute: String(sides[0]), groups: groups)
    }
  }

  private static func malformed(_ text: String) -> ValidationError {
    ValidationError(
      "--membership \(text): expected ATTRIBUTE=GROUP:COLUMN[,GROUP:COLUMN…]")
  }

  /// The second model's outcomes from a column: decisions where all values are 0 and 1, else scores.
  func columnOutcomes<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, like first: Outcomes
  ) throws -> Outcomes {
    guard first.inputs.contains(.predictions) else {
      throw ValidationError(
        "--compare-with compares with --prediction, --score or --model: give one of them")
    }
    let values = rows.columns[compareWith!]!
    let decides = values.allSatisfy { $0 == 0 || $0 == 1 }
    return Outcomes(
      attributes: first.attributes, labels: first.labels,
      predictions: decides ? Buffer(values.map { UInt8($0) }) : nil,
      scores: decides ? nil : Buffer(values), weights: first.weights, threshold: first.threshold)
  }
}

extension ScanStatistic: ExpressibleByArgument {}
