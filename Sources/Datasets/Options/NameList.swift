import Essentials

/// Several names in one text: separated by commas, and in double quotes, as in a CSV file, where a
/// name has commas or quotes of its own.
public enum NameList {
  /// The names of a text, without blanks around them.
  public static func names(in text: String) -> [String] {
    pieces(text, at: ",").filter { !$0.isEmpty }.map(\.trimmingBlanks).map(unquoted)
  }

  /// A text whose names are these.
  public static func text(of names: [String]) -> String {
    names.map(quoted).joined(separator: ",")
  }

  /// A name as it stands in a text.
  static func quoted(_ name: String) -> String {
    let isPlain =
      !name.isEmpty && name == name.trimmingBlanks && !name.contains { ",;\"".contains($0) }
    return isPlain ? name : "\"\(name.replacing("\"", with: "\"\""))\""
  }

  static func unquoted(_ name: String) -> String {
    guard name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") else { return name }
    return String(name.dropFirst().dropLast()).replacing("\"\"", with: "\"")
  }

  /// The parts of a text between separators that stand outside quotes; a quote opens where a part
  /// begins.
  static func pieces(_ text: String, at separator: Character) -> [String] {
    var parts: [String] = [], part = "", isQuoted = false
    for character in text {
      if character == "\"" {
        let begun = part.trimmingBlanks
        if begun.isEmpty || begun.hasPrefix("\"") { isQuoted.toggle() }
      }
      if character == separator && !isQuoted {
        parts.append(part)
        part = ""
      } else {
        part.append(character)
      }
    }
    // A quote that never closes is part of a name.
    guard !isQuoted else { return text.split(separator: separator).map(String.init) }
    return parts + [part]
  }

  /// Puts names together again that were split at commas of their own: where not all of them are
  /// known, neighbours that are the parts of a known name are that name.
  public static func rejoined(
    _ names: [String], among known: [String], isKnown: (String) -> Bool
  ) -> [String] {
    guard names.count > 1, !names.allSatisfy(isKnown) else { return names }
    let wholes = known.map { (name: $0, parts: Self.names(in: $0)) }
      .filter { $0.parts.count > 1 }.sorted { $0.parts.count > $1.parts.count }
    var result: [String] = [], place = 0
    while place < names.count {
      let rest = names[place...].map(\.trimmingBlanks)
      if let whole = wholes.first(where: { rest.starts(with: $0.parts) }) {
        result.append(whole.name)
        place += whole.parts.count
      } else {
        result.append(names[place])
        place += 1
      }
    }
    return result
  }
}

extension DataOptions {
  /// The same roles, where names were split at commas that columns of these names have.
  func rejoined(among columns: [String]) -> DataOptions {
    guard columns.contains(where: { $0.contains(",") }) else { return self }
    let known = Set(columns)
    var result = self
    let lists: [WritableKeyPath<DataOptions, [String]>] = [
      \.sensitive, \.controls, \.continuous, \.drop, \.categorical, \.numeric,
      \.fold,
    ]
    for path in lists {
      result[keyPath: path] = NameList.rejoined(self[keyPath: path], among: columns) { name in
        known.contains(name) || Self.crossParts(name).allSatisfy(known.contains)
      }
    }
    return result
  }
}
