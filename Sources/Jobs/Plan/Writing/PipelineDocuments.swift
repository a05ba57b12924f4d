import Auditing
import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models
import Reports

/// Models and documents of a pipeline's variants, and the page that compares them.
public struct PipelineDocuments {
  let file: PipelineFile
  let notes: OwnerNotes
  let pool: WorkerPool
  /// The command that makes the documents again.
  let command: String?
  /// The program itself, for evidence packs.
  let build: EvidencePack.Manifest.File?
  /// Data files with their digests, each read once.
  private var dataFiles: [String: EvidencePack.Manifest.File] = [:]

  /// - Parameter notes: the owner's.
  public init(
    _ file: PipelineFile, notes: OwnerNotes, pool: WorkerPool, command: String?,
    build: EvidencePack.Manifest.File? = nil
  ) throws {
    self.file = file
    self.notes = notes
    self.pool = pool
    self.command = command
    self.build = build
  }

  /// The paths that a variant's files will have.
  public static func paths(of plan: PipelinePlan, _ reports: [PipelineReportKind]) -> [String] {
    let names =
      ["model.eqp"]
      + reports.flatMap { kind -> [String] in
        switch kind {
        case .html: ["audit.html"]
        case .markdown: ["audit.md"]
        case .json: ["audit.json"]
        case .csv: ["audit.csv"]
        case .brief: ["audit-brief.html"]
        case .modelCard: ["model-card.html", "model-card.json"]
        case .datasheet: ["datasheet.html"]
        case .fourFifths: ["four-fifths.html"]
        case .evidence: ["evidence/" + EvidencePack.sumsName]
        }
      }
    return names.map { plan.name + "/" + $0 }
  }

  /// Everything of all variants.
  public func output(_ comparison: PipelineComparison) throws -> PipelineOutput {
    var documents = self
    for outcome in comparison.outcomes {
      for path in Self.dataPaths(outcome.plan.rows) where documents.dataFiles[path] == nil {
        documents.dataFiles[path] = try EvidencePack.file(path)
      }
    }
    var output = PipelineOutput()
    for outcome in comparison.outcomes { try documents.add(outcome, to: &output) }
    try documents.add(comparison, to: &output)
    return output
  }

  /// The files that rows are read from, the table itself first.
  private static func dataPaths(_ rows: PipelineRows) -> [String] {
    var paths: [String] = []
    if case .path(let path) = rows.location { paths.append(path) }
    for part in [rows.validation, rows.test] {
      if case .table(.path(let path))? = part { paths.append(path) }
    }
    return paths.filter(FileBytes.isRegularFile)
  }

  // MARK: One variant

  private func add(_ outcome: PipelineOutcome, to output: inout PipelineOutput) throws {
    let folder = outcome.plan.name + "/"
    var model = outcome.model
    // Two runs of the same input have everything else in common, so their files are the same.
    model.report.seconds = 0
    let bytes = ModelFile.encode(ModelStore.contents(model, dataDigest: outcome.dataDigest))
    output.add(folder + "model.eqp", bytes)
    let context = context(outcome, model, digest: Digest.sha256(of: bytes))
    let counts = try ReportCounts(counting: outcome.outcomes, pool: pool)
    let report = AuditReport(
      outcome.audit, counts: counts, options: outcome.plan.audit, context: context)
    for kind in file.reports {
      switch kind {
      case .html, .markdown, .csv:
        guard let format = kind.format else { continue }
        output.add(
          folder + "audit." + format.suffix, try report.document().rendered(as: format))
      case .json:
        output.add(
          folder + "audit.json", String(decoding: try outcome.audit.json(), as: UTF8.self))
      case .brief:
        output.add(folder + "audit-brief.html", try report.brief().rendered(as: .html))
      case .modelCard:
        guard let told = context.model else { continue }
        let card = ModelCardReport(report, model: told)
        output.add(folder + "model-card.html", try card.document().rendered(as: .html))
        output.add(folder + "model-card.json", try ReportJSON.text(card.toolkitCard()))
      case .datasheet:
        output.add(folder + "datasheet.html", try datasheet(outcome, context))
      case .fourFifths:
        let page = FourFifthsReport(
          counts.counts, strata: outcome.plan.audit.controls,
          intersections: outcome.plan.audit.intersections,
          confidence: outcome.plan.audit.confidence, unknown: outcome.plan.audit.unknown,
          context: context)
        output.add(folder + "four-fifths.html", try page.document().rendered(as: .html))
      case .evidence:
        try addEvidence(outcome, report, counts, context, to: &output)
      }
    }
  }

  private func context(
    _ outcome: PipelineOutcome, _ model: TrainedModel, digest: String
  ) -> ReportContext {
    var context = base(outcome)
    context.title = outcome.plan.title.map { "\($0): audit" }
    context.label = outcome.plan.rows.options.label
    context.positives = outcome.audit.positives ?? PositiveValues()
    context.decisions = outcome.audit.decisions
    context.weights = outcome.plan.rows.options.weights
    context.score = outcome.plan.rows.options.mode.numbers.first
    context.model = ReportContext.Model(
      model, file: "model.eqp", digest: digest, dataDigest: outcome.dataDigest)
    context.columns = context.model.map { context.columns.beside($0.columns) } ?? context.columns
    context.digests.append(("the model file", digest))
    return context
  }

  /// What documents say of the data, the pipeline and the program.
  private func base(_ outcome: PipelineOutcome) -> ReportContext {
    let rows = outcome.plan.rows
    var context = ReportContext(
      source: RowCondition.source(outcome.source, [rows.options.condition, rows.region]),
      version: EquipoiseVersion.current)
    context.notes = notes
    context.columns = ColumnRoles(rows.options)
    context.date = file.date
    context.command = command
    context.digests = [("the pipeline file", file.digest)]
    if case .bundled(let set, _) = rows.location {
      context.caution = set.caution
      context.attribution = set.attribution
    }
    for path in Self.dataPaths(rows) {
      guard let file = dataFiles[path] else { continue }
      context.digests.append(("the data in \(file.name)", file.sha256))
    }
    return context
  }

  private func datasheet(_ outcome: PipelineOutcome, _ context: ReportContext) throws -> String {
    var options = outcome.plan.rows.options
    options.mode.packsFeatures = true
    let profile = try DataReader(options: options, pool: pool).profile(
      outcome.plan.rows.location)
    var told = context
    told.title = nil
    told.source = RowCondition.source(outcome.source, [options.condition])
    return try DatasheetReport(profile, context: told).document().rendered(as: .html)
  }

  private func addEvidence(
    _ outcome: PipelineOutcome, _ report: AuditReport, _ counts: ReportCounts,
    _ context: ReportContext, to output: inout PipelineOutput
  ) throws {
    var manifest = EvidencePack.Manifest(
      command: command ?? "", version: EquipoiseVersion.current, seed: outcome.plan.seed)
    manifest.date = file.date
    manifest.build = build
    if case .path(let path) = outcome.plan.rows.location { manifest.data = dataFiles[path] }
    let model = output.files.last { $0.path == outcome.plan.name + "/model.eqp" }
    if let model {
      manifest.model = .init(
        name: "model.eqp", bytes: model.bytes.count, sha256: Digest.sha256(of: model.bytes))
    }
    manifest.trainingDataDigest = outcome.dataDigest
    manifest.settings = [
      "pipeline_sha256": file.digest, "variant": outcome.plan.name, "source": outcome.source,
      "confidence": "\(outcome.plan.audit.confidence)",
      "intersections": "\(outcome.plan.audit.intersections)",
      "threshold": "\(outcome.plan.threshold)",
      "controls": outcome.plan.audit.controls.joined(separator: ","),
      "unknown": outcome.plan.audit.unknown.rawValue,
    ]
    let pack = try EvidencePack(outcome.audit, report.document(), counts.counts)
    output.add(outcome.plan.name + "/evidence", pack, manifest)
  }

  // MARK: The comparison

  /// - Parameter paths: of the files of all variants.
  private func page(_ comparison: PipelineComparison, paths: [String]) -> ReportDocument? {
    guard let first = comparison.outcomes.first else { return nil }
    var context = base(first)
    context.title = file.title
    if comparison.sections.count > 1 {
      context.source = file.name
      context.digests = [("the pipeline file", file.digest)]
    }
    context.positives = comparison.outcomes.first?.audit.positives ?? PositiveValues()
    let files = Dictionary(
      uniqueKeysWithValues: comparison.outcomes.map { outcome in
        (outcome.plan.name, paths.filter { $0.hasPrefix(outcome.plan.name + "/") })
      })
    return PipelineReport(
      name: file.name, summary: file.summary, comparison: comparison, files: files,
      context: context
    ).document()
  }

  private func add(
    _ comparison: PipelineComparison, to output: inout PipelineOutput
  ) throws {
    guard let document = page(comparison, paths: output.paths) else { return }
    output.page = document
    // One page for people and one document for programs are always written.
    let formats =
      [ReportFormat.html]
      + file.reports.compactMap(\.format).filter { $0 != .html && $0 != .json }
    for format in formats {
      output.add("comparison." + format.suffix, try document.rendered(as: format))
    }
    var digests: [String: String] = [:]
    for (path, bytes) in output.files { digests[path] = Digest.sha256(of: bytes) }
    let told = try PipelineDocument(file, comparison, digests: digests, showsTimes: false)
    output.add("comparison.json", try ReportJSON.text(told))
  }
}

extension PipelineReportKind {
  /// The format of an audit's document; nil for documents of their own.
  var format: ReportFormat? { ReportFormat(rawValue: rawValue) }
}

extension ReportFormat {
  var suffix: String { self == .markdown ? "md" : rawValue }
}
