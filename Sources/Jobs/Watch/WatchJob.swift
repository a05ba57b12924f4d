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
  /// The column of decisions; nil where calibration is watched.
  public var prediction: String?
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
  public var watching = DetectorInput()

  public init() {}

  public static let section: OptionSection? = .measures

  public static let table: [OptionRecord<WatchJob>] =
    DataInput.table.map { $0.nested(in: \.data) } + [
      .text(
        "prediction", \.prediction, value: "column",
        "Column of decisions: 0 and 1, yes and no, or the values of the label; needed unless "
          + "calibration is watched."),
      .selected(\.selected),
      .choice(
        "metric", \.metric, value: "metric",
        "The rate that is watched (default: selection_rate); the others are of rows with a known "
          + "label."),
      .number(
        "alpha", \.alpha, in: OptionKind.openShare,
        "Chance of a false alarm, ever, over all pairs of groups (default: "
          + "\(WatchState.defaultAlpha)); a detector has its own."),
      .text(
        "state", \.state, kind: .output, value: "file",
        "File that the state is kept in; made when it is not there."),
      .unknownGroups(
        \.unknown.policy,
        "Rows whose attribute is missing: compared with nobody (exclude, pooled), or a group of their "
          + "own."),
      .flag("again", \.again, "Count a file that was counted before."),
    ] + DetectorInput.table.map { $0.nested(in: \.watching) }

  public func check() throws(JobError) {
    try data.check()
    try unknown.check(data)
    try watching.check(alpha: alpha)
    if let metric, !metric.isCompared, !watching.isDetector {
      throw .usage("\(set: "metric", metric.rawValue) needs \(option: "detector")")
    }
    if let metric, metric != .base, watching.calibration != nil {
      throw .usage(
        "\(set: "metric", metric.rawValue) and \(option: "calibration") exclude each other")
    }
  }

  public struct Outcome: JobOutcome {
    public var document: WatchDocument
    public var ending: JobEnding
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    return watching.isDetector ? try detect(context) : try compare(context)
  }

  /// Whether there ever was a gap.
  private func compare(_ context: JobContext) throws -> Outcome {
    let known = try state.flatMap { try WatchState.read($0) }
    try known?.check(metric: metric, alpha: alpha)
    let location = try data.location(context)
    let digest = try digest(location, known?.counted, context)
    guard let rows = try batch(location, isBegun: known != nil, context) else {
      context.note("note: no rows to count: the state stays as it is")
      return known!.outcome
    }
    for sentence in rows.positives.sentences { context.note(sentence) }
    let decisions = try decisions(of: rows)
    guard let attribute = rows.attributes.first, rows.attributes.count == 1 else {
      throw JobError.usage("a watch needs one sensitive column: \(set: "sensitive", "COLUMN")")
    }
    var watch =
      known
      ?? WatchState(
        attribute: attribute, metric: metric ?? .selection,
        alpha: alpha ?? WatchState.defaultAlpha)
    let own = try self.digest(rows, watch.metric, watch.counted)
    try watch.take(attribute, decisions: decisions, labels: rows.labels)
    watch.remember([digest, own])
    if watch.watches.isEmpty {
      context.note(
        "note: there is one group so far, '\(watch.groups[0])': a gap is watched from the first "
          + "batch with another on")
    }
    if let state { try watch.write(state) }
    return watch.outcome
  }

  /// Whether a gap has begun.
  private func detect(_ context: JobContext) throws -> Outcome {
    let known = try state.flatMap { try DetectorState.read($0) }
    try known?.check(watching, metric: metric)
    let location = try data.location(context)
    let digest = try digest(location, known?.counted, context)
    let rows = try batch(location, isBegun: known != nil, arm: known?.arms?.column, context)
    if rows?.attributes.isEmpty == true {
      throw JobError.usage("a detector needs sensitive columns: \(set: "sensitive", "COLUMN")")
    }
    var watch =
      known
      ?? DetectorState(
        attributes: rows!.attributes.map(\.attribute), metric: metric ?? watching.usualMetric,
        watching)
    if watch.horizon != nil && !watch.metric.needsLabel {
      throw JobError.usage(
        "\(option: "horizon") needs a rate with labels: \(set: "metric", "precision_score")")
    }
    let own = try rows.flatMap { try self.digest($0, watch.metric, watch.counted) }
    if let step = watching.step { try watch.take(step) }
    if let rows {
      for sentence in rows.positives.sentences { context.note(sentence) }
      noteSelected(rows, watch, context)
      try watch.take(try detectorBatch(rows, watch))
    } else {
      context.note("note: no rows to count: a batch without rows")
      try watch.take(nil)
    }
    watch.remember([digest, own])
    if let state { try watch.write(state) }
    return watch.outcome
  }

  private func detectorBatch(
    _ rows: Dataset<Float>, _ watch: DetectorState
  ) throws(JobError) -> DetectorBatch {
    func column(_ name: String?) -> (String, [Double])? {
      name.flatMap { name in rows.columns[name].map { (name, $0) } }
    }
    return DetectorBatch(
      attributes: rows.attributes,
      decisions: watch.isCalibration
        ? Array(repeating: 0, count: rows.rows) : try decisions(of: rows),
      labels: rows.labels,
      arms: watch.arms.flatMap { arms in rows.controls.first { $0.attribute == arms.column } },
      decided: column(watching.decided), scores: column(watching.score))
  }

  private func decisions(of rows: Dataset<Float>) throws(JobError) -> [UInt8] {
    guard let decisions = rows.predictions else {
      throw .usage("\(option: "prediction") is needed, the column of decisions")
    }
    return decisions.array
  }

  /// Says so where a rate needs labels that only selected rows have.
  private func noteSelected(
    _ rows: Dataset<Float>, _ watch: DetectorState, _ context: JobContext
  ) {
    // With a horizon, labels come in later batches.
    guard watch.isEstimable, watch.metric.needsAllLabels, watch.horizon == nil,
      let labels = rows.labels
    else { return }
    guard let decisions = rows.predictions?.array else { return }
    let others = decisions.indices.filter { decisions[$0] == 0 }
    if !others.isEmpty && others.allSatisfy({ labels[$0] > 1 }) {
      context.note(
        """
        no row that was not selected has a label: if none ever has, \(watch.metric.rawValue) cannot \
        be estimated; then state \(option: "selected_labels")
        """)
    }
  }

  /// Throws for a file that was counted before.
  private func digest(
    _ location: DataLocation, _ counted: [String]?, _ context: JobContext
  ) throws -> String? {
    let digest = try DataDigest.of(location, pool: context.pool)
    if let digest, counted?.contains(digest) == true, !again {
      throw WatchError.countedBefore(data.file ?? "the table")
    }
    return digest
  }

  /// Throws for rows that were counted before, from whatever file, stream or table.
  private func digest(
    _ rows: Dataset<Float>, _ metric: WatchedRate, _ counted: [String]?
  ) throws(WatchError) -> String? {
    let digest = BatchDigest.of(rows, usesLabels: metric.needsLabel, score: watching.score)
    if let digest, counted?.contains(digest) == true, !again {
      throw WatchError.rowsCountedBefore(rows.source, rows.rows)
    }
    return digest
  }

  /// The rows; nil where there are none and a watch goes on without them.
  private func batch(
    _ location: DataLocation, isBegun: Bool, arm: String? = nil, _ context: JobContext
  ) throws -> Dataset<Float>? {
    var mode = ReadMode(packsFeatures: false, countsOnly: true)
    mode.keepsUnknownLabels = true
    mode.numbers = [watching.decided, watching.score].compactMap(\.self)
    var options = try data.options(mode)
    options.controls += [watching.arm ?? arm].compactMap(\.self)
    options.prediction = prediction
    options.selected = selected
    do throws(DataError) {
      let rows: Dataset<Float> = try DataReader(options: options, pool: context.pool).read(location)
      context.tell(rows)
      context.noteUnknown([rows], unknown.policy)
      guard !unknown.policy.compares else { return rows }
      guard !isBegun || !rows.knownRows.isEmpty else { return nil }
      return try rows.withKnownGroups()
    } catch {
      guard isBegun, error.isNoRows else { throw error }
      return nil
    }
  }
}

extension WatchState {
  fileprivate var outcome: WatchJob.Outcome {
    WatchJob.Outcome(
      document: .gaps(report),
      ending: report.isRaised ? .exceeded("a gap was found in '\(attribute)'") : .done)
  }
}

extension DetectorState {
  fileprivate var outcome: WatchJob.Outcome {
    let report = report
    let names = report.comparisons.filter { $0.reading.state == .raised }.map { $0.reading.name }
    return WatchJob.Outcome(
      document: .bounds(report),
      ending: names.isEmpty
        ? .done : .exceeded("a bound is broken in '" + names.joined(separator: "', '") + "'"))
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
