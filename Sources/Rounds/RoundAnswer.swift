import Datasets
import Essentials
import RowSums

/// What a part says to a request. Answers of disjoint parts add up, in any order and any tree.
public enum RoundAnswer: Sendable, Equatable {
  /// Surveys of single parts, for the request of this mark: what they come to is only known when all
  /// are there.
  case surveys([TableSurvey], request: UInt64)
  case sums(Answer)
  /// Rows of single parts, for the request of this mark.
  case pieces([RowPiece], request: UInt64)

  public func encoded() throws -> [UInt8] {
    switch self {
    case .surveys(let surveys, let request): try Self.encoded(surveys, of: request)
    case .sums(let answer): answer.encoded()
    case .pieces(let pieces, let request): RowPiece.encoded(pieces, of: request)
    }
  }

  public init(decoding bytes: [UInt8]) throws {
    if bytes.starts(with: Self.surveySignature) {
      let (surveys, request) = try Self.surveys(bytes)
      self = .surveys(surveys, request: request)
    } else if bytes.starts(with: RowPiece.signature) {
      let (pieces, request) = try RowPiece.decoding(bytes)
      self = .pieces(pieces, request: request)
    } else {
      self = .sums(try Answer(decoding: bytes))
    }
  }

  /// Adds the answer of other parts to the same request.
  ///
  /// - Throws: for answers to different questions, and where one part answers twice.
  public mutating func add(_ other: RoundAnswer) throws {
    switch (self, other) {
    case (.surveys(let mine, let request), .surveys(let others, let asked)):
      guard request == asked else { throw SumsError.otherQuestion }
      self = .surveys(try Self.united(mine + others, \.partition), request: request)
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

  /// What an answer is, for the log of whoever holds rows, and for masks.
  public struct Description: Codable, Sendable, Equatable {
    /// "sums", "surveys" or "rows".
    public var kind: String
    /// The rows that were read; nil where it says nothing of them.
    public var rows: Int?
    /// Sums in it, each of which takes a mask of 16 bytes.
    public var sums: Int
    public var refused: String?
    /// Parties whose masks are on the sums; nil: none, or all.
    public var masked: Int?
  }

  public var described: Description {
    switch self {
    case .surveys: Description(kind: "surveys", sums: 0)
    case .pieces: Description(kind: "rows", sums: 0)
    case .sums(let answer):
      Description(
        kind: "sums", rows: answer.rows, sums: answer.sums.count,
        refused: answer.refusal?.reason, masked: answer.blinding?.found)
    }
  }

  /// The same with a party's masks, one word a sum; what has no sums stays as it is.
  public func masked(_ masks: [Int128], parties: Int) throws -> RoundAnswer {
    guard case .sums(let answer) = self else { return self }
    return .sums(try answer.blinded(masks, parties: parties))
  }

  /// The answer, which has the masks of all parties or of none.
  func unmasked() throws(RoundFault) -> RoundAnswer {
    guard case .sums(let answer) = self, let masks = answer.blinding else { return self }
    throw RoundFault("the answers of \(masks.found) of \(masks.parties) sites are masked sums")
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

/// Surveys as bytes: signature, the request's mark, JSON, checksum.
extension RoundAnswer {
  private static let surveySignature = Array("EQPSURVY".utf8)

  private static func encoded(_ surveys: [TableSurvey], of request: UInt64) throws -> [UInt8] {
    var writer = StateWriter(check: .words)
    for byte in surveySignature { writer.write(byte) }
    writer.write(request)
    writer.write(try CanonicalJSON.text(surveys))
    return writer.finished()
  }

  private static func surveys(
    _ bytes: [UInt8]
  ) throws -> (surveys: [TableSurvey], request: UInt64) {
    let text: String, request: UInt64
    do throws(StateError) {
      var reader = try StateReader(bytes, signature: surveySignature, check: .words)
      request = try reader.integer()
      text = try reader.text()
      try reader.end()
    } catch { throw SumsError.bytes(of: "answer", error) }
    do { return (try CanonicalJSON.value(from: text.utf8), request) } catch {
      throw RoundFault("these bytes are no survey: \(error)")
    }
  }
}
