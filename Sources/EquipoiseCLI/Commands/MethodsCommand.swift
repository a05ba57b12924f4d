import ArgumentParser
import Equipoise

struct MethodsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "methods", abstract: "Lists the methods, or the options of one.",
    discussion: """
      Examples:
        equipoise methods
        equipoise methods penalized
      """)

  private struct Entry: Encodable {
    struct Option: Encodable {
      var name: String
      var values: String
      var defaultValue: OptionValue?
      var summary: String
      /// Names that still work.
      var deprecated: [String]?
      enum CodingKeys: String, CodingKey {
        case name, values, summary, deprecated
        case defaultValue = "default"
      }
    }
    var name: String
    var family: String
    var summary: String
    var source: String
    var dial: String?
    var options: [Option]
  }

  @Argument(help: "Name of a method.") var name: String?
  @OptionGroup var common: CommonArguments

  func run() throws {
    let methods = try name.map { [try Mitigations.named($0)] } ?? Mitigations.all
    if common.format == .json { return try Console.json(methods.map(entry)) }
    if name != nil { return try Console.output(describe(methods[0])) }
    let rows = methods.map { [$0.name, $0.family.rawValue, $0.summary] }
    try Console.output(Tables.text(["method", "family", "what it does"], rows, alignedRight: []))
  }

  private func entry(_ method: any Mitigation.Type) -> Entry {
    Entry(
      name: method.name, family: method.family.rawValue, summary: method.summary,
      source: method.source, dial: (method as? any FrontierMitigation.Type)?.dial,
      options: method.options.map {
        .init(
          name: $0.name, values: $0.domain, defaultValue: $0.defaultValue, summary: $0.summary,
          deprecated: $0.formerName.map { [$0] })
      })
  }

  private func describe(_ method: any Mitigation.Type) -> String {
    let rows = method.options.map {
      [
        "--" + $0.spelling, $0.shownDefault, $0.domain,
        $0.description,
      ]
    }
    var lines = ["\(method.name): \(method.summary)", "Source: \(method.source)"]
    if let dial = (method as? any FrontierMitigation.Type)?.dial {
      lines.append("Its dial for 'equipoise frontier' is --\(dial.replacing("_", with: "-")).")
    }
    lines.append(
      Tables.text(["option", "default", "values", "what it is"], rows, alignedRight: []))
    return lines.joined(separator: "\n")
  }
}
