import Auditing
import Datasets

/// A document before it has a format: what a renderer turns into HTML, Markdown, CSV or JSON.
///
/// Every number in a table is a `ReportCell` that keeps the value it was written from and, for a
/// share of rows, the two counts that it is the quotient of.
public struct ReportDocument: Sendable, Equatable, Codable {
  public static let schemaName = "equipoise.report/1"

  public var schema = schemaName
  /// `"audit"`, `"ll144"`, `"four-fifths"`, `"model-card"`, `"datasheet"`, `"compare"`, `"frontier"`,
  /// `"pipeline"`, `"bench"`.
  public var kind: String
  public var title: String
  public var subtitle: String
  /// Which values of the label and of the decisions are positive.
  public var positives: PositiveValues?
  /// The few numbers that a reader looks for first.
  public var facts: [ReportFact]
  public var sections: [ReportSection]

  public init(
    kind: String, title: String, subtitle: String, positives: PositiveValues? = nil,
    facts: [ReportFact] = [], sections: [ReportSection] = []
  ) {
    self.positives = positives.flatMap { $0.isEmpty ? nil : $0 }
    self.kind = kind
    self.title = title
    self.subtitle = subtitle
    self.facts = facts
    self.sections = sections
  }

  /// All tables in the order in which they are read.
  public var tables: [ReportTable] {
    sections.flatMap(\.blocks).compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  public var figures: [ReportFigure] {
    sections.flatMap(\.blocks).flatMap { block -> [ReportFigure] in
      if case .figures(let figures) = block { figures } else { [] }
    }
  }
}

/// A number with what it is, large, at the head of a document.
public struct ReportFact: Sendable, Equatable, Codable {
  public var label: String
  public var value: String
  public var detail: String

  public init(_ label: String, _ value: String, _ detail: String = "") {
    self.label = label
    self.value = value
    self.detail = detail
  }
}

/// A part of a document with a heading.
public struct ReportSection: Sendable, Equatable, Codable {
  /// Unique in the document; letters, digits and hyphens.
  public var id: String
  public var title: String
  public var blocks: [ReportBlock]

  public init(_ id: String, _ title: String, _ blocks: [ReportBlock] = []) {
    self.id = id
    self.title = title
    self.blocks = blocks
  }
}

/// What a section is made of.
public enum ReportBlock: Sendable, Equatable, Codable {
  case heading(String)
  case text(String)
  /// What a reader must know before using the numbers.
  case note(String)
  case list([String])
  case definitions([ReportDefinition])
  case table(ReportTable)
  case figures([ReportFigure])
  /// Text that is to be copied as it stands.
  case code(String)
  /// A line to be filled in by hand.
  case blanks([String])
}

/// A term with what is said of it.
public struct ReportDefinition: Sendable, Equatable, Codable {
  public var term: String
  public var text: String
  /// The key of the owner's notes that would state it; nil where it is stated, and no part of files.
  var missingKey: String?

  enum CodingKeys: String, CodingKey { case term, text }

  public init(_ term: String, _ text: String) {
    self.term = term
    self.text = text
  }
}

/// A picture as SVG text without any reference to the outside.
public struct ReportFigure: Sendable, Equatable, Codable {
  public var id: String
  public var title: String
  /// What the picture shows, for those who do not see it.
  public var description: String
  public var svg: String
  /// Drawn at a page's whole width; nil at half of it.
  public var isWide: Bool?
  /// The same picture for a narrow screen, where the first is too wide for one.
  public var narrow: String?

  enum CodingKeys: String, CodingKey {
    case id, title, description, svg
    case narrow = "narrow_svg"
    case isWide = "is_wide"
  }

  public init(id: String, title: String, description: String, svg: String, isWide: Bool? = nil) {
    self.id = id
    self.title = title
    self.description = description
    self.svg = svg
    self.isWide = isWide
  }
}
