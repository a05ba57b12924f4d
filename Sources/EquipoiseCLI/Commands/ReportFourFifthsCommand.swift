import ArgumentParser
import Equipoise

struct ReportFourFifthsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "four-fifths",
    abstract: "Selection rates by the Uniform Guidelines, with both kinds of significance.",
    discussion: """
      Example:
        equipoise report four-fifths --data applicants.csv --sensitive sex,race \\
          --prediction hired --output rates.html
        equipoise report four-fifths --data applicants.csv --sensitive sex --prediction hired \\
          --strata job,year

      Below or above four fifths is a rule of thumb and no verdict.
      """)

  @OptionGroup var data: DataArguments
  @OptionGroup var subject: OutcomeArguments
  @Option(
    help: ArgumentHelp(
      "Columns within whose groups people were selected, such as job or year: compares within them.",
      valueName: "columns"))
  var strata: [String] = []
  @OptionGroup var levels: LevelArguments
  @OptionGroup var crosses: CrossArguments
  @OptionGroup var documents: ReportArguments
  @OptionGroup var output: OutputArguments
  @OptionGroup var common: CommonArguments

  func validate() throws {
    try subject.requirePeople(data)
  }

  func run() throws {
    Interruption.watch()
    let source = try subject.read(data, common, controls: DataArguments.split(strata))
    let context = try subject.context(source, data, documents)
    let counts = try source.located { try ReportCounts(counting: $0, pool: common.pool) }
    try output.write(
      FourFifthsReport(
        counts.counts, strata: DataArguments.split(strata), intersections: crosses.intersections,
        confidence: levels.confidence,
        context: context
      ).document(), common)
  }
}
