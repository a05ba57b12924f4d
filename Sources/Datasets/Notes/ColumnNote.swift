/// What a reader of any result must know of a column: what it seems to be beyond what it is read as.
public struct ColumnNote: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    /// As many different values as rows.
    case key
    /// So many different texts that a model learns single rows.
    case manyValues = "many values"
    /// Dates that are read as categories, or as numbers.
    case date
    /// Texts of digits that begin with a zero.
    case code
    /// Numbers that are written in another form than plain ones, or are texts.
    case numbers
    /// Values that differ in capitals or blanks only.
    case spelling
    /// Groups of single numbers.
    case singleNumbers = "single numbers"
    /// Several values beside the positive one.
    case label
    /// What cannot be read as it should.
    case fault
    /// Values that a model was not fitted to.
    case unseen
  }

  public var column: String
  public var kind: Kind
  public var text: Phrase
  /// The text that stands among numbers, where one is the fault.
  public var strayText: String?
  /// What gives a label two values, where it has more.
  public var remedy: LabelRemedy?

  public init(
    column: String, kind: Kind, text: Phrase, strayText: String? = nil,
    remedy: LabelRemedy? = nil
  ) {
    self.column = column
    self.kind = kind
    self.text = text
    self.strayText = strayText
    self.remedy = remedy
  }
}

extension [ColumnNote] {
  /// More notes of one kind than this are told in one.
  private static var mostAlike: Int { 5 }

  /// The notes as sentences: of a kind that many columns have, one sentence for all of them.
  var sentences: [Phrase] {
    var told: Set<ColumnNote.Kind> = []
    return compactMap { note in
      let alike = filter { $0.kind == note.kind }
      guard alike.count > Self.mostAlike else { return note.text }
      guard told.insert(note.kind).inserted else { return nil }
      let names = alike.map { "'\($0.column)'" }.joined(separator: ", ")
      return "\(note.text); the same goes for \(alike.count) columns: \(names)"
    }
  }
}
