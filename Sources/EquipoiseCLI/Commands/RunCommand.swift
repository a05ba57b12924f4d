import ArgumentParser
import Equipoise
import Essentials

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a pipeline with its variants: trains, audits, compares and writes reports.",
    discussion: """
      Examples:
        equipoise run pipeline.yaml
        equipoise run pipeline.yaml --variants us,eu --output-directory release
        equipoise run pipeline.yaml --dry-run
        equipoise run --schema > pipeline.schema.json

      One YAML file says which rows, which stages before and after which learner,
      what is measured, which conditions stop a release, and what variants override.
      Nothing is fitted to test rows; nothing is written before all variants are done.
      """)

  @Argument(help: ArgumentHelp("Pipeline file.", valueName: "file")) var pipeline: String?
  @Option(
    help: ArgumentHelp(
      "Run these variants only, separated by commas.", valueName: "names"))
  var variants: String?
  @Option(help: ArgumentHelp("Folder for models and reports.", valueName: "folder"))
  var outputDirectory = "out"
  @Flag(help: "Check the file and read the rows, but fit and write nothing.") var dryRun = false
  @Flag(help: "Print the JSON Schema of pipeline files, with this program's methods.")
  var schema = false
  @Flag(help: .hidden) var anyMethods = false
  @OptionGroup var common: CommonArguments

  func validate() throws {
    if schema == (pipeline != nil) {
      throw ValidationError("a pipeline FILE or --schema is needed, and not both")
    }
  }

  func run() throws {
    Interruption.watch()
    guard let pipeline else {
      let text = try PipelineSchema.json(methods: anyMethods ? .any : .listed)
      return try Console.output(String(text.dropLast()))
    }
    let file = try PipelineFile.read(pipeline, seed: common.seed == 0 ? nil : common.seed)
    let plans = try variants.map { text throws(DataError) in
      try file.plans(named: text.split(separator: ",").map { String($0).trimmingBlanks })
    }
    let chosen = plans ?? file.plans
    var runner = PipelineRunner(pool: common.pool, shouldStop: Interruption.shouldStop)
    runner.unprocesses = file.unprocesses
    noteCautions(chosen)
    if dryRun {
      let sizes = try inspect(file, chosen, &runner)
      switch common.format {
      case .json: try Console.json(PipelinePlanDocument(file, sizes))
      case .table: try Console.output(PipelineText.describe(file, sizes))
      }
      return
    }
    try finish(
      file, PipelineComparison(try outcomes(file, chosen, &runner), disparity: file.disparity))
  }

  private func noteCautions(_ plans: [PipelinePlan]) {
    var said: Set<String> = []
    for plan in plans {
      guard case .bundled(let set, _) = plan.rows.location, let caution = set.caution,
        said.insert(set.name).inserted
      else { continue }
      common.note("note: \(caution)")
    }
  }

  private func inspect(
    _ file: PipelineFile, _ plans: [PipelinePlan], _ runner: inout PipelineRunner
  ) throws -> [(plan: PipelinePlan, sizes: PartSizes)] {
    var sizes: [(plan: PipelinePlan, sizes: PartSizes)] = []
    for plan in plans {
      do { sizes.append((plan, try runner.inspect(plan))) } catch {
        throw VariantFailure(plan.name, file.located(error, in: plan))
      }
      try Interruption.check()
    }
    return sizes
  }

  private func outcomes(
    _ file: PipelineFile, _ plans: [PipelinePlan], _ runner: inout PipelineRunner
  ) throws -> [PipelineOutcome] {
    let progress = Progress("pipeline", quiet: common.quiet)
    defer { progress.finish() }
    var outcomes: [PipelineOutcome] = []
    let count = Double(plans.count)
    for (index, plan) in plans.enumerated() {
      let done = Double(index)
      progress.report(done / count, plan.name)
      runner.progress = { share, detail in
        progress.report((done + share) / count, "\(plan.name): \(detail)")
      }
      do { outcomes.append(try runner.run(plan)) } catch {
        throw VariantFailure(plan.name, file.located(error, in: plan))
      }
      try Interruption.check()
      for gate in plan.gates {
        guard let advice = gate.advice(for: outcomes[index].audit) else { continue }
        throw VariantFailure(plan.name, file.failure(blaming: gate.text, in: plan, advice))
      }
    }
    if let advice = RunsDocument.advice(for: file.disparity, in: outcomes.map(\.fit)) {
      throw ValidationError("compare.disparity \(file.disparity): \(advice)")
    }
    return outcomes
  }

  private func finish(_ file: PipelineFile, _ comparison: PipelineComparison) throws {
    let documents = try PipelineDocuments(
      file, pool: common.pool, command: CommandText.typed(),
      build: file.reports.contains(.evidence)
        ? try Console.executablePath.map { try EvidencePack.file($0) } : nil)
    let output = try documents.output(comparison)
    try Interruption.check()
    try output.write(to: outputDirectory)
    common.note("wrote \(output.paths.count + 1) files to \(outputDirectory)")
    switch common.format {
    case .json:
      var digests: [String: String] = [:]
      for (path, bytes) in output.files { digests[path] = Digest.sha256(of: bytes) }
      try Console.json(PipelineDocument(file, comparison, digests: digests, showsTimes: true))
    case .table: try Console.output(PipelineText.describe(comparison))
    }
    let exceeded = comparison.outcomes.flatMap { outcome in
      outcome.gates.filter(\.isExceeded).map { "\(outcome.plan.name): \($0.condition)" }
    }
    guard exceeded.isEmpty else {
      throw CommandFailure(.gate, "a gate was exceeded: \(exceeded.joined(separator: ", "))")
    }
    try RunText.checkConverged(comparison.runs)
  }
}

/// An error with the variant that it happened in.
struct VariantFailure: Error {
  var variant: String
  var underlying: any Error

  init(_ variant: String, _ underlying: any Error) {
    self.variant = variant
    self.underlying = underlying
  }
}
