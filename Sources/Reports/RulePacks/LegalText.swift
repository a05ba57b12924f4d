/// What gives a line its weight.
public enum LegalBasis: String, Sendable, Codable, CaseIterable {
  case statute, regulation, guidance
  /// What a court has decided.
  case precedent = "case"
  /// What is usual; no text asks for it.
  case practice
  /// What the user's own organization has set.
  case house
}

/// How a text stood on the day on which it was read.
public enum LegalStatus: String, Sendable, Codable, CaseIterable {
  case inForce = "in-force"
  case amended, repealed, proposed
  /// Adopted, and to apply from a later day.
  case future
  case withdrawn
}

/// A text that a rule pack reads, with what it was on the day of reading.
public struct LegalText: Sendable, Equatable, Codable {
  /// What lines of the pack call it.
  public var id: String
  public var cite: String
  public var basis: LegalBasis
  public var status: LegalStatus
  /// A year of adoption, or a day from which this wording applies.
  public var version: String
  /// The first day, as far as it is known: `2027-12-02`, or a year.
  public var appliesFrom: String?
  /// What a reader of the status must know.
  public var note: String?
  /// False for what was told of the text by others and not read in it.
  public var isVerified: Bool

  public init(
    _ id: String, cite: String, basis: LegalBasis, status: LegalStatus, version: String,
    appliesFrom: String? = nil, note: String? = nil, isVerified: Bool = true
  ) {
    self.id = id
    self.cite = cite
    self.basis = basis
    self.status = status
    self.version = version
    self.appliesFrom = appliesFrom
    self.note = note
    self.isVerified = isVerified
  }

  /// For lines of which nothing is stated.
  public static let unstated = LegalText(
    "unstated", cite: "not stated", basis: .house, status: .inForce, version: "not stated",
    isVerified: false)

  enum CodingKeys: String, CodingKey {
    case id, cite, basis, status, version, note
    case appliesFrom = "applies_from"
    case isVerified = "verified"
  }

  /// The status in words: `future, from 2027-12-02; not verified`.
  public var standing: String {
    let from = appliesFrom.map { (status == .future ? ", from " : ", since ") + $0 } ?? ""
    return status.rawValue + from + (isVerified ? "" : "; not verified")
  }
}

/// A number that stands in a text, with the words around it.
public struct LegalLine: Sendable, Equatable, Codable {
  public var value: Double
  /// At most 20 words of the text.
  public var quote: String

  public init(_ value: Double, quote: String) {
    self.value = value
    self.quote = quote
  }
}
