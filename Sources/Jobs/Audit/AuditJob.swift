import Auditing
import Datasets
import Models
import Reports

/// How alike groups are treated: by predictions, scores, a model or labels.
///
/// With neither decisions, scores nor a model the labels are audited. Labels of several classes are
/// audited class by class, numbers by their errors.
public struct AuditJob: Job {
  public static let name = "audit"
  public static let summary =
    "Measures differences between groups in predictions, scores, a model's output or labels."

  public var data = DataInput()
  public var subject = AuditSubject()
  /// What labels and predictions are; nil: as their values tell.
  public var task: AuditTask?
  /// `column=group`, or a rule of ``AuditOptions/Reference``.
  public var reference: [String] = []
  public var tau: Double?
  public var unknown = AuditOptions.Unknown.exclude
  public var ranking = "exact"
  public var consistency: Int?
  public var confidence = AuditOptions.defaultConfidence
  public var intersections = 1
  /// Conditions that are to stop a release.
  public var failOn: [String] = []
  public var places = AuditPlaces()
  public var documents = DocumentInput()
  public var finding = FindingInput()
  /// How much memory the rows may take; where it is set, they are those of a packed file.
  public var memory = MemoryInput()

  public init() {}

  public static let section: OptionSection? = .measures

  public static let table: [OptionRecord<AuditJob>] =
    DataInput.table.map { $0.nested(in: \.data) }
    + MemoryInput.table.map { $0.nested(in: \.memory) }
    + AuditSubject.table.map { $0.nested(in: \.subject) } + [
      .choice(
        "task", \.task, value: "task",
        "What label and prediction are (default: as their values tell)."),
      .texts(
        "reference", \.reference, kind: .entries, value: "group",
        "Group that others are compared with: sex=Male, 'largest', or, for each metric, the group "
          + "where it is 'least-of-metric' or 'greatest-of-metric'."),
      .number(
        "tau", \.tau, in: Double.leastNonzeroMagnitude...1,
        "Marks ratios from tau to 1/tau as within, others as outside: 0.8 means 0.8 to 1.25."),
      .unknownGroups(
        \.unknown,
        "Rows whose attribute is missing: compared with nobody (exclude, pooled), or a group of their "
          + "own."),
      .text(
        "ranking", \.ranking, value: "mode",
        "How scores are ranked: exact, or histogram[:BINS] with a bound on the error."),
      .integer(
        "consistency", \.consistency, in: 1...Int.max, value: "neighbours",
        "Also reports consistency over this many nearest neighbours."),
      .confidence(\.confidence), .intersections(\.intersections),
      .texts(
        "fail_on", \.failOn, kind: .entries, value: "condition",
        "Exit with code 5 when this holds: 'selection_rate.difference>0.1', "
          + "'sex.selection_rate.ratio<0.8', 'accuracy_score<0.8', or "
          + "'surely(selection_rate.difference>0.1)' for the whole interval."),
    ] + AuditPlaces.table.map { $0.nested(in: \.places) }
    + DocumentInput.table.map { $0.nested(in: \.documents) }
    + FindingInput.table.map { $0.nested(in: \.finding) }

  public func check() throws {
    try data.check()
    try subject.check()
    try places.check()
    try finding.check()
    _ = try AuditOptions.Ranking(named: ranking)
    try checkWithin()
  }

  /// What was audited.
  public struct Outcome: JobOutcome {
    public var result: AuditResult
    /// The conditions with what was found.
    public var gates: [GateFinding]
    /// Conditions that hold.
    public var exceeded: [String] { gates.filter(\.isExceeded).map(\.message) }
    let page: @Sendable () throws -> ReportDocument
    public var document: AuditResult { result }
    public func makePage() throws -> ReportDocument? { try page() }
    public func part(_ name: String) -> JobTable? {
      AuditPart(rawValue: name)?.table(of: result, gates)
    }
    public var ending: JobEnding {
      exceeded.isEmpty
        ? .done : .exceeded("the gate was exceeded: \(exceeded.joined(separator: "\n  and: "))")
    }
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    let gates = try failOn.map { text throws(GateError) in try Gate(text) }
    let options = AuditOptions(
      intersections: intersections, reference: try AuditOptions.Reference(named: reference),
      confidence: confidence, ranking: try AuditOptions.Ranking(named: ranking),
      controls: data.stated.controls, unknown: unknown, tau: tau)
    var job = self
    job.documents = try documents.read(context)
    return try job.outcome(options, gates, context)
  }

  private func outcome(
    _ options: AuditOptions, _ gates: [Gate], _ context: JobContext
  ) throws -> Outcome {
    switch task {
    case .multiclass, .regression: return try auditTask(options, gates, context)
    case .binary, nil:
      do {
        return try auditDecisions(options, gates, context)
      } catch let error as DataError where isTask(after: error) {
        return try auditTask(options, gates, context)
      }
    }
  }

  private func outcome(
    _ result: AuditResult, _ gates: [Gate], page: @escaping @Sendable () throws -> ReportDocument
  ) -> Outcome {
    Outcome(result: result, gates: gates.map { $0.finding(in: result) }, page: page)
  }

  /// Labels of two values, decisions, scores or a model.
  private func auditDecisions(
    _ options: AuditOptions, _ gates: [Gate], _ context: JobContext
  ) throws -> Outcome {
    let controls = data.stated.controls
    let search = FindingSearch(
      input: finding, controls: controls, confidence: confidence, intersections: intersections,
      threshold: subject.threshold, reference: options.reference, tau: tau)
    let audited =
      try memory.bytes.map {
        try subject.read(within: $0, data, context, controls, options.ranking, search)
      }
      ?? subject.read(
        data, context, controls: controls, consistency: consistency, search: search)
    try data.noteCaution(context)
    audited.tell(context)
    try context.checkStopped()
    var result = try audited.result(options, context.pool)
    Self.note(result.unknown, context)
    result.missing = audited.missing
    if !audited.positives.isEmpty { result.positives = audited.positives }
    result.decisions = audited.review
    result.expected = audited.drawn.flatMap { result.expectation($0, options) }
    if let told = audited.trainedOn { result.notes = (result.notes ?? []) + [told] }
    result.findings = audited.findings
    if let found = audited.consistency { result.indices["consistency"] = found }
    try check(gates, result)
    let rows = audited.counted
    let report = { @Sendable [self, result] in
      var told = try subject.context(rows, data, documents, context)
      told.asked = gates.map(\.measure.metric)
      let counts = try rows.audited.reportCounts(context.pool)
      let report = AuditReport(result, counts: counts, options: options, context: told)
      return (page: AuditPage(report), counts: counts.counts, told: told)
    }
    if places.isAsked {
      let made = try report()
      try places.write(
        made.page, result, made.counts, made.told, evidence(made.told, context), context)
    }
    return outcome(result, gates) { [places] in try report().page.shown(places.isBrief) }
  }

  /// Several classes, or numbers.
  private func auditTask(
    _ options: AuditOptions, _ gates: [Gate], _ context: JobContext
  ) throws -> Outcome {
    try checkTask()
    let asked = task == .binary ? nil : task
    var roles = try data.options(ReadMode(packsFeatures: false))
    roles.prediction = subject.prediction
    let audited = try TaskData(options: roles, pool: context.pool).audit(
      try data.location(context), task: asked, options: options)
    for text in audited.notes { context.note("note: \(text.text(context.dialect))") }
    if asked == nil {
      let label = data.stated.label ?? ""
      context.note(
        "note: '\(label)' has more than two values: audited as \(audited.task.rawValue)")
    }
    try check(gates, audited.result)
    let report = { @Sendable [self] in
      var told = try documents.context(data, source: audited.source, context)
      told.label = data.stated.label
      told.prediction = subject.prediction
      let report = TaskReport(audited.result, options: options, context: told)
      return (page: AuditPage(report), told: told)
    }
    if places.isAsked {
      let made = try report()
      try places.write(
        made.page, audited.result, nil, made.told, evidence(made.told, context), context)
    }
    return outcome(audited.result, gates) { [places] in try report().page.shown(places.isBrief) }
  }

  /// Says how many rows belong to no group that is compared.
  private static func note(_ unknown: [UnknownRows], _ context: JobContext) {
    for rows in unknown where rows.rows > 0 {
      context.note(
        "note: \(NumberText.counted(rows.rows, "row has", "rows have")) no value of "
          + "'\(rows.attribute)': "
          + (rows.isCompared ? "compared as a group of their own" : "compared with nobody"))
    }
  }

  /// Whether an error of reading says that the label has more than two values, and nothing was asked
  /// for that needs two.
  private func isTask(after error: DataError) -> Bool {
    guard task == nil, memory.bytes == nil, subject.prediction != nil, subject.score == nil,
      data.stated.positive == nil, data.file != "-",
      case .notTwoClasses(_, let column, _) = error
    else { return false }
    return column == data.stated.label
  }

  /// Throws for options that mean nothing for several classes or numbers.
  private func checkTask() throws(JobError) {
    let refused: [(Phrase, Bool)] = [
      ("\(option: "score")", subject.score != nil), ("\(option: "model")", subject.model != nil),
      ("\(option: "positive")", data.stated.positive != nil),
      ("\(option: "controls")", !data.stated.controls.isEmpty),
      ("\(option: "consistency")", consistency != nil),
      ("\(option: "scan"), \(option: "proxies") and the like", !finding.isEmpty),
    ]
    for (option, isGiven) in refused where isGiven {
      throw .usage("\(option) needs labels of two values: \(set: "task", "binary")")
    }
    guard subject.prediction != nil, data.stated.label != nil else {
      throw .usage(
        """
        \(set: "task", task?.rawValue ?? "") needs \(option: "label") and \(option: "prediction")
        """)
    }
  }

  private func check(_ gates: [Gate], _ result: AuditResult) throws(JobError) {
    for gate in gates {
      if let advice = gate.advice(for: result) {
        throw .usage("\(set: "fail_on", gate.text): \(advice)")
      }
    }
  }

  /// What went into the audit, for an evidence pack.
  private func evidence(
    _ told: ReportContext, _ context: JobContext
  ) -> () throws -> EvidencePack.Manifest {
    {
      var manifest = EvidencePack.Manifest(
        command: told.command ?? "", version: EquipoiseVersion.current, seed: context.seed)
      manifest.date = documents.date
      manifest.build = try context.build()
      manifest.data = try data.evidence()
      if let model = subject.model {
        manifest.model = try EvidencePack.file(model)
        let metadata = try ModelFile.read(model).metadata
        manifest.trainingDataDigest = metadata["data_sha256"]
        manifest.configurationDigest = metadata["configuration_sha256"]
      }
      manifest.settings = [
        "confidence": "\(confidence)", "intersections": "\(intersections)",
        "threshold": "\(subject.threshold)", "reference": reference.joined(separator: ","),
        "source": told.source, "controls": data.stated.controls.joined(separator: ","),
        "unknown": unknown.rawValue, "ranking": ranking,
      ]
      return manifest
    }
  }
}
