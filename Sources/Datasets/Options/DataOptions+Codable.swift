/// As model files hold the roles: by the names of the properties, each as JSON has it.
///
/// Options that a file was written without have their defaults, and what it has beyond them is left
/// out: files outlive versions.
extension DataOptions: Codable {
  private struct Stored: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    /// Names that differ from those of the table by more than their capitals.
    private static let names = [
      "id": "identifier", "na": "missingTexts", "target_column": "target",
    ]

    init(_ option: String) {
      let words = option.split(separator: "_")
      stringValue =
        Self.names[option]
        ?? words.dropFirst().reduce(String(words[0])) {
          $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
    }
  }

  /// A target comes before a label, which it would take away.
  private static let stored: [OptionRecord<DataOptions>] =
    [targetColumn] + roles + [.text("prediction", \.prediction, "Column of decisions.")]

  public init(from decoder: any Decoder) throws {
    self.init()
    let file = try decoder.container(keyedBy: Stored.self)
    for option in Self.stored {
      guard let value = try file.decodeIfPresent(OptionInput.self, forKey: Stored(option.name))
      else { continue }
      try option.set(&self, value)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var file = encoder.container(keyedBy: Stored.self)
    for option in Self.stored {
      let key = Stored(option.name), value = option.get(self)
      switch option.kind {
      case .flag: try file.encode(value == .text("true"), forKey: key)
      case .edges: try file.encode(bins, forKey: key)
      case .texts: try file.encode(value ?? .list([]), forKey: key)
      default: try file.encodeIfPresent(value, forKey: key)
      }
    }
  }
}
