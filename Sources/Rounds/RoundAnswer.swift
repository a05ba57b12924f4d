import Datasets
import Essentials
import RowSums

/// What a part says to a request. Answers of disjoint parts add up, in any order and any tree.
public enum RoundAnswer: Sendable, Equatable {
  /// Surveys of single parts: what they come to is only known when all are there.
  case surveys([TableSurvey])
  case sums(Answer)

  public func encoded() throws -> [UInt8] {
    switch self {
    case .surveys(let surveys): Array(try CanonicalJSON.text(surveys).utf8)
    case .sums(let answer): answer.encoded()
    }
  }

  public init(decoding bytes: [UInt8]) throws {
    guard bytes.first == UInt8(ascii: "[") else {
      self = .sums(try Answer(decoding: bytes))
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
      let all = (mine + others).sorted { $0.partition < $1.partition }
      if let twice = zip(all, all.dropFirst()).first(where: { $0.partition == $1.partition }) {
        throw RoundFault("partition \(twice.0.partition) answered twice")
      }
      self = .surveys(all)
    case (.sums(var mine), .sums(let others)):
      try mine.add(others)
      self = .sums(mine)
    case (.sums(let refused), .surveys), (.surveys, .sums(let refused)):
      guard refused.refusal != nil else { throw SumsError.otherQuestion }
      self = .sums(refused)
    }
  }
}
