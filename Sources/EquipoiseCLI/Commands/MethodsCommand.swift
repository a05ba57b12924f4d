import ArgumentParser
import Equipoise

struct MethodsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: MethodsJob.name, abstract: MethodsJob.summary,
    usage: "equipoise methods [<name>] [<options>]",
    discussion: """
      Examples:
        equipoise methods
        equipoise methods penalized
      """)

  @OptionGroup var job: TableArguments<MethodsJob>
  @OptionGroup var common: CommonArguments

  func run() throws {
    let job = try job.value()
    try common.run(job) { outcome in
      job.method == nil
        ? Tables.text(
          ["method", "family", "what it does"],
          outcome.methods.map { [$0.name, $0.family.rawValue, $0.summary] }, alignedRight: [])
        : describe(outcome.methods[0])
    }
  }

  private func describe(_ method: any Mitigation.Type) -> String {
    let rows = method.options.map {
      [
        "--" + $0.spelling, NumberText.option($0.shownDefault), $0.domain,
        $0.help + $0.olderName,
      ]
    }
    var lines = [
      TextWrap.paragraph("\(method.name): \(method.summary)"),
      TextWrap.paragraph("Source: \(method.source)"),
    ]
    if let dial = (method as? any FrontierMitigation.Type)?.dial {
      lines.append("Its dial for 'equipoise frontier' is --\(dial.replacing("_", with: "-")).")
    }
    lines.append(
      Tables.text(["option", "default", "values", "what it is"], rows, alignedRight: []))
    return lines.joined(separator: "\n")
  }
}
