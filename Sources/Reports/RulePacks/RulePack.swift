import Auditing
import Datasets

/// What a law, a guideline or a standard asks to be shown, with where that is written, how binding it is,
/// and how it stood when it was read.
///
/// A pack is a reading of its texts by programmers. Nobody has certified it, and texts change:
/// counsel must check it against the text in force before a document is relied on.
///
/// A pack names numbers that stand in its texts and nothing else. It gives no verdict: whether a rule
/// applies or is met is for those who apply it.
public protocol RulePack: SendableMetatype {
  /// The name on the command line.
  static var id: String { get }
  static var title: String { get }
  static var citation: String { get }
  /// The version of this pack; it changes with any change of its contents.
  static var version: String { get }
  /// The version of the text that is cited: a year of adoption or a day from which it was in force.
  static var textVersion: String { get }
  /// The texts that lines are from.
  static var texts: [LegalText] { get }
  /// Where it applies: `US`, `EU`, `US-NY`.
  static var jurisdiction: String { get }
  /// The day on which the status of the texts was read.
  static var readOn: String { get }
  /// The trades that it is for; empty: not stated.
  static var sectors: [String] { get }
  /// What must be answered before lines that depend on it apply.
  static var questions: [PackQuestion] { get }
  /// Who signs, in roles.
  static var signatories: [String] { get }
  /// What it asks for and how that is computed here.
  static var rules: [Rule] { get }
}

extension RulePack {
  public static var texts: [LegalText] { [] }
  public static var jurisdiction: String { "not stated" }
  public static var readOn: String { "not stated" }
  public static var sectors: [String] { [] }
  public static var questions: [PackQuestion] { [] }
  public static var signatories: [String] { [] }
}

/// One thing that a text asks for.
public struct Rule: Sendable, Equatable, Codable {
  /// Where it stands.
  public var clause: String
  public var asks: String
  /// How a document of this program answers it.
  public var answer: String
  /// The text by its name in the pack.
  public var text: String
  public var basis: LegalBasis
  public var status: LegalStatus
  public var textVersion: String
  public var appliesFrom: String?
  /// The number that the text has; nil where it has none.
  public var line: LegalLine?
  /// What a reader of the line must know, besides what its text says.
  public var note: String?
  public var isVerified: Bool
  /// The legal term that the line reads as a number, or as a use of an attribute.
  public var term: String?
  /// What is measured; nil where nothing is.
  public var measure: RuleMeasure?
  /// Where sensitive attributes may be used; nil where the line says nothing of that.
  public var attribute: AttributeLine?
  /// What must be written, kept or told; nil where nothing must.
  public var duty: RuleDuty?
  /// The answers to the pack's questions under which the line applies; nil: always.
  public var answers: [String: String]?

  /// - Parameter text: gives the line its basis, status and dates.
  public init(
    _ clause: String, _ term: String? = nil, asks: String, answer: String,
    of text: LegalText = .unstated, line: LegalLine? = nil, measure: RuleMeasure? = nil,
    attribute: AttributeLine? = nil, duty: RuleDuty? = nil, when answers: [String: String]? = nil,
    note: String? = nil
  ) {
    self.term = term
    self.measure = measure
    self.attribute = attribute
    self.duty = duty
    self.answers = answers
    self.clause = clause
    self.asks = asks
    self.answer = answer
    self.text = text.id
    basis = text.basis
    status = text.status
    textVersion = text.version
    appliesFrom = text.appliesFrom
    self.line = line
    self.note = note
    isVerified = text.isVerified
  }

  enum CodingKeys: String, CodingKey {
    case clause, term, asks, answer, text, basis, status, line, note, measure, attribute, duty
    case answers = "when"
    case textVersion = "text_version"
    case appliesFrom = "applies_from"
    case isVerified = "verified"
  }

  /// The basis and the status in words: `guidance; withdrawn, since 2026-04-17`.
  public var standing: String {
    "\(basis.rawValue); "
      + LegalText(
        text, cite: "", basis: basis, status: status, version: textVersion,
        appliesFrom: appliesFrom, isVerified: isVerified
      ).standing
  }
}

/// Every pack: one line each.
public enum RulePacks {
  public static let all: [any RulePack.Type] = [
    LocalLaw144.self,
    UniformGuidelines.self,
    AIActAnnexIV.self,
    ModelRisk.self,
    CreditUnitedStates.self,
    EmploymentUnitedStates.self,
    HousingUnitedStates.self,
    EmploymentNewYork.self,
    HighRiskEurope.self,
    EqualityEurope.self,
    PrinciplesSingapore.self,
    EqualityUnitedKingdom.self,
  ]

  public static func named(_ id: String) -> (any RulePack.Type)? { all.first { $0.id == id } }

  /// The names of all packs, and the one that somebody who mistyped probably meant.
  ///
  /// Names of one region begin alike, so that beginnings tell nothing: the rest must be near.
  public static func suggestion(for id: String) -> String {
    func parts(_ name: String) -> (region: String, rest: String) {
      let parts = name.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : ("", name)
    }
    let names = all.map { $0.id }, asked = parts(id)
    let alike = names.filter { !asked.region.isEmpty && parts($0).region == asked.region }
    let nearest =
      alike.isEmpty
      ? NearestName.of(id, among: names)
      : NearestName.of(asked.rest, among: alike.map { parts($0).rest }).map {
        asked.region + "-" + $0
      }
    return NearestName.suggestion(nearest) + "; there are \(names.joined(separator: ", "))"
  }

  /// What every page that follows a pack says of it.
  public static let disclaimer =
    "A reading of the texts named, by programmers, at the date named. No legal advice, no verdict. "
    + "Whether a rule applies or is met is for counsel and the authority."
}

extension RulePack {
  /// The pack as a section of a document.
  package static func section() -> ReportSection {
    var blocks: [ReportBlock] = [
      .definitions([
        ReportDefinition("Text", citation),
        ReportDefinition("Version of the text", textVersion),
        ReportDefinition("Status read on", readOn),
        ReportDefinition("Rule pack", "\(id) \(version)"),
      ]),
      .table(
        ReportTable(
          "rules-table", caption: title,
          columns: [
            .text("Clause"), .text("Asks for"), .text("Here"), .text("Basis and status"),
          ],
          rows: rules.map { rule in
            ReportRow(
              [rule.clause, rule.asks, rule.answer, rule.standing].map { ReportCell($0) })
          })),
    ]
    let told = texts.compactMap { text in text.note.map { ReportDefinition(text.cite, $0) } }
    if !told.isEmpty { blocks.append(.definitions(told)) }
    return ReportSection(
      "rules", "Rules that this document follows",
      blocks + [
        .note(
          "\(RulePacks.disclaimer) Nobody has certified the rule pack: counsel must check it against "
            + "the text in force.")
      ])
  }
}
