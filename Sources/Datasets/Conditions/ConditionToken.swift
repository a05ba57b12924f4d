/// A word or sign of a condition.
struct ConditionToken: Equatable {
  enum Kind: Equatable {
    /// Without quotes: a name, a number, a value, or a word such as `and`.
    case word
    /// In backticks.
    case name
    /// In quotes.
    case text
    case sign
    case end
  }

  var kind: Kind
  var text: String
  /// The character at which it begins, counted from 1.
  var place: Int

  /// As errors name it.
  var shown: String { kind == .end ? "the end" : "'\(text)'" }

  func isWord(_ word: String) -> Bool { kind == .word && text.lowercased() == word }

  func isSign(_ signs: String...) -> Bool { kind == .sign && signs.contains(text) }
}

extension ConditionToken {
  /// Longer signs come first.
  private static let signs = [
    "==", "!=", "<>", "<=", ">=", "&&", "||", "=", "<", ">", "≤", "≥", "≠", "!", "&", "|", "(", ")",
    "{", "}", "[", "]", ",", "..",
  ]
  /// Signs that other spellings stand for.
  private static let spellings = [
    "==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "&&": "&", "||": "|",
  ]
  private static let marks = Set<Character>("=<>≤≥≠!&|(){}[],")

  /// The tokens of a condition and an end.
  static func tokens(of text: String) throws(DataError) -> [ConditionToken] {
    var found: [ConditionToken] = []
    let characters = Array(text)
    var at = 0
    while at < characters.count {
      let start = at, character = characters[at]
      if character.isWhitespace {
        at += 1
      } else if "`\"'".contains(character) {
        let quoted = try self.quoted(characters, &at, of: text)
        found.append(
          ConditionToken(kind: character == "`" ? .name : .text, text: quoted, place: start + 1))
      } else if let sign = sign(characters, at) {
        at += sign.count
        found.append(ConditionToken(kind: .sign, text: spellings[sign] ?? sign, place: start + 1))
      } else {
        while at < characters.count, isPartOfWord(characters, at) { at += 1 }
        found.append(
          ConditionToken(kind: .word, text: String(characters[start..<at]), place: start + 1))
      }
    }
    return found + [ConditionToken(kind: .end, text: "", place: characters.count + 1)]
  }

  private static func sign(_ characters: [Character], _ at: Int) -> String? {
    signs.first { sign in characters[at...].starts(with: Array(sign)) }
  }

  /// Two points in a row divide the ends of a range.
  private static func isPartOfWord(_ characters: [Character], _ at: Int) -> Bool {
    let isRange = characters[at] == "." && at + 1 < characters.count && characters[at + 1] == "."
    return !characters[at].isWhitespace && !marks.contains(characters[at]) && !isRange
  }

  /// The text between quotes; a quote inside is doubled.
  private static func quoted(
    _ characters: [Character], _ at: inout Int, of text: String
  ) throws(DataError) -> String {
    let start = at, quote = characters[at]
    var inside = ""
    at += 1
    while at < characters.count {
      if characters[at] == quote {
        at += 1
        guard at < characters.count, characters[at] == quote else { return inside }
      }
      inside.append(characters[at])
      at += 1
    }
    throw RowCondition.error(text, at: start + 1, "a quote opens here and never closes")
  }
}
