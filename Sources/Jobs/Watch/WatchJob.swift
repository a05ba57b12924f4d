import Datasets

/// Monitors gaps between groups on a stream, with a guaranteed false-alarm rate.
///
/// Reads records in order and adds them to the state. However often it is run and whenever it is
/// stopped, groups that are treated alike raise an alarm with chance at most ``alpha``.
public struct WatchJob: Job {
  public static let name = "watch"
  public static let summary =
    "Monitors gaps between groups on a stream, with a guaranteed false-alarm rate."

  public var data = DataInput()
  /// The column of decisions, 0 or 1.
  public var prediction = ""
  /// nil: the state's, or that of a new one.
  public var metric: WatchedRate?
  public var alpha: Double?
  /// The file that the state is kept in.
  public var state: String?

  public init() {}

  public static let table: [OptionRecord<WatchJob>] =
    DataInput.table.map { $0.nested(in: \.data) } + [
      .text(
        "prediction", \.prediction, value: "column", isRequired: true,
        "Column of decisions, 0 or 1."),
      .choice(
        "metric", \.metric, value: "metric",
        "The rate that is watched (default: selection_rate); the others are of rows with a known "
          + "label."),
      .number(
        "alpha", \.alpha, in: OptionKind.openShare,
        "Chance of a false alarm, ever, over all pairs of groups (default: "
          + "\(WatchState.defaultAlpha))."),
      .text(
        "state", \.state, kind: .output, value: "file",
        "File that the state is kept in; made when it is not there."),
    ]

  public func check() throws(JobError) { try data.check() }

  public struct Outcome: JobOutcome {
    public var state: WatchState
    public var document: WatchReport { state.report }
    public var ending: JobEnding {
      state.report.isRaised
        ? .exceeded("a gap was found in '\(state.attribute)'") : .done
    }
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    let options = try data.options(ReadMode(numbers: [prediction], packsFeatures: false))
    let rows: Dataset<Float> = try DataReader(options: options, pool: context.pool).read(
      try data.location(context))
    context.tell(rows)
    guard let attribute = rows.attributes.first, rows.attributes.count == 1 else {
      throw JobError.usage("a watch needs one sensitive column: \(set: "sensitive", "COLUMN")")
    }
    let decisions = try rows.decisions(of: prediction)
    var watch =
      try state.flatMap { try WatchState.read($0) }
      ?? WatchState(
        attribute: attribute, metric: metric ?? .selection,
        alpha: alpha ?? WatchState.defaultAlpha)
    try watch.check(metric: metric, alpha: alpha)
    try watch.take(attribute, decisions: decisions, labels: rows.labels)
    if let state { try watch.write(state) }
    return Outcome(state: watch)
  }
}
