import Equipoise

/// Values that begin with a dash, which the parser takes for the name of an option.
enum DashedValue {
  private static let complaint = "Missing value for '--"

  /// A message about a missing value that says how the one that stands there is written.
  static func explained(_ message: String, _ words: [String]) -> String {
    guard let start = message.firstRange(of: complaint) else { return message }
    let option = "--" + message[start.upperBound...].prefix { $0 != " " && $0 != "'" }
    guard let place = words.firstIndex(of: option), place + 1 < words.count else { return message }
    let value = words[place + 1]
    guard value.hasPrefix("-"), !value.hasPrefix("--"), value.count > 1 else { return message }
    var lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines[0] +=
      " (a value that begins with a dash is written \(option)=\(DisplayText.visible(value)))"
    return lines.joined(separator: "\n")
  }
}
