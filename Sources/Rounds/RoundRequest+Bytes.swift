import Datasets
import Essentials
import RowSums

/// Requests as bytes: `Request` in its own form, the others as JSON, so that a site can read what it is
/// asked.
extension RoundRequest {
  private struct Message: Codable {
    var kind: String
    var texts: [String]?
    var encoder: FeatureEncoder?
    var precision: Precision?
    var moments: PartMoments?
    var plan: PartPlan?
    var kept: [Int]?
    var rows: Int?
    var total: Int?
  }

  public func encoded() throws -> [UInt8] {
    var message = Message(kind: kind)
    switch self {
    case .survey(let texts): message.texts = texts
    case .open(let encoder, let precision):
      (message.encoder, message.precision) = (encoder, precision)
    case .moments(let moments): message.moments = moments
    case .pack(let plan): message.plan = plan
    case .cells(let kept): message.kept = kept
    case .sample(let rows, let total): (message.rows, message.total) = (rows, total)
    case .sums(let request): return request.encoded()
    }
    return Array(try CanonicalJSON.text(message).utf8)
  }

  public init(decoding bytes: [UInt8]) throws {
    guard bytes.first == UInt8(ascii: "{") else {
      self = .sums(try Request(decoding: bytes))
      return
    }
    let message: Message
    do { message = try CanonicalJSON.value(from: bytes) } catch {
      throw RoundFault("these bytes are no request: \(error)")
    }
    switch (message.kind, message.texts, message.encoder, message.precision) {
    case ("survey", let texts?, _, _): self = .survey(texts: texts)
    case ("open", _, let encoder?, let precision?): self = .open(encoder, precision: precision)
    default: self = try Self.later(message)
    }
  }

  /// More rows than this do not leave.
  static let mostSampled = 1 << 16

  private static func later(_ message: Message) throws -> RoundRequest {
    switch (message.kind, message.moments, message.plan, message.kept) {
    case ("moments", let moments?, _, _):
      guard moments.centers.count == moments.sizes.count,
        moments.centers.allSatisfy(\.isFinite),
        ([moments.weight] + moments.sizes).allSatisfy({ abs($0) <= 1_024 })
      else { throw RoundFault("moments about no centers") }
      return .moments(moments)
    case ("pack", _, let plan?, _):
      guard plan.combinations ?? 0 > 0, plan.groups.allSatisfy({ Set($0).count == $0.count }),
        abs(plan.weight) <= 1_024
      else { throw RoundFault("attributes without groups") }
      return .pack(plan)
    case ("cells", _, _, let kept?): return .cells(kept: kept)
    case ("sample", _, _, _):
      guard let rows = message.rows, let total = message.total, rows > 0, rows <= total,
        rows <= mostSampled
      else { throw RoundFault("a sample of no rows, or of too many") }
      return .sample(rows: rows, total: total)
    default: throw RoundFault("a request of an unknown kind, '\(message.kind)'")
    }
  }

  /// The word for the question.
  public var kind: String {
    switch self {
    case .survey: "survey"
    case .open: "open"
    case .moments: "moments"
    case .pack: "pack"
    case .cells: "cells"
    case .sample: "sample"
    case .sums(let request): request.question.name
    }
  }
}

/// Bytes, or an order of questions, that no fit sends.
public struct RoundFault: UserError, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }

  public var blame: Blame { .data }
}
