import ArgumentParser
import Equipoise

struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: DescribeJob.name, abstract: DescribeJob.summary,
    usage: "equipoise describe (--data <file> | --dataset <name>) [<options>]",
    discussion: """
      Examples:
        equipoise describe --data loans.csv
        equipoise describe --data loans.csv --label repaid --sensitive sex,race \\
          --population census.csv --output loans.html

      The first step with a table of your own: each column with its role, kind and missing values, what \
      looks like a key, a date or a code, groups with their counts and label rates, and a command to \
      copy.
      """)

  @OptionGroup var job: TableArguments<DescribeJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func run() throws { try common.run(try job.value()) { $0.shownOnTerminal() } }
}
