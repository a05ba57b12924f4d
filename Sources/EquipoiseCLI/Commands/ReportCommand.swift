import ArgumentParser
import Equipoise

/// Documents for people who do not run the program.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes model cards, datasheets, bias audits and selection-rate pages.",
    discussion: """
      Examples:
        equipoise report model-card --dataset adult --sensitive sex,race \\
          --model m.eqp --output card.html
        equipoise report ll144 --data applicants.csv --sensitive sex,race \\
          --prediction moved --output audit.html

      What no program can measure comes from --notes; 'equipoise report notes' prints a form.
      """,
    subcommands: [
      ReportModelCardCommand.self, ReportDatasheetCommand.self, ReportLocalLaw144Command.self,
      ReportFourFifthsCommand.self, ReportNotesCommand.self, ReportRulesCommand.self,
    ])
}

extension PageOutcome {
  /// The page as Markdown, unless it was written to files.
  func shown() throws -> String? {
    isWritten ? nil : try page.rendered(as: .markdown).trimmingNewline
  }

  /// The page in lines that fit on a terminal, unless it was written to files.
  func shownOnTerminal() -> String? { isWritten ? nil : PageText.text(page) }
}

extension String {
  fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}

struct ReportNotesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notes", abstract: "Prints a form for the owner's notes, to be filled in.",
    discussion: """
      Example:
        equipoise report notes > notes.yaml
      """)

  func run() throws { print(OwnerNotes.template, terminator: "") }
}

struct ReportRulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Lists the rule packs with citation and versions.",
    usage: "equipoise report rules [<options>]",
    discussion: """
      Example:
        equipoise report rules
      """)

  @OptionGroup var common: CommonArguments

  func run() throws {
    let packs = RulePacks.all
    switch common.format {
    case .json: try Console.json(packs.map { RulePackDocument($0) })
    case .table:
      let texts = packs.map { RequirementsText.describe($0) }.joined(separator: "\n\n")
      try Console.output("\(texts)\n\n\(RulePacks.disclaimer)")
    }
  }
}
