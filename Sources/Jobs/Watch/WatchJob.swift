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
  /// The column of decisions.
  public var prediction = ""
  /// The positive value of ``prediction``.
  public var selected: String?
  /// nil: the state's, or that of a new one.
  public var metric: WatchedRate?
  public var alpha: Double?
  /// The file that the state is kept in.
  public var state: String?
  /// What becomes of rows whose group is not known.
  public var unknown = UnknownInput()
  /// Counts a file that was counted before.
  public var again = false

  public init() {}

  public static let section: OptionSection? = .measures

  public static let table: [OptionRecord<WatchJob>] =
    DataInput.table.map { $0.nested(in: \.data) } + [
      .text(
        "prediction", \.prediction, value: "column", isRequired: true,
        "Column of decisions: 0 and 1, yes and no, or the values of the label."),
      .selected(\.selected),
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
      .unknownGroups(
        \.unknown.policy,
        "Rows whose attribute is missing: compared with nobody (exclude, pooled), or a group of their "
          + "own."),
      .flag("again", \.again, "Count a file that was counted before."),
    ]

  public func check() throws(JobError) {
    try data.check()
    try unknown.check(data)
  }

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
    let known = try state.flatMap { try WatchState.read($0) }
    try known?.check(metric: metric, alpha: alpha)
    let location = try data.location(context)
    let digest = try DataDigest.of(location, pool: context.pool)
    if let digest, known?.counted?.contains(digest) == true, !again {
      throw WatchError.countedBefore(data.file ?? "the table")
    }
    guard let rows = try batch(location, known, context) else {
      context.note("note: no rows to count: the state stays as it is")
      return Outcome(state: known!)
    }
    for sentence in rows.positives.sentences { context.note(sentence) }
    guard let attribute = rows.attributes.first, rows.attributes.count == 1 else {
      throw JobError.usage("a watch needs one sensitive column: \(set: "sensitive", "COLUMN")")
    }
    var watch =
      known
      ?? WatchState(
        attribute: attribute, metric: metric ?? .selection,
        alpha: alpha ?? WatchState.defaultAlpha)
    try watch.take(attribute, decisions: rows.predictions!.array, labels: rows.labels)
    watch.remember(digest)
    if watch.watches.isEmpty {
      context.note(
        "note: there is one group so far, '\(watch.groups[0])': a gap is watched from the first "
          + "batch with another on")
    }
    if let state { try watch.write(state) }
    return Outcome(state: watch)
  }

  /// The rows; nil where there are none and a watch goes on without them.
  private func batch(
    _ location: DataLocation, _ known: WatchState?, _ context: JobContext
  ) throws -> Dataset<Float>? {
    var mode = ReadMode(packsFeatures: false, countsOnly: true)
    mode.keepsUnknownLabels = true
    var options = try data.options(mode)
    options.prediction = prediction
    options.selected = selected
    do throws(DataError) {
      let rows: Dataset<Float> = try DataReader(options: options, pool: context.pool).read(location)
      context.tell(rows)
      context.noteUnknown([rows], unknown.policy)
      guard !unknown.policy.compares else { return rows }
      guard known == nil || !rows.knownRows.isEmpty else { return nil }
      return try rows.withKnownGroups()
    } catch {
      guard known != nil, error.isNoRows else { throw error }
      return nil
    }
  }
}

extension DataError {
  /// Whether there is a table and it has no rows to use.
  fileprivate var isNoRows: Bool {
    switch self {
    case .headerOnly, .noRowsLeft: true
    default: false
    }
  }
}
