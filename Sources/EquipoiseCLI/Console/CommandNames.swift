import ArgumentParser
import Equipoise

/// Misspelt commands, found before the parser takes what follows them for options of the program.
enum CommandNames {
  /// Throws for a word that stands where a command of commands has the name of one, and is none.
  static func check(_ words: [String], of command: any ParsableCommand.Type) throws {
    var words = words[...], command = command, path = ["equipoise"]
    if words.first == help { words = words.dropFirst() }
    while !command.configuration.subcommands.isEmpty {
      guard let word = words.popFirst(), !word.hasPrefix("-"), word != help else { return }
      let known = command.configuration.subcommands.filter { $0.configuration.commandName != nil }
      guard let next = known.first(where: { $0.configuration.commandName == word }) else {
        let shown = known.filter { $0.configuration.shouldDisplay }
        throw CommandFailure(
          .usage, text(word, path, shown.compactMap { $0.configuration.commandName }))
      }
      path.append(word)
      command = next
    }
  }

  private static let help = "help"

  private static func text(_ word: String, _ path: [String], _ names: [String]) -> String {
    let program = path.joined(separator: " ")
    let head = "'\(program)' has no command '\(DisplayText.visible(word))'"
    guard let near = NearestName.of(word, among: names) else {
      return "\(head); it has \(names.joined(separator: ", "))"
    }
    return "\(head)\nDid you mean '\(program) \(near)'?"
  }
}
