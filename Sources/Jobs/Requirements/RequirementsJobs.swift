import Datasets
import Reports

/// Lists the rule packs.
public struct ListRequirementsJob: Job {
  public static let name = "requirements-list"
  public static let summary = "Lists the rule packs: whose law they read, and when it was read."

  public init() {}

  public static let table: [OptionRecord<ListRequirementsJob>] = []

  public struct Outcome: JobOutcome {
    /// A pack in one line.
    public struct Entry: Encodable, Sendable {
      public var id, title, version, jurisdiction: String
      public var sectors: [String]
      public var readOn: String
      public var lines: Int
      public var digest: String

      enum CodingKeys: String, CodingKey {
        case id, title, version, jurisdiction, sectors, lines
        case readOn = "read_on"
        case digest = "sha256"
      }
    }

    public var document: [Entry]
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    return Outcome(
      document: try RulePacks.all.map { pack in
        Outcome.Entry(
          id: pack.id, title: pack.title, version: pack.version, jurisdiction: pack.jurisdiction,
          sectors: pack.sectors, readOn: pack.readOn, lines: pack.rules.count,
          digest: try pack.digest())
      })
  }
}

/// Shows a rule pack: every line with clause, basis, status and dates.
public struct ShowRequirementsJob: Job {
  public static let name = "requirements-show"
  public static let summary =
    "Shows a rule pack: every line with its clause, basis, status, dates and number."

  public var pack = ""

  public init() {}

  public static let table: [OptionRecord<ShowRequirementsJob>] = [
    .text(
      "pack", \.pack, isRequired: true, isPositional: true,
      "The pack: one of those that are listed.")
  ]

  public struct Outcome: JobOutcome {
    public var pack: any RulePack.Type
    public var document: RulePackDocument { RulePackDocument(pack) }
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    return Outcome(pack: try RulePacks.found(pack))
  }
}

extension RulePacks {
  /// The pack of a name, or an error that lists all.
  static func found(_ id: String) throws(DataError) -> any RulePack.Type {
    guard let found = named(id) else {
      throw .unknownName(id, what: "rule pack", nearest: nil, hint: Phrase(suggestion(for: id)))
    }
    return found
  }
}
