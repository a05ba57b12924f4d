import Equipoise
import Essentials
import Foundation

/// Messages on standard error; results alone go to standard output.
enum Console {
  static let errorIsTerminal = isatty(STDERR_FILENO) == 1
  static let outputIsTerminal = isatty(STDOUT_FILENO) == 1

  /// The columns that output may take: COLUMNS, else those of the terminal, else 80.
  static let width: Int = {
    let stated = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init)
    if let stated, stated > 0 { return max(stated, narrowest) }
    return max(terminalColumns ?? usualWidth, narrowest)
  }()
  private static let usualWidth = 80
  private static var terminalColumns: Int? {
    guard outputIsTerminal else { return nil }
    var size = winsize()
    // SAFETY: the call writes one winsize, and does so before it returns.
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Tables are not made for less.
  private static let narrowest = 40

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
