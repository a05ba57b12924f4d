import ArgumentParser
import Equipoise
import Essentials

struct ReportLocalLaw144Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ll144",
    abstract: "The tables of a bias audit under New York City's Local Law 144.",
    discussion: """
      Examples:
        equipoise report ll144 --data applicants.csv --sensitive sex,race --prediction moved \\
          --notes notes.yaml --output audit.html
        equipoise report ll144 --data scored.csv --sensitive sex,race --score score

      --prediction gives selection rates, --score scoring rates: the share strictly above the
      sample's median. Ratios are to the highest rate within each table. The law sets no limit on
      them and the document draws none.
      """)

  @OptionGroup var data: DataArguments
  @OptionGroup var subject: OutcomeArguments
  @Option(
    help: ArgumentHelp(
      "Category names that mean not known, besides the usual ones.", valueName: "values"))
  var unknown: [String] = []
  @Option(
    help: ArgumentHelp(
      "Leaves categories below this share (at most 0.02) out of the ratios; the notes must hold "
        + "ll144.justification.", valueName: "share"))
  var excludeBelow = 0.0
  @OptionGroup var levels: LevelArguments
  @OptionGroup var documents: ReportArguments
  @OptionGroup var output: OutputArguments
  @OptionGroup var common: CommonArguments

  func validate() throws {
    guard excludeBelow >= 0 && excludeBelow <= LocalLaw144.smallCategory else {
      throw ValidationError("--exclude-below \(excludeBelow): the law allows at most 0.02")
    }
    try subject.requirePeople(data)
  }

  func run() throws {
    Interruption.watch()
    let source = try subject.read(data, common)
    let context = try subject.context(source, data, documents)
    if excludeBelow > 0 && context.notes.text("ll144.justification") == nil {
      throw ValidationError(
        "--exclude-below needs a justification: ll144.justification in --notes FILE")
    }
    let unknownNames = unknown.flatMap {
      $0.split(separator: ",").map { String($0).trimmingBlanks }
    }
    let options = LocalLaw144Report.Options(
      unknown: LocalLaw144Report.Options.usualUnknown.union(unknownNames),
      excludeBelow: excludeBelow, confidence: levels.confidence)
    let counts = try source.located { try LocalLaw144Counts($0, pool: common.pool) }
    try output.write(
      LocalLaw144Report(counts, options: options, context: context).document(), common)
  }
}
