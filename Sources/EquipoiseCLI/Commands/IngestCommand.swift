import ArgumentParser
import Equipoise

struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: IngestJob.name, abstract: IngestJob.summary,
    usage: "equipoise ingest <file>... --folder <folder> [<options>]",
    discussion: """
      Examples:
        equipoise ingest monday.ndjson --folder credit.monitor --settings monitor.json
        equipoise ingest tuesday.ndjson --folder credit.monitor
        equipoise ingest history.ndjson --folder credit.monitor --backfill

      Every line is a decision or a label. Lines are counted in batches, and a batch is counted \
      once, however often it is sent: a run that was cut off is simply run again.
      """)

  @OptionGroup var job: TableArguments<IngestJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func run() throws {
    try common.run(try job.value()) { MonitorText.describe($0.document) }
  }
}
