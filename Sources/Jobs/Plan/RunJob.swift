import Criteria
import Datasets
import Essentials
import Models
import Reports

/// Runs a pipeline with its variants: trains, audits, compares and writes reports.
///
/// Nothing is fitted to test rows; nothing is written before all variants are done.
public struct RunJob: Job {
  public static let name = "run"
  public static let summary =
    "Runs a pipeline with its variants: trains, audits, compares and writes reports."

  /// The pipeline's file.
  public var pipeline: String?
  /// The pipeline itself, as YAML or JSON, in place of a file.
  public var text: String?
  /// Variants to run; nil for all.
  public var variants: [String]?
  /// A folder for models and reports; nil writes none.
  public var outputDirectory: String?
  /// Checks the pipeline and reads the rows, but fits and writes nothing.
  public var dryRun = false

  /// Rows of the caller's may stand in place of the file's `data.file` and `split.test`.
  public static let inputs = ["pipeline"] + PlanReader.tableNames

  public init() {}

  public static let table: [OptionRecord<RunJob>] = [
    .text(
      "pipeline", \.pipeline, kind: .input, value: "file", isPositional: true,
      "Pipeline file, YAML or JSON."),
    .text(
      "text", \.text, value: "text",
      "The pipeline itself, as YAML or JSON, in place of a file."),
    OptionRecord(
      "variants", .texts, value: "names",
      "Run these variants only, separated by commas.",
      set: { job, input throws(DataError) in
        job.variants = try OptionKind.texts.texts(input, "variants")
      }, get: { $0.variants.map { .texts($0) } }),
    .text(
      "output_directory", \.outputDirectory, kind: .output, value: "folder",
      "Folder for models and reports ('equipoise run' writes to 'out' unless it is named)."),
    .flag(
      "dry_run", \.dryRun, "Check the file and read the rows, but fit and write nothing."),
  ]

  public func check() throws(JobError) {
    if pipeline != nil && text != nil {
      throw .usage("a pipeline FILE and \(option: "text") exclude each other")
    }
  }

  public struct Outcome: JobOutcome {
    public enum Document: Encodable, Sendable {
      case plan(PipelinePlanDocument)
      case run(PipelineDocument)

      public func encode(to encoder: any Encoder) throws {
        switch self {
        case .plan(let plan): try plan.encode(to: encoder)
        case .run(let run): try run.encode(to: encoder)
        }
      }
    }

    public var file: PipelineFile
    /// What the variants came to; nil for a dry run.
    public var comparison: PipelineComparison?
    /// The rows of each plan, for a dry run.
    public var sizes: [(plan: PipelinePlan, sizes: PartSizes)] = []
    /// What the variants came to, for people; nil for a dry run.
    public var page: ReportDocument?
    public var document: Document
    public var models: [TrainedModel] { comparison?.outcomes.map(\.model) ?? [] }
    public func makePage() -> ReportDocument? { page }

    public var ending: JobEnding {
      guard let comparison else { return .done }
      let exceeded = comparison.outcomes.flatMap { outcome in
        outcome.gates.filter(\.isExceeded).map { "\(outcome.plan.name): \($0.message)" }
      }
      return exceeded.isEmpty
        ? JobEnding(comparison.runs)
        : .exceeded("a gate was exceeded: \(exceeded.joined(separator: "\n  and: "))")
    }
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    let file = try read(context)
    let chosen = try variants.map { names throws(DataError) in try file.plans(named: names) }
    let plans = chosen ?? file.plans
    var runner = PipelineRunner(pool: context.pool, shouldStop: context.shouldStop)
    runner.note = { context.note("note: \($0.text(context.dialect))") }
    runner.unprocesses = file.unprocesses
    noteCautions(plans, context)
    if dryRun {
      let sizes = try inspect(file, plans, &runner, context)
      return Outcome(
        file: file, sizes: sizes, document: .plan(try PipelinePlanDocument(file, sizes)))
    }
    let comparison = PipelineComparison(
      try outcomes(file, plans, &runner, context), disparity: file.disparity)
    return try written(file, comparison, context)
  }

  /// A seed of 0 is as good as none: the pipeline's own counts then.
  private func read(_ context: JobContext) throws -> PipelineFile {
    let seed = context.seed == 0 ? nil : context.seed
    if let text {
      return try PipelineFile.parse(text, seed: seed, tables: context.tables)
    }
    guard let pipeline else { throw JobError.usage("a pipeline FILE is needed") }
    return try PipelineFile.read(pipeline, seed: seed, tables: context.tables)
  }

  private func noteCautions(_ plans: [PipelinePlan], _ context: JobContext) {
    var said: Set<String> = []
    for plan in plans {
      guard case .bundled(let set, _) = plan.rows.location, let caution = set.caution,
        said.insert(set.name).inserted
      else { continue }
      context.note("note: \(caution)")
    }
    for plan in plans {
      for finding in plan.attributeFindings where finding.permission == .warned {
        context.note("note: \(plan.name): \(finding.message)")
      }
      for conflict in plan.requirements.conflicts() {
        context.note("note: \(plan.name): \(conflict)")
      }
    }
  }

  private func inspect(
    _ file: PipelineFile, _ plans: [PipelinePlan], _ runner: inout PipelineRunner,
    _ context: JobContext
  ) throws -> [(plan: PipelinePlan, sizes: PartSizes)] {
    var sizes: [(plan: PipelinePlan, sizes: PartSizes)] = []
    for plan in plans {
      do { sizes.append((plan, try runner.inspect(plan))) } catch {
        throw VariantFailure(plan.name, file.located(error, in: plan))
      }
      try context.checkStopped()
    }
    return sizes
  }

  private func outcomes(
    _ file: PipelineFile, _ plans: [PipelinePlan], _ runner: inout PipelineRunner,
    _ context: JobContext
  ) throws -> [PipelineOutcome] {
    var outcomes: [PipelineOutcome] = []
    let count = Double(plans.count)
    for (index, plan) in plans.enumerated() {
      let done = Double(index)
      context.progress(.share(done / count, plan.name))
      runner.progress = { share, detail in
        context.progress(.share((done + share) / count, "\(plan.name): \(detail)"))
      }
      do { outcomes.append(try runner.run(plan)) } catch {
        throw VariantFailure(plan.name, file.located(error, in: plan))
      }
      try context.checkStopped()
      for gate in plan.gates {
        guard let advice = gate.advice(for: outcomes[index].audit) else { continue }
        throw VariantFailure(plan.name, file.failure(blaming: gate.text, in: plan, advice))
      }
    }
    if let advice = RunsDocument.advice(for: file.disparity, in: outcomes.map(\.fit)) {
      throw JobError.usage("compare.disparity \(file.disparity): \(advice)")
    }
    return outcomes
  }

  private func written(
    _ file: PipelineFile, _ comparison: PipelineComparison, _ context: JobContext
  ) throws -> Outcome {
    let documents = try PipelineDocuments(
      file, notes: try file.notes.map { try NotesFile.read($0) } ?? OwnerNotes(),
      pool: context.pool, command: context.command,
      build: file.reports.contains(.evidence) ? try context.build() : nil)
    let output = try documents.output(comparison)
    try context.checkStopped()
    if let outputDirectory {
      try Destinations.check(
        output.paths.map { outputDirectory + "/" + $0 },
        against: file.plans.flatMap(\.rows.files) + [pipeline, file.notes].compactMap(\.self))
      try output.write(to: outputDirectory)
      context.note("wrote \(output.paths.count + 1) files to \(outputDirectory)")
    }
    var digests: [String: String] = [:]
    for (path, bytes) in output.files { digests[path] = Digest.sha256(of: bytes) }
    return Outcome(
      file: file, comparison: comparison, page: output.page,
      document: .run(
        try PipelineDocument(file, comparison, digests: digests, showsTimes: true)))
  }
}

/// An error with the variant of a pipeline that it happened in.
public struct VariantFailure: UserError, CustomStringConvertible {
  public var variant: String
  public var underlying: any Error

  init(_ variant: String, _ underlying: any Error) {
    self.variant = variant
    self.underlying = underlying
  }

  public var blame: Blame { (underlying as? any UserError)?.blame ?? .data }
  public var place: RowPlace? { (underlying as? any UserError)?.place }
  public var culprit: String { (underlying as? any UserError)?.culprit ?? "" }
  public var description: String { text(.swift) }

  /// In the words of pipelines, whoever reads it.
  public func text(_ dialect: Dialect) -> String {
    let text = (underlying as? any UserError)?.text(.yaml) ?? "\(underlying)"
    // What has a place in the file begins with it.
    return underlying is PipelineFileError
      ? "\(text) (variant '\(variant)')" : "variant '\(variant)': \(text)"
  }
}
