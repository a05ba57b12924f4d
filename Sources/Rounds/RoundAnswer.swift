import Datasets
import Essentials
import RowSums

/// What a part says to a request. Answers of disjoint parts add up, in any order and any tree.
public enum RoundAnswer: Sendable, Equatable {
  /// Surveys of single parts: what they come to is only known when all are there.
  case surveys([TableSurvey])
  case sums(Answer)
  /// Rows of single parts, for the request of this mark.
  case pieces([RowPiece], request: UInt64)

  public func encoded() throws -> [UInt8] {
    switch self {
    case .surveys(let surveys): Array(try CanonicalJSON.text(surveys).utf8)
    case .sums(let answer): answer.encoded()
    case .pieces(let pieces, let request): RowPiece.encoded(pieces, of: request)
    }
  }

  public init(decoding bytes: [UInt8]) throws {
    guard bytes.first == UInt8(ascii: "[") else {
      if bytes.starts(with: RowPiece.signature) {
        let (pieces, request) = try RowPiece.decoding(bytes)
        self = .pieces(pieces, request: request)
      } else {
        self = .sums(try Answer(decoding: bytes))
      }
      return
    }
    do { self = .surveys(try CanonicalJSON.value(from: bytes)) } catch {
      throw RoundFault("these bytes are no answer: \(error)")
    }
  }

  /// Adds the answer of other parts to the same request.
  ///
  /// - Throws: for answers to different questions, and where one part answers twice.
  public mutating func add(_ other: RoundAnswer) throws {
    switch (self, other) {
    case (.surveys(let mine), .surveys(let others)):
      self = .surveys(try Self.united(mine + others, \.partition))
    case (.pieces(let mine, let request), .pieces(let others, let asked)):
      guard request == asked else { throw SumsError.otherQuestion }
      self = .pieces(try Self.united(mine + others, \.partition), request: request)
    case (.sums(var mine), .sums(let others)):
      try mine.add(others)
      self = .sums(mine)
    case (.sums(let refused), _), (_, .sums(let refused)):
      guard refused.refusal != nil else { throw SumsError.otherQuestion }
      self = .sums(refused)
    default: throw SumsError.otherQuestion
    }
  }

  private static func united<Part>(
    _ parts: [Part], _ partition: (Part) -> Int
  ) throws(RoundFault) -> [Part] {
    let sorted = parts.sorted { partition($0) < partition($1) }
    for (a, b) in zip(sorted, sorted.dropFirst()) where partition(a) == partition(b) {
      throw RoundFault("partition \(partition(a)) answered twice")
    }
    return sorted
  }
}
