import ArgumentParser
import Equipoise

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Measures how alike groups are treated: by predictions, scores, a model or labels.",
    discussion: """
      Examples:
        equipoise audit --data scored.csv --label repaid --sensitive sex \\
          --prediction decision
        equipoise audit --dataset adult --sensitive sex,race --model m.eqp \\
          --intersections 2
        equipoise audit --data scored.csv --label repaid --sensitive sex \\
          --score p --controls region
        equipoise audit --dataset compas --report audit.html --report audit.md
        equipoise audit --dataset compas --fail-on 'selection_rate.difference>0.1'
        equipoise audit --dataset adult --sensitive sex,race --model m.eqp --scan --proxies
        equipoise audit --data scored.csv --sensitive sex --prediction old --compare-with new
        equipoise audit --data wages.csv --label wage --prediction predicted --sensitive sex

      With neither --prediction, --score nor --model the labels are audited. Labels of several classes
      are audited class by class, numbers by their errors. An interval is at the level of
      --confidence; an empty rate is 'not estimable', never 0.
      """)

  @OptionGroup var data: DataArguments
  @OptionGroup var subject: OutcomeArguments
  @OptionGroup var tasks: TaskArguments
  @Option(
    help: ArgumentHelp(
      """
      Group that others are compared with: sex=Male, 'largest', or, for each metric, the group where \
      it is 'least-of-metric' or 'greatest-of-metric'.
      """, valueName: "group"))
  var reference: [String] = []
  @Option(help: "Marks ratios from tau to 1/tau as within, others as outside.") var tau: Double?
  @Option(
    help: ArgumentHelp(
      "Rows whose attribute is missing: a group of their own, or compared with nobody.",
      valueName: "own-group|exclude"))
  var unknown: AuditOptions.Unknown = .ownGroup
  @Option(
    help: ArgumentHelp(
      "How scores are ranked: exact, or histogram[:BINS] with a bound on the error.",
      valueName: "mode"))
  var ranking = "exact"
  @Option(
    help: ArgumentHelp(
      "Also how alike a row is treated to this many nearest rows by their features.",
      valueName: "neighbours"))
  var consistency: Int?
  @OptionGroup var levels: LevelArguments
  @OptionGroup var crosses: CrossArguments
  @Option(
    help: ArgumentHelp(
      """
      Exit with code 5 when this holds: 'selection_rate.difference>0.1', \
      'sex.selection_rate.ratio<0.8', 'accuracy_score<0.8', or \
      'surely(selection_rate.difference>0.1)' for the whole interval.
      """,
      valueName: "condition"))
  var failOn: [String] = []
  @Option(help: ReportFile.help) var report: [ReportFile] = []
  @Option(
    help: ArgumentHelp(
      "Folder for an evidence pack: documents, counts and digests.", valueName: "folder"))
  var evidence: String?
  @Option(
    help: ArgumentHelp("Hash-chained log to add this audit to.", valueName: "file"))
  var log: String?
  @OptionGroup var documents: ReportArguments
  @OptionGroup var finding: FindingArguments
  @OptionGroup var common: CommonArguments

  func validate() throws {
    if let tau, !(tau > 0 && tau <= 1) {
      throw ValidationError("--tau must lie above 0 and be at most 1")
    }
    if let consistency, consistency < 1 {
      throw ValidationError("--consistency must be at least 1")
    }
    _ = try rankingMode()
  }

  func run() throws {
    Interruption.watch()
    let gates = try failOn.map { text throws(GateError) in try Gate(text) }
    let options = AuditOptions(
      intersections: crosses.intersections, reference: try referenceGroups(),
      confidence: levels.confidence, ranking: try rankingMode(), controls: controlNames,
      unknown: unknown, tau: tau)
    let result: AuditResult
    switch tasks.task {
    case .multiclass, .regression: result = try auditTask(options, tasks.task, gates)
    case .binary, nil:
      do {
        result = try auditDecisions(options, gates)
      } catch let error as DataError where tasks.applies(after: error, data, subject) {
        result = try auditTask(options, nil, gates)
      }
    }
    switch common.format {
    case .json: try Console.json(result)
    case .table:
      try Console.output(AuditText.describe(result))
      if let findings = result.findings { try Console.output(FindingsText.describe(findings)) }
    }
    let exceeded = gates.map { $0.finding(in: result) }.filter(\.isExceeded)
    if !exceeded.isEmpty {
      let names = exceeded.map(\.summary).joined(separator: ", ")
      throw CommandFailure(.gate, "the gate was exceeded: \(names)")
    }
  }

  /// Labels of two values, decisions, scores or a model.
  private func auditDecisions(_ options: AuditOptions, _ gates: [Gate]) throws -> AuditResult {
    let request = FindingRequest(
      finding: finding, controls: controlNames, confidence: levels.confidence,
      intersections: crosses.intersections, threshold: subject.threshold)
    let audited = try subject.read(
      data, common, controls: controlNames, consistency: consistency, request: request)
    try data.noteCaution(common)
    try Interruption.check()
    var result = try audited.located { outcomes in
      try Audit(options: options).run(outcomes, pool: common.pool)
    }
    result.missing = audited.missing
    result.findings = audited.findings
    if let found = audited.consistency { result.indices["consistency"] = found }
    try check(gates, result)
    guard writesDocuments else { return result }
    let context = try subject.context(audited, data, documents)
    let counts = try ReportCounts(counting: audited.outcomes, pool: common.pool)
    let document = AuditReport(result, counts: counts, options: options, context: context)
      .document()
    try write(document, result, counts.counts, context)
    return result
  }

  /// Several classes, or numbers.
  private func auditTask(
    _ options: AuditOptions, _ task: AuditTask?, _ gates: [Gate]
  ) throws -> AuditResult {
    try tasks.check(data, subject, finding, consistency: consistency)
    let roles = try data.options(prediction: subject.prediction, packsFeatures: false)
    let audited = try TaskData(options: roles, pool: common.pool).audit(
      try data.location(), task: task, options: options)
    if task == nil {
      common.note(
        "note: '\(data.stated.label ?? "")' has more than two values: audited as \(audited.task.rawValue)"
      )
    }
    try check(gates, audited.result)
    guard writesDocuments else { return audited.result }
    var context = try documents.context(data, source: audited.source)
    context.label = data.stated.label
    context.prediction = subject.prediction
    let document = TaskReport(audited.result, options: options, context: context).document()
    try write(document, audited.result, nil, context)
    return audited.result
  }

  private func check(_ gates: [Gate], _ result: AuditResult) throws {
    for gate in gates {
      if let advice = gate.advice(for: result) {
        throw ValidationError("--fail-on '\(gate.text)': \(advice)")
      }
    }
  }

  private var writesDocuments: Bool { !report.isEmpty || evidence != nil || log != nil }

  private var controlNames: [String] { data.stated.controls }

  private func rankingMode() throws -> AuditOptions.Ranking {
    let parts = ranking.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts[0], parts.count) {
    case ("exact", 1): return .exact
    case ("histogram", 1): return .histogram(bins: AuditOptions.defaultBins)
    case ("histogram", 2):
      if let bins = Int(parts[1]), (1...AuditOptions.largestBins).contains(bins) {
        return .histogram(bins: bins)
      }
    default: break
    }
    throw ValidationError(
      "--ranking \(ranking): expected exact, histogram or histogram:BINS with at most "
        + "\(AuditOptions.largestBins) bins")
  }

  private func write(
    _ document: ReportDocument, _ result: AuditResult, _ counts: OutcomeCounts?,
    _ context: ReportContext
  ) throws {
    for file in report {
      try file.write(document) { String(decoding: try result.json(), as: UTF8.self) }
      common.note("wrote \(file.path)")
    }
    var content = [
      "command": context.command ?? "",
      "audit_sha256": Digest.sha256(of: Array(try result.json())),
    ]
    for (name, digest) in context.digests { content["sha256 of \(name)"] = digest }
    if let evidence {
      content["evidence_sha256"] = try writeEvidence(
        evidence, document, counts, result, context)
      common.note("wrote the evidence pack \(evidence)")
    }
    if let log {
      let chain = try AuditLog(log).append(
        kind: "audit", content: content, date: documents.date)
      common.note("entry \(chain.entries.count) of \(log): \(chain.head)")
    }
  }

  private func writeEvidence(
    _ folder: String, _ document: ReportDocument, _ counts: OutcomeCounts?, _ result: AuditResult,
    _ context: ReportContext
  ) throws -> String {
    var manifest = EvidencePack.Manifest(
      command: context.command ?? "", version: EquipoiseVersion.current, seed: common.seed)
    manifest.date = documents.date
    manifest.build = try Console.executablePath.map { try EvidencePack.file($0) }
    if let path = data.data, FileBytes.isRegularFile(path) {
      manifest.data = try EvidencePack.file(path)
    }
    if let model = subject.model {
      manifest.model = try EvidencePack.file(model)
      let metadata = try ModelFile.read(model).metadata
      manifest.trainingDataDigest = metadata["data_sha256"]
      manifest.configurationDigest = metadata["configuration_sha256"]
    }
    manifest.settings = [
      "confidence": "\(levels.confidence)", "intersections": "\(crosses.intersections)",
      "threshold": "\(subject.threshold)", "reference": reference.joined(separator: ","),
      "source": context.source,
      "controls": controlNames.joined(separator: ","), "unknown": unknown.rawValue,
      "ranking": ranking,
    ]
    var pack = EvidencePack()
    pack.add("audit.json", String(decoding: try result.json(), as: UTF8.self))
    pack.add("report.html", try document.rendered(as: .html))
    pack.add("report.md", try document.rendered(as: .markdown))
    pack.add("report.csv", try document.rendered(as: .csv))
    if let counts { try pack.add(counts) }
    return try pack.write(manifest, to: folder)
  }

  private func referenceGroups() throws -> AuditOptions.Reference {
    if reference.isEmpty { return .none }
    switch reference {
    case ["largest"]: return .largest
    case ["least-of-metric"]: return .leastOfMetric
    case ["greatest-of-metric"]: return .greatestOfMetric
    default: break
    }
    var named: [String: String] = [:]
    for text in reference {
      guard let sign = text.firstIndex(of: "=") else {
        throw ValidationError("--reference \(text): expected COLUMN=GROUP or a rule")
      }
      named[String(text[..<sign])] = String(text[text.index(after: sign)...])
    }
    return .named(named)
  }
}

extension AuditOptions.Unknown: ExpressibleByArgument {}
