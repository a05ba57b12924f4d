import ArgumentParser
import Equipoise

/// A record's name as the parser's key.
struct ArgumentKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  /// A head is no option: its key has a beginning that no name of an option has.
  init(_ section: OptionSection) { stringValue = "section_\(section)" }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

/// What stands on the command line for a record.
enum ArgumentForm {
  case flag, list, option, requiredOption, argument, requiredArgument, arguments

  init<Root>(_ record: OptionRecord<Root>) {
    switch record.kind {
    case .flag: self = .flag
    case let kind where kind.isList: self = record.isPositional ? .arguments : .list
    default:
      self =
        record.isPositional
        ? record.isRequired ? .requiredArgument : .argument
        : record.isRequired ? .requiredOption : .option
    }
  }

  /// The parser's own description of the argument.
  func wrapper<Root>(_ record: OptionRecord<Root>, help: ArgumentHelp) -> Any {
    let names = [record.spelling] + record.aliases.otherNames.map { $0.replacing("_", with: "-") }
    let name = NameSpecification(names.map { NameSpecification.Element.customLong($0) }),
      kind = record.kind
    let former = record.aliases.synonyms
    let checked: @Sendable (String) throws -> String = { text in
      let text = former[text]?.value ?? text
      if let problem = kind.problem(with: .text(text)) { throw WrongValue(description: problem) }
      return text
    }
    let completion: CompletionKind? =
      switch kind {
      case .choice(let names): .list(names)
      case .input, .inputs, .output, .outputs: .file()
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
    case .arguments: return Argument<[String]>(help: help, completion: completion)
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
    case .arguments:
      return .texts(try values.decode(Argument<[String]>.self, forKey: key).wrappedValue)
    }
  }
}

/// What is wrong with an argument's value; the parser says which value of which argument.
private struct WrongValue: Error, CustomStringConvertible {
  var description: String
}
