import ArgumentParser
import Equipoise

/// The options of a table as they stand on the command line: a new record is a new option, without
/// a line here.
///
/// The parser finds arguments by reflection and reads them by key; this type shows it one argument a
/// record.
struct TableArguments<Table: OptionTable>: ParsableArguments, CustomReflectable {
  /// What was given, by name.
  private(set) var given: [String: OptionInput] = [:]

  init() {}

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: ArgumentKey.self)
    given = try ArgumentList<Table>.decode(values, under: nil)
    for head in HelpHeads.all(of: Table.self) {
      given.merge(try Self.decode(head, values)) { _, new in new }
    }
  }

  var customMirror: Mirror {
    Mirror(
      self,
      children: ArgumentList<Table>.children(under: nil)
        + HelpHeads.all(of: Table.self).map { Self.child($0) })
  }

  private static func child<Head: HelpHead>(_ head: Head.Type) -> (label: String?, value: Any) {
    let group = OptionGroup<SectionArguments<Table, Head>>(title: Head.section.rawValue)
    return (label: "_" + ArgumentKey(Head.section).stringValue, value: group)
  }

  private static func decode<Head: HelpHead>(
    _ head: Head.Type, _ values: KeyedDecodingContainer<ArgumentKey>
  ) throws -> [String: OptionInput] {
    try values.decode(
      OptionGroup<SectionArguments<Table, Head>>.self, forKey: ArgumentKey(Head.section)
    ).wrappedValue.given
  }

  func validate() throws {
    do {
      try (try value() as? any Job)?.check()
    } catch let error as any UserError {
      throw ValidationError(error.text(.commandLine))
    }
  }

  /// The value with what was given.
  func value() throws -> Table {
    var table = Table()
    try table.set(given)
    return table
  }
}
