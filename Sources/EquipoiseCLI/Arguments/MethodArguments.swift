import ArgumentParser
import Equipoise

/// Options of a method as they stand on the command line: `--strength 10` or `--strength=10`.
enum MethodArguments {
  /// The options by name, checked to be options of the method.
  ///
  /// - Parameter command: whose own options a misspelt one may have meant.
  static func parse(
    _ words: [String], of method: any Mitigation.Type, command: any ParsableCommand.Type
  ) throws -> [String: String] {
    let options = try parse(words)
    let known = method.options.flatMap(\.names).map { $0.replacing("_", with: "-") }
    for name in options.keys.sorted()
    where !known.contains(name.replacing("_", with: "-")) {
      let candidates = (known + optionNames(of: command)).map { $0.replacing("-", with: "_") }
      throw DataError.option(
        name,
        """
        neither '\(command._commandName)' nor the method '\(method.name)' has this option\
        \(NearestName.suggestion(forOption: name, among: candidates)) (\(optionsOf: method.name))
        """)
    }
    _ = try MethodOptions(options, of: method)
    return options
  }

  static func parse(_ words: [String]) throws -> [String: String] {
    var options: [String: String] = [:]
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--"), word.count > 2 else {
        throw ValidationError("unexpected argument '\(word)'")
      }
      let body = word.dropFirst(2)
      if let sign = body.firstIndex(of: "=") {
        options[String(body[..<sign])] = String(body[body.index(after: sign)...])
      } else if let value = rest.first, !value.hasPrefix("--") {
        options[String(body)] = value
        rest = rest.dropFirst()
      } else {
        options[String(body)] = "true"
      }
    }
    return options
  }

  /// The names that a command's help lists.
  private static func optionNames(of command: any ParsableCommand.Type) -> [String] {
    command.helpMessage().split(separator: "\n").compactMap { line in
      let text = line.drop { $0 == " " }
      guard text.hasPrefix("--") else { return nil }
      return String(text.dropFirst(2).prefix { $0 != " " && $0 != "," })
    }
  }
}
