import ArgumentParser
import Equipoise

struct ReportDatasheetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasheet",
    abstract: "A datasheet: what a table holds, column by column and group by group.",
    discussion: """
      Example:
        equipoise report datasheet --dataset adult --sensitive sex,race --output adult.html
      """)

  @OptionGroup var data: DataArguments
  @OptionGroup var documents: ReportArguments
  @OptionGroup var output: OutputArguments
  @OptionGroup var common: CommonArguments

  func run() throws {
    Interruption.watch()
    let reader = DataReader(options: try data.options(), pool: common.pool)
    let profile = try reader.profile(try data.location())
    try data.noteCaution(common)
    var context = try documents.context(data, source: profile.file)
    context.label = profile.label
    context.positive = profile.positive
    try output.write(try DatasheetReport(profile, context: context).document(), common)
  }
}
