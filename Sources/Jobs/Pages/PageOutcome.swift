import Datasets
import Reports

/// A document for people who do not run the program.
public struct PageOutcome: JobOutcome {
  /// The machine's form: the page itself, or a card of the Model Card Toolkit.
  public enum Document: Encodable, Sendable {
    case page(ReportDocument)
    case card(ModelCardJSON)

    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .page(let page): try page.encode(to: encoder)
      case .card(let card): try card.encode(to: encoder)
      }
    }
  }

  public var page: ReportDocument
  public var document: Document
  /// Whether files were asked for.
  public var isWritten: Bool

  public func makePage() -> ReportDocument? { page }

  /// - Parameter output: files to write the page to.
  init(
    _ page: ReportDocument, card: ModelCardJSON? = nil, output: [String], _ context: JobContext
  ) throws {
    self.page = page
    document = card.map { .card($0) } ?? .page(page)
    isWritten = !output.isEmpty
    for file in try output.documentFiles(option: "output") {
      try file.write(page, context) { [document] in try ReportJSON.text(document) }
    }
  }
}

extension OptionRecord {
  /// Where a page goes: "output" where the page is all that is made, "report" beside other results;
  /// either name is understood.
  static func pages(
    _ name: String, _ path: WritableKeyPath<Root, [String]> & Sendable
  ) -> Self {
    .texts(name, path, kind: .outputs, value: "file", DocumentFile.help)
      .spelled(OptionAliases(otherNames: ["output", "report"].filter { $0 != name }))
  }
}
