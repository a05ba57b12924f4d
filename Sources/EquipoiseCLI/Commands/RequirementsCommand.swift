import ArgumentParser
import Equipoise

/// What laws and guidelines ask for, and what a pipeline, a model or an audit has of it.
struct RequirementsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "requirements",
    abstract: "Lists rule packs, and holds pipelines, models and audits against them.",
    discussion: """
      Examples:
        equipoise requirements list
        equipoise requirements show us-credit
        equipoise requirements check --packs us-credit --pipeline pipeline.yaml

      A reading of texts by programmers: no legal advice, no verdict.
      """,
    subcommands: [
      ListRequirementsCommand.self, ShowRequirementsCommand.self, CheckRequirementsCommand.self,
    ])
}

struct ListRequirementsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: ListRequirementsJob.summary,
    usage: "equipoise requirements list [<options>]",
    discussion: """
      Example:
        equipoise requirements list
      """)

  @OptionGroup var common: CommonArguments

  func run() throws {
    try common.run(ListRequirementsJob()) { outcome in
      Tables.text(
        ["pack", "where", "what it reads", "read on"],
        outcome.document.map { [$0.id, $0.jurisdiction, $0.title, $0.readOn] }, alignedRight: [])
        + "\n"
        + TextWrap.paragraph(
          "ll144 and four-fifths are what one document asks for ('report ll144', 'report four-fifths'); "
            + "nyc-ll144 and us-employment are the whole field, which has their numbers, too.")
        + "\n" + TextWrap.paragraph(RulePacks.disclaimer)
    }
  }
}

struct ShowRequirementsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: ShowRequirementsJob.summary,
    usage: "equipoise requirements show <pack> [<options>]",
    discussion: """
      Example:
        equipoise requirements show us-credit
      """)

  @OptionGroup var job: TableArguments<ShowRequirementsJob>
  @OptionGroup var common: CommonArguments

  func run() throws {
    try common.run(try job.value()) {
      "\(RequirementsText.describe($0.pack))\n\n\(RulePacks.disclaimer)"
    }
  }
}

struct CheckRequirementsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: CheckRequirementsJob.summary,
    usage: "equipoise requirements check --packs <names> [<options>]",
    discussion: """
      Examples:
        equipoise requirements check --packs us-credit --pipeline pipeline.yaml
        equipoise requirements check --packs us-credit,uk-equality --model m.eqp
        equipoise requirements check --packs us-employment --audit audit.json

      Uses of attributes are refused, warned of or to be justified, each with its clause and, of a \
      pipeline, its line and column: exit code 5 says that one is refused. Numbers of an audit \
      (--format json) are shown beside the texts' numbers. No legal advice, no verdict.
      """)

  @OptionGroup var job: TableArguments<CheckRequirementsJob>
  @OptionGroup var common: CommonArguments

  func run() throws {
    try common.run(try job.value()) { RequirementsText.describe($0) }
  }
}
