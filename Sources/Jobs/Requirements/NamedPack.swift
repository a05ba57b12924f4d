import Datasets
import Mitigation
import Reports

/// A pack that a plan or a caller names, with answers to its questions.
public struct NamedPack: Sendable, Equatable {
  public var id: String
  public var answers: [String: String]
  /// Why attributes are used, where the pack asks for a reason.
  public var justification: String?

  public init(_ id: String, answers: [String: String] = [:], justification: String? = nil) {
    self.id = id
    self.answers = answers
    self.justification = justification
  }

  /// The key under which a plan states a reason, beside answers.
  static let justificationKey = "justification"

  /// The pack itself; names were checked when they were read.
  var pack: any RulePack.Type {
    guard let found = RulePacks.named(id) else { preconditionFailure("no pack '\(id)'") }
    return found
  }

  /// What one of its lines says of the use of attributes; nil where no live line does.
  func rule(on use: AttributeUse) -> Rule? {
    let lines = pack.rules.filter { rule in
      rule.isLive && rule.applies(under: answers) && rule.attribute?.uses.contains(use) == true
    }
    return lines.max { $0.attribute!.permission < $1.attribute!.permission }
  }

  /// Questions on which lines that somebody needs depend and that have no answer.
  func unanswered(_ needs: (Rule) -> Bool) -> [PackQuestion] {
    let asked = Set(pack.rules.filter(needs).flatMap { ($0.answers ?? [:]).keys })
    return pack.questions.filter { asked.contains($0.name) && answers[$0.name] == nil }
  }
}

/// Packs as a record of a run keeps them: the digest says which state of a pack was read.
public struct PackRecord: Sendable, Equatable, Encodable {
  public var id, title, version, jurisdiction: String
  /// The day on which the status of its texts was read.
  public var readOn: String
  public var digest: String
  /// What the pack was told.
  public var answers: [String: String]
  public var justification: String?

  enum CodingKeys: String, CodingKey {
    case id, title, version, jurisdiction, answers, justification
    case readOn = "read_on"
    case digest = "sha256"
  }

  init(_ named: NamedPack) throws {
    let pack = named.pack
    id = pack.id
    title = pack.title
    version = pack.version
    jurisdiction = pack.jurisdiction
    readOn = pack.readOn
    digest = try pack.digest()
    answers = named.answers
    justification = named.justification
  }
}
