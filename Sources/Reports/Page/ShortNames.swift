/// Names cut to the room there is: in the middle, since names of one kind begin alike, and never so
/// that two of them become equal.
public enum ShortNames {
  /// The names, each on at most so many columns; different names stay different.
  public static func fitted(_ names: [String], columns: Int) -> [String] {
    let clean = names.map(DisplayText.visible)
    var room = max(columns, 2)
    // Cut evenly first; where names collide, keep more of the end, then of the beginning.
    for shift in [0, -4, 4, -8, 8] {
      let cut = clean.map { middle($0, columns: room, shift: shift) }
      if areDistinct(cut, for: clean) { return cut }
    }
    room = max(room - 4, 2)
    // Only names that become equal are numbered.
    let owners = Dictionary(grouping: Set(clean)) { middle($0, columns: room, shift: 0) }
    var places: [String: Int] = [:]
    var known: [String: String] = [:]
    return clean.map { name in
      guard DisplayText.columns(of: name) > columns else { return name }
      if let short = known[name] { return short }
      let cut = middle(name, columns: room, shift: 0)
      guard owners[cut, default: []].count > 1 else { return cut }
      places[cut, default: 0] += 1
      let short = cut + " \(places[cut]!)"
      known[name] = short
      return short
    }
  }

  private static func areDistinct(_ cut: [String], for names: [String]) -> Bool {
    var owner: [String: String] = [:]
    for (short, name) in zip(cut, names) {
      if let known = owner[short], known != name { return false }
      owner[short] = name
    }
    return true
  }

  /// The beginning, a mark of omission, and the end.
  ///
  /// - Parameter shift: columns that the beginning gets more than the end.
  static func middle(_ name: String, columns: Int, shift: Int = 0) -> String {
    guard DisplayText.columns(of: name) > columns else { return name }
    let room = max(columns - 1, 1)
    let head = min(max((room + 1) / 2 + shift, 0), room)
    return DisplayText.prefix(of: name, columns: head) + "…"
      + DisplayText.suffix(of: name, columns: room - head)
  }
}

extension DisplayText {
  /// How many columns a text takes on a terminal: wide letters take two.
  public static func columns(of text: String) -> Int { text.reduce(0) { $0 + columns(of: $1) } }

  static func columns(of character: Character) -> Int {
    let first = character.unicodeScalars.first?.value ?? 0
    let isWide =
      (0x1100...0x115F).contains(first) || (0x2E80...0xA4CF).contains(first)
      || (0xAC00...0xD7A3).contains(first) || (0xF900...0xFAFF).contains(first)
      || (0xFE30...0xFE6F).contains(first) || (0xFF00...0xFF60).contains(first)
      || (0xFFE0...0xFFE6).contains(first) || (0x1F300...0x1FAFF).contains(first)
      || (0x20000...0x3FFFD).contains(first)
    return isWide ? 2 : 1
  }

  /// The beginning of a text on at most so many columns.
  static func prefix(of text: some Sequence<Character>, columns: Int) -> String {
    var width = 0, result = ""
    for character in text {
      width += self.columns(of: character)
      if width > columns { break }
      result.append(character)
    }
    return result
  }

  /// The end of a text on at most so many columns.
  static func suffix(of text: String, columns: Int) -> String {
    String(prefix(of: text.reversed(), columns: columns).reversed())
  }
}
