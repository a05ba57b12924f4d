import CText

/// Texts and numbers that mean a missing value.
struct PackedMissing: Sendable {
  private let texts: Set<[UInt8]>
  let numbers: [Double]

  init(_ texts: [String]) {
    self.texts = Set(texts.map { Array($0.utf8) })
    numbers = texts.compactMap(PackedText.number).filter { !$0.isNaN }
  }

  func contains(_ text: [UInt8]) -> Bool { text.isEmpty || texts.contains(text) }
  func contains(_ number: Double) -> Bool { numbers.contains(number) }
}

extension PackedText {
  /// A field's text without quotes and the blanks around it.
  static func plainBytes(_ field: [UInt8]) -> [UInt8] {
    guard let first = field.first, let last = field.last else { return field }
    let special: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: " "), UInt8(ascii: "\t")]
    guard special.contains(first) || special.contains(last) else { return field }
    return [UInt8](unsafeUninitializedCapacity: field.count) { bytes, count in
      field.withUnsafeBytes { field in
        // SAFETY: a field's text is no longer than the field.
        count = Int(
          eqp_packed_plain(
            field.bindMemory(to: CChar.self).baseAddress, Int64(field.count),
            bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress }))
      }
    }
  }

  static func plain(_ field: [UInt8]) -> String {
    String(decoding: plainBytes(field), as: UTF8.self)
  }

  /// The number that a text is; it may be infinite. nil for a text that is none.
  static func number(_ text: some Collection<UInt8>) -> Double? {
    guard !text.isEmpty else { return nil }
    var value = 0.0
    return Array(text).withUnsafeBytes { bytes in
      // SAFETY: the text's bytes, read only.
      eqp_text_number(bytes.bindMemory(to: CChar.self).baseAddress, Int64(bytes.count), &value)
    } == 1 ? value : nil
  }

  static func number(_ text: String) -> Double? { number(text.utf8) }
}

/// What the texts of a column's dictionary are to a reader.
struct PackedLookup: Sendable {
  /// A text where a number is wanted.
  enum Reading: Sendable, Equatable {
    case number(Double)
    case missing
    case notANumber
    case notFinite
  }

  /// A text where its number is not wanted.
  struct Known: Sendable {
    /// Of a record that it names; 0 for a missing value.
    var key: UInt64
    /// Whether it means a missing value, whatever the column holds.
    var isAbsent: Bool

    init(_ plain: [UInt8], _ missing: PackedMissing) {
      let isMissing = missing.contains(plain)
      key = isMissing ? 0 : RecordKey.of(plain)
      isAbsent =
        isMissing
        || !missing.numbers.isEmpty && PackedText.number(plain).map(missing.contains) ?? false
    }
  }

  /// Distinct values that are not missing, in code-point order.
  let levels: [String]
  /// The level of each text, or the code of a missing value.
  let codes: [UInt16]
  let readings: [Reading]
  let all: [Known]
  /// Whether there are more levels than codes.
  let hasTooManyLevels: Bool
  private let kind: PackedContents.Kind
  private let missing: PackedMissing

  init(_ column: PackedContents.Column, _ missing: PackedMissing) {
    kind = column.kind
    self.missing = missing
    let kind = column.kind
    let plain = column.dictionary.map(PackedText.plainBytes)
    readings = plain.map { Self.reading($0, kind, missing) }
    all = plain.map { Known($0, missing) }
    let present = Set(plain.filter { !missing.contains($0) })
    let sorted = present.sorted { $0.lexicographicallyPrecedes($1) }
    hasTooManyLevels = sorted.count > Int(CodedColumn.missing)
    levels = sorted.map { String(decoding: $0, as: UTF8.self) }
    let rank = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    codes = plain.map { text in
      rank[text].map { UInt16(truncatingIfNeeded: $0) } ?? CodedColumn.missing
    }
  }

  /// What a field's text is otherwise.
  func known(_ field: [UInt8]) -> Known { Known(PackedText.plainBytes(field), missing) }

  /// What a field's text is as a number.
  func reading(_ field: [UInt8]) -> Reading {
    Self.reading(PackedText.plainBytes(field), kind, missing)
  }

  private static func reading(
    _ text: [UInt8], _ kind: PackedContents.Kind, _ missing: PackedMissing
  ) -> Reading {
    if missing.contains(text) { return .missing }
    if kind == .truth, let value = ["false", "true"].firstIndex(of: text.text) {
      return .number(Double(value))
    }
    guard let value = PackedText.number(text) else { return .notANumber }
    if missing.contains(value) { return .missing }
    guard value.isFinite else { return .notFinite }
    return .number(kind == .single ? Double(Float(value)) : value)
  }
}

extension PackedLookup.Reading {
  /// What is wrong with it where a number is wanted.
  var failure: PackedFindings.Failure.Kind {
    switch self {
    case .number: .tooLarge
    case .notFinite: .notFinite
    case .missing, .notANumber: .notANumber
    }
  }
}

extension [UInt8] {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
