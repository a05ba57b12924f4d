import Equipoise
import Essentials
import Foundation

/// Messages on standard error; results alone go to standard output.
enum Console {
  static let errorIsTerminal = isatty(STDERR_FILENO) == 1
  static let outputIsTerminal = isatty(STDOUT_FILENO) == 1

  /// The program's own file.
  static var executablePath: String? { Bundle.main.executablePath }

  static func error(_ message: String) { note("error: \(message)") }

  static func note(_ message: String) {
    try? FileHandle.standardError.write(contentsOf: Data((message + "\n").utf8))
  }

  /// Writes a JSON document: keys sorted, so that equal results are equal bytes.
  static func json(_ value: some Encodable) throws {
    try output(CanonicalJSON.text(value, .indented))
  }

  static func output(_ text: String) throws {
    let file = try AtomicFile("-")
    try file.write(text + "\n")
    try file.commit()
  }
}
