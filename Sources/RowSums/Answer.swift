import Datasets

/// What rows say to a request. Answers of disjoint rows add up to the answer of all of them, in any
/// order and any tree: sums add exactly, of extremes the larger is kept, of refusals the first.
public struct Answer: Sendable, Equatable {
  /// Which request this answers: `Request.mark`.
  public var question: UInt64
  /// How many rows were read.
  public var rows: Int
  public var sums: ExactSums
  /// Largest values over the rows; shape by the question, −∞ where there is no row.
  public var extremes: [Double]
  /// The kinds of kernels that computed it, in ascending order: other kinds may round otherwise.
  public var kernels: [String]
  /// Why some rows gave no answer. The sums are worth nothing then.
  public var refusal: Refusal?
  /// Whose masks the sums bear; nil: none, or all of them, which cancel.
  public var blinding: Blinding?

  public init(
    question: UInt64, rows: Int, sums: ExactSums, extremes: [Double] = [], kernels: [String],
    refusal: Refusal? = nil
  ) {
    self.question = question
    self.rows = rows
    self.sums = sums
    self.extremes = extremes
    self.kernels = kernels
    self.refusal = refusal
  }

  /// More rows than this are refused, so that counts can be added without overflow.
  package static let mostRows = 1 << 52

  /// Adds the answer of other rows to the same request.
  ///
  /// With a refusal on either side nothing but the refusals is looked at, so that the first one wins
  /// whoever is added to whom.
  public mutating func add(_ other: Answer) throws(SumsError) {
    guard question == other.question else { throw .otherQuestion }
    kernels = Set(kernels).union(other.kernels).sorted(by: Self.inCodePointOrder)
    if let first = [refusal, other.refusal].compactMap(\.self).min() {
      self = .refused(first, question: question, kernels: kernels)
      return
    }
    guard extremes.count == other.extremes.count else {
      throw .shape(expected: extremes.count, found: other.extremes.count, block: nil)
    }
    guard rows + other.rows <= Self.mostRows else { throw .tooMany }
    if blinding == nil, other.blinding == nil {
      try sums.add(other.sums)
    } else {
      let joined = try Blinding.joined(blinding, other.blinding)
      try sums.addWrapping(other.sums)
      blinding = joined
    }
    rows += other.rows
    for (k, value) in other.extremes.enumerated() { extremes[k] = max(extremes[k], value) }
  }

  /// An answer that says only why there is none.
  public static func refused(
    _ refusal: Refusal, question: UInt64, kernels: [String]
  ) -> Answer {
    Answer(
      question: question, rows: 0, sums: ExactSums([], words: []), kernels: kernels,
      refusal: refusal)
  }

  static func inCodePointOrder(_ a: String, _ b: String) -> Bool {
    a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
  }
}

/// Why rows could not be summed: where, and what was wrong.
public struct Refusal: UserError, Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The part of the rows, counted from 0, and the row in it, counted from 0.
  public var partition: Int
  public var row: Int
  public var kind: Kind
  public var reason: String

  /// What an asker can do about it.
  public enum Kind: UInt8, Sendable, CaseIterable, Comparable {
    /// A sum is too large for its unit: asking with larger bounds may do.
    case tooLarge
    /// A sum is not finite: other coefficients may do.
    case notFinite
    /// The rows are not as they should be.
    case data

    init(_ error: SumsError) {
      switch error {
      case .overflow: self = .tooLarge
      case .notFinite: self = .notFinite
      default: self = .data
      }
    }

    public static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
  }

  public init(partition: Int, row: Int, kind: Kind = .data, reason: String) {
    self.partition = partition
    self.row = row
    self.kind = kind
    self.reason = reason
  }

  public var blame: Blame { .data }
  public var description: String { "partition \(partition), row \(row): \(reason)" }

  /// In the order of the rows.
  public static func < (a: Refusal, b: Refusal) -> Bool {
    if a.partition != b.partition { return a.partition < b.partition }
    if a.row != b.row { return a.row < b.row }
    if a.kind != b.kind { return a.kind < b.kind }
    return Answer.inCodePointOrder(a.reason, b.reason)
  }
}
