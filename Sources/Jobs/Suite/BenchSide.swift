import Datasets

/// Who solves the problems of a suite: the engine, or a command of somebody else's.
public struct BenchSide: Sendable {
  enum Start: Sendable, Equatable {
    /// The program of the engine, with the words that make it answer.
    case program(String)
    /// A line for the shell.
    case command(String)
  }

  let name: String
  let start: Start

  static let engineName = "equipoise"
  /// The command of the program that answers one request.
  public static let cellCommand = "bench-cell"

  static func engine(_ program: String) -> BenchSide {
    BenchSide(name: engineName, start: .program(program))
  }

  init(name: String, start: Start) {
    self.name = name
    self.start = start
  }

  /// - Parameter text: `NAME=COMMAND`.
  init(_ text: String) throws(DataError) {
    let name = text.prefix { $0 != "=" }
    let command = text.dropFirst(name.count + 1)
    guard !name.isEmpty, !command.allSatisfy({ $0 == " " }) else {
      throw .option("adapter", value: text, "expected NAME=COMMAND")
    }
    guard name != Self.engineName else {
      throw .option("adapter", value: text, "'\(name)' is the name of the engine itself")
    }
    self.init(name: String(name), start: .command(String(command)))
  }

  /// The words of the process: a command has the shell's place, so that what is measured is it alone.
  var words: [String] {
    switch start {
    case .program(let path): [path, Self.cellCommand]
    case .command(let line): ["/bin/sh", "-c", "exec " + line]
    }
  }
}
