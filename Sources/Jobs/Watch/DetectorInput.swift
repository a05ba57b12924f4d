import Datasets
import Monitoring

/// How a watch detects that a bound on rates has begun to be broken. What is not given is the state's, or the
/// default of a new one.
public struct DetectorInput: OptionTable, Equatable {
  public var isDetector = false
  /// The largest difference of rates that is allowed.
  public var tolerance: Double?
  /// The least ratio to the highest rate that is allowed.
  public var leastRatio: Double?
  /// False alarms a year, over everything that is watched.
  public var falseAlarms: Double?
  /// How often a batch comes.
  public var batchesAYear: Double?
  /// How far beyond the bound a breach may be without being found in a month.
  public var largestHidden: Double?
  public var intersections: Int?
  /// Whether labels exist for selected rows alone.
  public var selectedLabels = false
  /// What was done about an alarm before this batch.
  public var step: AlertStep?

  public init() {}

  static let defaultTolerance = 0.05
  static let defaultBatches = 365.0
  static let mostBatches = 1e7

  public static let section: OptionSection? = .measures

  public static let table: [OptionRecord<DetectorInput>] = [
    .flag(
      "detector", \.isDetector,
      "Says when a bound has begun to be broken, at a stated rate of false alarms a year; without it: "
        + "whether there ever was a gap."),
    .number(
      "tolerance", \.tolerance, in: OptionKind.openShare,
      "Detector: the largest difference of rates that is allowed (default: \(defaultTolerance))."),
    .number(
      "least_ratio", \.leastRatio, in: OptionKind.openShare,
      "Detector: the least ratio to the highest rate that is allowed, such as 0.8, in place of a "
        + "difference."
    )
    .excluding("tolerance"),
    .number(
      "false_alarms", \.falseAlarms, in: Double.leastNonzeroMagnitude...mostBatches,
      "Detector: most expected false alarms a year, over everything that is watched (default: "
        + "\(ErrorBudget.defaultFalseAlarms))."),
    .number(
      "batches_a_year", \.batchesAYear, in: 1...mostBatches,
      "Detector: how many batches come in a year (default: \(Int(defaultBatches)))."),
    .number(
      "largest_hidden", \.largestHidden, in: OptionKind.openShare,
      "Detector: a group is blind if only breaches farther beyond the bound than this are likely to "
        + "be found within a month (default: \(MonitorSettings.defaultLargestHidden))."),
    .integer(
      "intersections", \.intersections, in: 1...8,
      "Detector: watches all crosses of up to this many attributes (default: 1)."),
    .flag(
      "selected_labels", \.selectedLabels,
      "Detector: only selected rows have labels, so that rates that need the other labels get bounds "
        + "and no estimate."),
    .choice(
      "step", \.step, value: AlertStep.allCases.map(\.rawValue).joined(separator: "|"),
      "Detector: what people did about the alarms before this batch; after a fix, evidence that the "
        + "bound is kept clears them."),
  ]

  /// Options that say something of a detector.
  private var given: [String] {
    [
      ("tolerance", tolerance != nil), ("least_ratio", leastRatio != nil),
      ("false_alarms", falseAlarms != nil), ("batches_a_year", batchesAYear != nil),
      ("largest_hidden", largestHidden != nil), ("intersections", intersections != nil),
      ("selected_labels", selectedLabels), ("step", step != nil),
    ].filter(\.1).map(\.0)
  }

  func check(alpha: Double?) throws(JobError) {
    if !isDetector, let name = given.first {
      throw .usage("\(option: name) needs \(option: "detector")")
    }
    if isDetector && alpha != nil {
      throw .usage(
        """
        \(option: "alpha") is the chance of a false alarm ever; \(option: "detector") has \
        \(option: "false_alarms") a year
        """)
    }
    if tolerance != nil && leastRatio != nil {
      throw .usage("\(option: "tolerance") and \(option: "least_ratio") exclude each other")
    }
    let batches = batchesAYear ?? Self.defaultBatches
    if let falseAlarms, falseAlarms >= batches {
      throw .usage(
        "\(option: "false_alarms") must be below \(option: "batches_a_year") (\(Int(batches)))")
    }
  }

  /// The bound that is asked for; nil where none is.
  var bound: ConvexNull? {
    leastRatio.map { .ratio(atLeast: $0) } ?? tolerance.map { .difference(atMost: $0) }
  }

  var settings: MonitorSettings {
    MonitorSettings(
      budget: ErrorBudget(
        ticksAYear: batchesAYear ?? Self.defaultBatches,
        falseAlarmsAYear: falseAlarms ?? ErrorBudget.defaultFalseAlarms),
      largestHidden: largestHidden ?? MonitorSettings.defaultLargestHidden)
  }
}
