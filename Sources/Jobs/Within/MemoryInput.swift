import Datasets

/// How much memory a job may take for its rows and what is made of them.
public struct MemoryInput: OptionTable, Equatable {
  /// In bytes; nil: as much as the rows need.
  public var bytes: Int?

  public init() {}

  public static let section: OptionSection? = .data

  /// What the option is called.
  static let name = "memory"

  public static let table: [OptionRecord<MemoryInput>] = [
    OptionRecord(
      name, .text, value: "size",
      "The most memory to take, as 512MB or 4GiB: the rows of a packed file are read a few at a time, "
        + "and a fit keeps those that do not fit in a temporary file.",
      set: { input, value throws(DataError) in
        input.bytes = try bytes(try OptionKind.text.text(value, name))
      }, get: { $0.bytes.map { .text(text($0)) } })
  ]

  /// Powers of ten and of two.
  private static let units: [(name: String, bytes: Double)] = [
    ("kib", 0x1p10), ("mib", 0x1p20), ("gib", 0x1p30), ("tib", 0x1p40), ("kb", 1e3), ("mb", 1e6),
    ("gb", 1e9), ("tb", 1e12), ("b", 1), ("", 1),
  ]

  private static func bytes(_ text: String) throws(DataError) -> Int {
    let word = text.lowercased().filter { !$0.isWhitespace }
    for unit in units where word.hasSuffix(unit.name) {
      guard let number = Double(word.dropLast(unit.name.count)), number > 0,
        number * unit.bytes < 0x1p62
      else { break }
      return Int(number * unit.bytes)
    }
    throw .option(name, value: text, "a size is wanted, as 512MB or 4GiB")
  }

  /// Whole megabytes, rounded up.
  static func text(_ bytes: Int) -> String { "\((bytes + 999_999) / 1_000_000)MB" }
}
