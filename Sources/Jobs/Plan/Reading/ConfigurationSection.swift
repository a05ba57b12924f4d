import Datasets

/// Keys with values, read against a table of keys: whatever is wrong is added to a list with its
/// place, and reading goes on.
struct ConfigurationSection {
  let node: ConfigurationNode
  /// How errors call the section; empty for the whole file.
  let name: String
  let problems: ProblemList
  private let keys: [ConfigurationKey]

  /// Checks that there are only known keys. A node that is no mapping is a problem and reads as
  /// empty.
  init(
    _ node: ConfigurationNode?, name: String, keys: [ConfigurationKey], problems: ProblemList
  ) {
    self.name = name
    self.keys = keys
    self.problems = problems
    guard let node, !node.isEmpty else {
      self.node = ConfigurationNode(
        content: .mapping([]), place: TextPlace(line: 1, column: 1))
      return
    }
    guard let entries = node.entries else {
      problems.add(node.place, "'\(name)' takes keys with values, not \(node.kind)")
      self.node = ConfigurationNode(content: .mapping([]), place: node.place)
      return
    }
    self.node = node
    let known = keys.map(\.name)
    for entry in entries where !known.contains(entry.key) {
      problems.add(
        entry.place, Self.unknown(entry.key, name.isEmpty ? "" : " in '\(name)'", among: known))
    }
  }

  static func unknown(_ key: String, _ where: String, among known: [String]) -> String {
    let shown = ConfigurationNode.shortened(key)
    return "unknown key '\(shown)'\(`where`)"
      + NearestName.suggestionOrList(for: key, among: known)
  }

  /// The value of a key that is not left empty.
  func value(_ key: String) -> ConfigurationNode? {
    precondition(keys.contains { $0.name == key }, "'\(key)' is in the table of keys")
    guard let found = node[key], !found.isEmpty else { return nil }
    return found
  }

  func place(_ key: String) -> TextPlace? { node.entries?.first { $0.key == key }?.place }

  private func kind(_ key: String) -> ConfigurationKey.Kind {
    keys.first { $0.name == key }!.kind
  }

  private func full(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

  private func wrong(_ key: String, _ node: ConfigurationNode, _ wanted: String) {
    problems.add(node.place, "'\(full(key))' takes \(wanted), not \(node.kind)")
  }

  // MARK: Values

  func text(_ key: String) -> String? {
    guard let node = value(key) else { return nil }
    guard let text = node.text else {
      wrong(key, node, "a text")
      return nil
    }
    return text
  }

  /// A list of texts; one text alone is a list of one.
  func texts(_ key: String) -> [String]? { placedTexts(key)?.map(\.text) }

  func placedTexts(_ key: String) -> [(text: String, place: TextPlace)]? {
    guard let node = value(key) else { return nil }
    if let text = node.text { return [(text, node.place)] }
    guard case .list(let items) = node.content else {
      wrong(key, node, "a text or a list of texts")
      return nil
    }
    var texts: [(String, TextPlace)] = []
    for item in items {
      guard let text = item.text else {
        wrong(key, item, "a list of texts")
        continue
      }
      if texts.contains(where: { $0.0 == text }) {
        problems.add(item.place, "'\(full(key))' has '\(text)' twice")
      } else {
        texts.append((text, item.place))
      }
    }
    return texts
  }

  func number(_ key: String) -> Double? {
    guard let node = value(key) else { return nil }
    guard let number = Self.number(node) else {
      wrong(key, node, "a number")
      return nil
    }
    switch kind(key) {
    case .number(let range) where !range.contains(number):
      let least = range.lowerBound, most = range.upperBound
      problems.add(node.place, "'\(full(key))' lies between \(least) and \(most), not \(number)")
    case .openShare where !(number > 0 && number < 1):
      problems.add(node.place, "'\(full(key))' lies above 0 and below 1, not \(number)")
    default: return number
    }
    return nil
  }

  static func number(_ node: ConfigurationNode) -> Double? {
    guard case .scalar(let text, true) = node.content, let number = Double(text),
      number.isFinite
    else { return nil }
    return number
  }

  func integer(_ key: String) -> Int? {
    guard let node = value(key) else { return nil }
    guard case .scalar(let text, true) = node.content, let number = Int(text) else {
      wrong(key, node, "a whole number")
      return nil
    }
    guard case .integer(let range) = kind(key), range.contains(number) else {
      if case .integer(let range) = kind(key) {
        let most = range.upperBound == .max ? "" : " and at most \(range.upperBound)"
        problems.add(
          node.place, "'\(full(key))' is at least \(range.lowerBound)\(most), not \(number)")
      }
      return nil
    }
    return number
  }

  func flag(_ key: String) -> Bool? {
    guard let node = value(key) else { return nil }
    guard case .scalar(let text, true) = node.content, let flag = Bool(text) else {
      wrong(key, node, "true or false")
      return nil
    }
    return flag
  }

  func choice<Choice: RawRepresentable>(
    _ key: String, as type: Choice.Type = Choice.self
  ) -> Choice? where Choice.RawValue == String {
    chosen(key).flatMap { Choice(rawValue: $0) }
  }

  /// The name that was chosen of the key's.
  ///
  /// - Parameter synonyms: other spellings of the names.
  func chosen(_ key: String, _ synonyms: [String: OptionSynonym] = [:]) -> String? {
    guard case .choice(let names) = kind(key), let node = value(key) else { return nil }
    guard let text = node.text else {
      wrong(key, node, "one of \(names.joined(separator: ", "))")
      return nil
    }
    return chosen(key, synonyms[text]?.value ?? text, node.place, among: names)
  }

  /// A list of names of the key's choices.
  func choices(_ key: String) -> [String]? {
    guard case .choices(let names) = kind(key) else { return nil }
    return placedTexts(key)?.compactMap { chosen(key, $0.text, $0.place, among: names) }
  }

  private func chosen(
    _ key: String, _ text: String, _ place: TextPlace, among names: [String]
  ) -> String? {
    guard !names.contains(text) else { return text }
    problems.add(
      place,
      "'\(full(key))': '\(ConfigurationNode.shortened(text))' is none of "
        + names.joined(separator: ", ") + NearestName.suggestion(for: text, among: names))
    return nil
  }

  func section(_ key: String) -> ConfigurationSection {
    guard case .section(let inner) = kind(key) else {
      preconditionFailure("'\(key)' is a section of the table of keys")
    }
    return ConfigurationSection(value(key), name: full(key), keys: inner, problems: problems)
  }
}
