import Datasets

/// A key of a pipeline file: its name, what it takes and what it is for. One table serves the check
/// of a file and the JSON Schema that editors read.
struct ConfigurationKey: Sendable {
  indirect enum Kind: Sendable {
    case text
    /// A text or a list of texts.
    case texts
    case number(ClosedRange<Double>)
    /// Above 0 and below 1.
    case openShare
    case integer(ClosedRange<Int>)
    case flag
    case choice([String])
    /// A list of some of these names.
    case choices([String])
    /// A share of the rows, or a file with rows of its own.
    case shareOrFile
    /// Ascending numbers by column.
    case edges
    /// A rule's name, or a group by attribute.
    case reference([String])
    case section([ConfigurationKey])
    case stages(StageFamily)
    case learner
    /// Options by name, for the stages that have them.
    case options
    /// Rule packs by name, with answers to their questions.
    case requirements
    /// Parts of the file by the names of variants.
    case variants
  }

  var name: String
  var kind: Kind
  var help: String

  init(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }

  /// The key of an option.
  init<Root>(_ option: OptionRecord<Root>) {
    let kind: Kind =
      switch option.kind {
      case .text, .bounds, .integers, .input, .output: .text
      case .texts, .entries, .inputs, .outputs: .texts
      case .number(let range): .number(range)
      case .integer(let range): .integer(range)
      case .flag: .flag
      case .choice(let names): .choice(names)
      case .edges: .edges
      case .mapping: .options
      }
    self.init(option.name, kind, option.help)
  }
}

/// Where a stage stands.
enum StageFamily: String, Sendable {
  case preprocess
  case postprocess
}
