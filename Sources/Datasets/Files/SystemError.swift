import Essentials

/// What the system said about the last call that failed.
enum SystemError {
  static func message(_ code: Int32) -> String {
    // SAFETY: strerror returns a zero-terminated text that lives until the next call.
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }

  static func reading(_ file: String, _ code: Int32) -> DataError {
    .unreadable(file: file, reason: message(code))
  }

  static func writing(_ file: String, _ code: Int32) -> DataError {
    code == ENOSPC || code == EDQUOT
      ? .diskFull(file: shown(file)) : .unwritable(file: shown(file), reason: message(code))
  }

  private static func shown(_ file: String) -> String { file == "-" ? "standard output" : file }
}
