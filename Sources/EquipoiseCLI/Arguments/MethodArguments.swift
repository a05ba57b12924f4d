import ArgumentParser
import Equipoise

extension TableArguments where Table: Job {
  /// The job with options of its method as well, as they stand on the command line: `--strength 10`
  /// or `--strength=10`.
  func value(with words: [String]) throws -> Table {
    var job = try value()
    for (name, text) in try Self.options(words) { try job.setOther(name, .text(text)) }
    return job
  }

  private static func options(_ words: [String]) throws -> [String: String] {
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
}

extension ValidationError {
  /// As the parser says it of arguments that nobody else could do without.
  static func missing(_ argument: String) -> ValidationError {
    ValidationError("Missing expected argument '\(argument)'")
  }
}
