import ArgumentParser
import Equipoise

/// The options of a table that help lists under one head.
struct SectionArguments<Table: OptionTable, Head: HelpHead>: ParsableArguments, CustomReflectable {
  /// What was given, by name.
  private(set) var given: [String: OptionInput] = [:]

  init() {}

  init(from decoder: any Decoder) throws {
    given = try ArgumentList<Table>.decode(
      try decoder.container(keyedBy: ArgumentKey.self), under: Head.section)
  }

  var customMirror: Mirror {
    Mirror(self, children: ArgumentList<Table>.children(under: Head.section))
  }
}

/// A head of help as a type: the parser tells groups of options apart by theirs.
protocol HelpHead {
  static var section: OptionSection { get }
}

enum HelpHeads {
  private enum Data: HelpHead { static let section = OptionSection.data }
  private enum Rows: HelpHead { static let section = OptionSection.rows }
  private enum Decisions: HelpHead { static let section = OptionSection.decisions }
  private enum Method: HelpHead { static let section = OptionSection.method }
  private enum Measures: HelpHead { static let section = OptionSection.measures }
  private enum Findings: HelpHead { static let section = OptionSection.findings }
  private enum Output: HelpHead { static let section = OptionSection.output }

  private static func head(_ section: OptionSection) -> any HelpHead.Type {
    switch section {
    case .data: Data.self
    case .rows: Rows.self
    case .decisions: Decisions.self
    case .method: Method.self
    case .measures: Measures.self
    case .findings: Findings.self
    case .output: Output.self
    }
  }

  /// Fewer options need no heads.
  private static let fewest = 16

  /// The heads of a table's options, as they are declared: none where the options are few.
  static func all<Table: OptionTable>(of table: Table.Type) -> [any HelpHead.Type] {
    guard Table.table.count >= fewest else { return [] }
    let used = Set(Table.table.compactMap { Table.section(of: $0) })
    return OptionSection.allCases.filter(used.contains).map(head)
  }

  /// The head of an option; nil where a table has none.
  static func section<Table: OptionTable>(of record: OptionRecord<Table>) -> OptionSection? {
    Table.table.count >= fewest ? Table.section(of: record) : nil
  }
}

/// The arguments of a table's options under a head, or under none.
enum ArgumentList<Table: OptionTable> {
  private static func records(_ section: OptionSection?) -> [OptionRecord<Table>] {
    Table.table.filter { HelpHeads.section(of: $0) == section }
  }

  static func decode(
    _ values: KeyedDecodingContainer<ArgumentKey>, under section: OptionSection?
  ) throws -> [String: OptionInput] {
    var given: [String: OptionInput] = [:]
    for record in records(section) {
      let form = ArgumentForm(record), key = ArgumentKey(record.name)
      if let input = try form.decode(values, key) { given[record.name] = input }
    }
    return given
  }

  static func children(under section: OptionSection?) -> [(label: String?, value: Any)] {
    let usual = Table()
    return records(section).map { record in
      (
        label: "_" + record.name,
        value: ArgumentForm(record).wrapper(record, help: help(record, record.get(usual)?.text))
      )
    }
  }

  private static func help(_ record: OptionRecord<Table>, _ usual: String?) -> ArgumentHelp {
    var facts: [String] = []
    if case .choice(let names) = record.kind {
      facts.append("values: " + names.joined(separator: ", "))
    }
    if let usual, record.kind != .flag { facts.append("default: " + NumberText.option(usual)) }
    var text = record.help
    if !facts.isEmpty {
      // A default that is told in words is the last of the facts.
      if text.hasSuffix(told.end), let words = text.firstRange(of: told.start) {
        facts.append("default: " + text[words.upperBound...].dropLast(told.end.count))
        text.removeSubrange(words.lowerBound...)
        text += "."
      }
      text += " (" + facts.joined(separator: "; ") + ")"
    }
    return ArgumentHelp(ArgumentHelp.StringLiteralType(text), valueName: record.valueName)
  }

  /// How a text tells a default at its end.
  private static var told: (start: String, end: String) { (" (default: ", ").") }
}
