import Equipoise
import Essentials

/// Messages on standard error; results alone go to standard output.
enum Console {
  static let errorIsTerminal = isatty(STDERR_FILENO) == 1
  static let outputIsTerminal = isatty(STDOUT_FILENO) == 1

  /// The columns that output may take: COLUMNS, else those of the terminal, else 80.
  static let width: Int = {
    let stated = Self.environment("COLUMNS").flatMap { Int($0) }
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

  static func environment(_ name: String) -> String? {
    // SAFETY: nothing in the program changes its environment.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  static func error(_ message: String) { note("error: \(message)") }

  static func note(_ message: String) {
    write(message + "\n")
  }

  /// Writes to standard error as it is; what cannot be written is lost, since nobody could be told.
  static func write(_ text: String) {
    var bytes = Array(text.utf8)
    while !bytes.isEmpty {
      // SAFETY: the call reads the bytes it is given, and does so before it returns.
      let count = unsafe systemWrite(STDERR_FILENO, bytes, bytes.count)
      guard count > 0 else { return }
      bytes.removeFirst(count)
    }
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

/// The system's call, which the type's own function of this name hides.
private let systemWrite = unsafe write
