import ArgumentParser
import Equipoise

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ExploreJob.name, abstract: ExploreJob.summary,
    usage: "equipoise explore --data <file> --sensitive <columns> --snapshot <file>\n  [<options>]",
    discussion: """
      Examples:
        equipoise explore --dataset adult --sensitive sex,race --model m.eqp \\
          --snapshot page.html
        equipoise explore --data scored.csv --label repaid --sensitive sex \\
          --score p,q --snapshot page.html

      The page is one file: thresholds by group move on it, with exact counts at every cut, \
      strategies under bounds, slices and columns. It holds no row of the data, asks for nothing \
      from anywhere, and tells no count of fewer rows than --least-cell.
      """)

  @OptionGroup var job: TableArguments<ExploreJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func validate() throws {
    guard try job.value().snapshot != nil || common.format == .json else {
      throw ValidationError.missing("--snapshot <file>")
    }
  }

  func run() throws {
    try common.run(try job.value()) { ExploreText.describe($0) }
  }
}

/// What a page holds, on a terminal.
enum ExploreText {
  static func describe(_ outcome: ExploreJob.Outcome) -> String {
    let document = outcome.document
    var lines = document.partitions.map { partition in
      let withheld = partition.groups.count { $0.withheld != nil }
      return "\(partition.name): \(NumberText.counted(partition.groups.count, "group"))"
        + (withheld == 0 ? "" : ", \(NumberText.count(withheld)) of them not told")
    }
    lines.insert(
      "\(NumberText.counted(document.made.rows, "row")) of \(document.made.data), "
        + NumberText.counted(document.models.count, "model"), at: 0)
    if let snapshot = outcome.snapshot { lines.append("page written to \(snapshot)") }
    return lines.joined(separator: "\n")
  }
}
