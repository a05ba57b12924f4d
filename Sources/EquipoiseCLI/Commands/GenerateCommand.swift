import ArgumentParser
import Equipoise

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: GenerateJob.name, abstract: GenerateJob.summary,
    discussion: """
      Example:
        equipoise generate --rows 1000000 --features 50 --seed 7 --output big.csv

      A name that ends in .csv becomes a text with the columns x0…, c0…, group and label, and so does \
      - for standard output; any other name becomes a folder of X.npy, C.npy, group.npy and label.npy.
      """)

  @OptionGroup var job: TableArguments<GenerateJob>
  @OptionGroup var common: CommonArguments

  func validate() throws {
    if try job.value().output == "-" && common.format == .json {
      throw ValidationError("--format json needs --output FILE: the rows are not JSON")
    }
  }

  func run() throws {
    let job = try job.value()
    try common.run(job, title: "generating", isShown: job.output != "-") { _ in
      "\(NumberText.counted(job.rows, "row")) written to \(job.output)"
    }
  }
}
