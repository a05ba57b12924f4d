import Auditing

/// What a law, a guideline or a standard asks to be shown, with where that is written and which version
/// of the text is meant.
///
/// A pack is a reading of its text by programmers. Nobody has certified it, and texts change:
/// counsel must check it against the text in force before a document is relied on.
///
/// A pack names numbers and thresholds that stand in its text and nothing else. It gives no
/// verdict: whether a rule is met is for those who apply it.
public protocol RulePack: SendableMetatype {
  /// The name on the command line.
  static var id: String { get }
  static var title: String { get }
  static var citation: String { get }
  /// The version of this pack; it changes with any change of its contents.
  static var version: String { get }
  /// The version of the text that is cited: a year of adoption or a day from which it was in force.
  static var textVersion: String { get }
  /// What it asks for and how that is computed here.
  static var rules: [Rule] { get }
}

/// One thing that a text asks for.
public struct Rule: Sendable, Equatable, Codable {
  /// Where it stands.
  public var clause: String
  public var asks: String
  /// How a document of this program answers it.
  public var answer: String

  public init(_ clause: String, asks: String, answer: String) {
    self.clause = clause
    self.asks = asks
    self.answer = answer
  }
}

/// Every pack: one line each.
public enum RulePacks {
  public static let all: [any RulePack.Type] = [
    LocalLaw144.self,
    UniformGuidelines.self,
    AIActAnnexIV.self,
  ]

  public static func named(_ id: String) -> (any RulePack.Type)? { all.first { $0.id == id } }
}

extension RulePack {
  /// The pack as a section of a document.
  package static func section() -> ReportSection {
    ReportSection(
      "rules", "Rules that this document follows",
      [
        .definitions([
          ReportDefinition("Text", citation),
          ReportDefinition("Version of the text", textVersion),
          ReportDefinition("Rule pack", "\(id) \(version)"),
        ]),
        .table(
          ReportTable(
            "rules-table", caption: title,
            columns: [.text("Clause"), .text("Asks for"), .text("Here")],
            rows: rules.map { ReportRow([$0.clause, $0.asks, $0.answer].map { ReportCell($0) }) })),
        .note(
          "This document is no legal advice and states no verdict. The rule pack is a reading of the "
            + "version named above and has not been certified by anybody: counsel must check it "
            + "against the text in force."),
      ])
  }
}
