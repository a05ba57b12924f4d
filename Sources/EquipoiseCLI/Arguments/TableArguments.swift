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
    for record in Table.table {
      let form = ArgumentForm(record), key = ArgumentKey(record.name)
      if let input = try form.decode(values, key) { given[record.name] = input }
    }
  }

  var customMirror: Mirror {
    let usual = Table()
    return Mirror(
      self,
      children: Table.table.map { record in
        (
          label: "_" + record.name,
          value: ArgumentForm(record).wrapper(
            record, help: Self.help(record, record.get(usual)?.text))
        )
      })
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

  private static func help(_ record: OptionRecord<Table>, _ usual: String?) -> ArgumentHelp {
    var facts: [String] = []
    if case .choice(let names) = record.kind {
      facts.append("values: " + names.joined(separator: ", "))
    }
    if let usual, record.kind != .flag { facts.append("default: " + usual) }
    let text = record.help + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")
    return ArgumentHelp(ArgumentHelp.StringLiteralType(text), valueName: record.valueName)
  }
}

/// A record's name as the parser's key.
private struct ArgumentKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

/// What stands on the command line for a record.
private enum ArgumentForm {
  case flag, list, option, requiredOption, argument, requiredArgument

  init<Root>(_ record: OptionRecord<Root>) {
    switch record.kind {
    case .flag: self = .flag
    case let kind where kind.isList: self = .list
    default:
      self =
        record.isPositional
        ? record.isRequired ? .requiredArgument : .argument
        : record.isRequired ? .requiredOption : .option
    }
  }

  /// The parser's own description of the argument.
  func wrapper<Root>(_ record: OptionRecord<Root>, help: ArgumentHelp) -> Any {
    let name = NameSpecification.customLong(record.spelling), kind = record.kind
    let checked: @Sendable (String) throws -> String = { text in
      if let problem = kind.problem(with: .text(text)) { throw WrongValue(description: problem) }
      return text
    }
    let completion: CompletionKind? =
      switch kind {
      case .choice(let names): .list(names)
      case .input, .output, .outputs: .file()
      default: nil
      }
    switch self {
    case .flag: return Flag<Bool>(wrappedValue: false, name: name, help: help)
    case .list:
      return Option<[String]>(wrappedValue: [], name: name, help: help, completion: completion)
    case .option:
      return Option<String?>(name: name, help: help, completion: completion, transform: checked)
    case .requiredOption:
      return Option<String>(name: name, help: help, completion: completion, transform: checked)
    case .argument: return Argument<String?>(help: help, completion: completion)
    case .requiredArgument: return Argument<String>(help: help, completion: completion)
    }
  }

  func decode(
    _ values: KeyedDecodingContainer<ArgumentKey>, _ key: ArgumentKey
  ) throws -> OptionInput? {
    switch self {
    case .flag:
      return try values.decode(Flag<Bool>.self, forKey: key).wrappedValue ? .text("true") : nil
    case .list:
      let texts = try values.decode(Option<[String]>.self, forKey: key).wrappedValue
      // One value may be several names; values that are given apart stand as they are.
      return texts.isEmpty ? nil : texts.count == 1 ? .text(texts[0]) : .texts(texts)
    case .option:
      return try values.decode(Option<String?>.self, forKey: key).wrappedValue.map { .text($0) }
    case .requiredOption:
      return .text(try values.decode(Option<String>.self, forKey: key).wrappedValue)
    case .argument:
      return try values.decode(Argument<String?>.self, forKey: key).wrappedValue.map { .text($0) }
    case .requiredArgument:
      return .text(try values.decode(Argument<String>.self, forKey: key).wrappedValue)
    }
  }
}

/// What is wrong with an argument's value; the parser says which value of which argument.
private struct WrongValue: Error, CustomStringConvertible {
  var description: String
}
