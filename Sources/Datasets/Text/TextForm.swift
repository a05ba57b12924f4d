/// What the user says of a text file; nil: as the file tells.
public struct TextForm: OptionTable, Equatable, Sendable {
  /// The mark between columns.
  public var separator: Separator?
  public var decimal: DecimalMark?
  public var encoding: TextEncoding?

  public init() {}

  public init(
    separator: Separator?, decimal: DecimalMark? = nil, encoding: TextEncoding? = nil
  ) {
    self.separator = separator
    self.decimal = decimal
    self.encoding = encoding
  }

  public static let table: [OptionRecord<TextForm>] = [
    .choice(
      "separator", \.separator,
      "The mark between a text file's columns (default: as the file tells)."),
    .choice(
      "decimal", \.decimal,
      "The decimal mark of a text file's numbers (default: as the file tells)."),
    .choice(
      "encoding", \.encoding,
      "How a text file's characters are written (default: as the file tells)."),
  ]

  /// A mark between columns, by its name.
  public enum Separator: String, Sendable, CaseIterable {
    case comma, semicolon, tab, bar

    var mark: UInt8 {
      switch self {
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: UInt8(ascii: "\t")
      case .bar: UInt8(ascii: "|")
      }
    }
  }
}
