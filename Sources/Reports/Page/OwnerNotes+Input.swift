import Datasets

extension OwnerNotes {
  /// Notes from values by name, nested or with dots: `{"use": {"purpose": …}}`.
  ///
  /// An unknown name is offered its nearest.
  public init(_ input: OptionInput) throws(OwnerNotesError) {
    self.init()
    for (name, value) in try Self.flattened(input, prefix: "") { try set(name, value) }
  }

  private static func flattened(
    _ input: OptionInput, prefix: String
  ) throws(OwnerNotesError) -> [(String, Value)] {
    guard case .mapping(let entries) = input else { throw .notAMapping }
    var found: [(String, Value)] = []
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
      let name = prefix + key
      switch value {
      case .mapping: found += try flattened(value, prefix: name + ".")
      case .text(let text): found.append((name, .text(text)))
      case .list(let items): found.append((name, try list(items, name)))
      }
    }
    return found
  }

  private static func list(
    _ items: [OptionInput], _ name: String
  ) throws(OwnerNotesError) -> Value {
    guard items.contains(where: { $0.text == nil }) else {
      return .list(items.compactMap(\.text))
    }
    var records: [[String: String]] = []
    for item in items {
      guard case .mapping(let fields) = item else { throw .mixed(name) }
      var record: [String: String] = [:]
      for (field, value) in fields {
        guard let text = value.text else { throw .fieldIsNoText(name) }
        record[field] = text
      }
      records.append(record)
    }
    return .records(records)
  }
}
