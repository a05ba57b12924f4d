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
  /// The least rate of every group that is allowed.
  public var floor: Double?
  /// The largest.
  public var ceiling: Double?
  /// How far the share of positive labels may be from the mean score, in each group and bin of scores.
  public var calibration: Double?
  /// The column of scores, probabilities of the positive label.
  public var score: String?
  /// How many bins of equal width scores have.
  public var scoreBins: Int?
  /// The column that says which of two arms decided.
  public var arm: String?
  /// The value of the arm that the other is held against.
  public var control: String?
  /// How far below the control's the new arm's rates may be.
  public var notBelow: Double?
  /// How much larger than the control's the new arm's gaps may be.
  public var gapChange: Double?
  /// The age, in batches, at which a row with or without a label is judged.
  public var horizon: Int?
  /// The column with the number of the batch in which a row was decided.
  public var decided: String?
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
  static let defaultBins = 10

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
      "floor", \.floor, in: OptionKind.openShare,
      "Detector: the least rate of every group that is allowed, in place of a difference."),
    .number(
      "ceiling", \.ceiling, in: OptionKind.openShare,
      "Detector: the largest rate of every group that is allowed, in place of a difference."),
    .number(
      "calibration", \.calibration, in: OptionKind.openShare,
      "Detector: how far the share of positive labels may be from the mean score, in each group and bin "
        + "of scores."),
    .text(
      "score", \.score, value: "column",
      "Detector: the column of scores, probabilities of the positive label, for calibration."),
    .integer(
      "score_bins", \.scoreBins, in: 1...100,
      "Detector: bins of scores, all of one width (default: \(defaultBins))."),
    .text(
      "arm", \.arm, value: "column",
      "Detector: the column that says which of two arms, or versions of a model, decided."),
    .text(
      "control", \.control, value: "value",
      "Detector: the value of the arm that the other is held against."),
    .number(
      "not_below", \.notBelow, in: OptionKind.share,
      "Detector: how far below the control's rate the new arm's may be in every group "
        + "(non-inferiority)."),
    .number(
      "gap_change", \.gapChange, in: OptionKind.share,
      "Detector: how much larger than the control's the new arm's gap of any two groups may be."),
    .integer(
      "horizon", \.horizon, in: 0...1_000_000,
      "Detector: the age, in batches, at which rows are judged, with a label or without; labels come "
        + "in later batches."),
    .text(
      "decided", \.decided, value: "column",
      "Detector: the column with the number of the batch, from 1, in which a row was decided; rows of "
        + "earlier batches bring their labels."),
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
    bounds
      + [
        ("false_alarms", falseAlarms != nil), ("batches_a_year", batchesAYear != nil),
        ("largest_hidden", largestHidden != nil), ("intersections", intersections != nil),
        ("score", score != nil), ("score_bins", scoreBins != nil), ("arm", arm != nil),
        ("control", control != nil), ("horizon", horizon != nil),
        ("decided", decided != nil), ("selected_labels", selectedLabels), ("step", step != nil),
      ].filter(\.1).map(\.0)
  }

  /// Bounds that were given, by the names of their options.
  private var bounds: [String] {
    [
      ("tolerance", tolerance), ("least_ratio", leastRatio), ("floor", floor), ("ceiling", ceiling),
      ("calibration", calibration), ("not_below", notBelow), ("gap_change", gapChange),
    ].filter { $0.1 != nil }.map(\.0)
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
    if bounds.count > 1 {
      throw .usage("\(option: bounds[0]) and \(option: bounds[1]) exclude each other")
    }
    if decided != nil && horizon == nil {
      throw .usage("\(option: "decided") needs \(option: "horizon")")
    }
    try checkArms()
    try checkCalibration()
    let batches = batchesAYear ?? Self.defaultBatches
    if let falseAlarms, falseAlarms >= batches {
      throw .usage(
        "\(option: "false_alarms") must be below \(option: "batches_a_year") (\(Int(batches)))")
    }
  }

  private func checkArms() throws(JobError) {
    guard (arm == nil) == (control == nil) else {
      throw .usage("\(option: "arm") and \(option: "control") need each other")
    }
    if arm == nil, let name = bounds.first, ["not_below", "gap_change"].contains(name) {
      throw .usage("\(option: name) needs \(option: "arm") and \(option: "control")")
    }
    if arm != nil && notBelow == nil && gapChange == nil {
      throw .usage(
        "\(option: "arm") needs \(option: "not_below") or \(option: "gap_change")")
    }
  }

  private func checkCalibration() throws(JobError) {
    guard calibration != nil else {
      guard scoreBins == nil else {
        throw .usage("\(option: "score_bins") needs \(option: "calibration")")
      }
      return
    }
    guard score != nil else { throw .usage("\(option: "calibration") needs \(option: "score")") }
    guard horizon == nil else {
      throw .usage(
        """
        \(option: "calibration") and \(option: "horizon") exclude each other: give batches of rows \
        whose labels are known
        """)
    }
    if selectedLabels {
      throw .usage(
        """
        \(option: "calibration") needs labels of all rows, so that \(option: "selected_labels") \
        excludes it
        """)
    }
  }

  /// The bound that is asked for; nil where none is.
  var bound: DetectorBound? {
    if let calibration {
      return .calibration(within: calibration, bins: scoreBins ?? Self.defaultBins)
    }
    if let notBelow { return .notBelow(notBelow) }
    if let gapChange { return .gapChange(gapChange) }
    if let floor { return .groups(.floor(floor)) }
    if let ceiling { return .groups(.ceiling(ceiling)) }
    if let leastRatio { return .groups(.ratio(atLeast: leastRatio)) }
    return tolerance.map { .groups(.difference(atMost: $0)) }
  }

  /// What is watched where no metric is named.
  var usualMetric: WatchedRate { calibration == nil ? .selection : .base }

  var arms: DetectorArms? {
    arm.flatMap { column in control.map { DetectorArms(column: column, control: $0) } }
  }

  var settings: MonitorSettings {
    MonitorSettings(
      budget: ErrorBudget(
        ticksAYear: batchesAYear ?? Self.defaultBatches,
        falseAlarmsAYear: falseAlarms ?? ErrorBudget.defaultFalseAlarms),
      largestHidden: largestHidden ?? MonitorSettings.defaultLargestHidden)
  }
}
