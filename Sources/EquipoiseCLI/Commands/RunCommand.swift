import ArgumentParser
import Equipoise

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: RunJob.name, abstract: RunJob.summary,
    usage: "equipoise run <file> [<options>]",
    discussion: """
      Examples:
        equipoise run pipeline.yaml
        equipoise run pipeline.yaml --variants us,eu --output-directory release
        equipoise run pipeline.yaml --dry-run
        equipoise run --schema > pipeline.schema.json

      One YAML file says which rows, which stages before and after which learner, \
      what is measured, which conditions stop a release, and what variants override. \
      Nothing is fitted to test rows; nothing is written before all variants are done.
      """)

  @OptionGroup var job: TableArguments<RunJob>
  @Flag(help: "Print the JSON Schema of pipeline files, with this program's methods.")
  var schema = false
  @Flag(help: .hidden) var anyMethods = false
  @OptionGroup var common: CommonArguments

  /// Where models and reports go unless a folder is named.
  private static let usualFolder = "out"

  func validate() throws {
    let job = try job.value()
    if schema == (job.pipeline != nil || job.text != nil) {
      throw ValidationError("a pipeline FILE or --schema is needed, and not both")
    }
  }

  func run() throws {
    if schema {
      let text = try PipelineSchema.json(methods: anyMethods ? .any : .listed)
      return try Console.output(String(text.dropLast()))
    }
    var job = try job.value()
    job.outputDirectory = job.outputDirectory ?? Self.usualFolder
    try common.run(job, title: "pipeline") { outcome in
      outcome.comparison.map { PipelineText.describe($0) }
        ?? PipelineText.describe(outcome.file, outcome.sizes)
    }
  }
}
