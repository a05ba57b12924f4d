import ArgumentParser
import Equipoise

struct PackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: PackJob.name, abstract: PackJob.summary,
    usage: "equipoise pack <file> ... --output <file> [<options>]",
    discussion: """
      Examples:
        equipoise pack loans.csv --output loans.eqp
        equipoise pack monday.csv tuesday.csv --output week.eqp
        equipoise pack wednesday.csv --output week.eqp --append
        equipoise train logistic --data week.eqp --label repaid

      All columns are kept as they stand, texts and missing values too, so that every command that takes \
      a CSV file takes the packed file and gives the same answers. If the command is stopped, the file \
      stays as it was.
      """)

  @OptionGroup var job: TableArguments<PackJob>
  @OptionGroup var common: CommonArguments

  func run() throws {
    let job = try job.value()
    try common.run(job, title: "packing") { outcome in
      let info = outcome.document
      let rows = NumberText.counted(info.added ?? info.rows, "row")
      let all = job.appends ? ", \(NumberText.count(info.rows)) in all" : ""
      return "\(rows) of \(NumberText.counted(info.columns.count, "column")) packed into "
        + "\(info.file)\(all)"
    }
  }
}
