import ArgumentParser
import Equipoise

/// Options of a method as they stand on the command line: `--strength 10` or `--strength=10`.
enum MethodArguments {
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
}
