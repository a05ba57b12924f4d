import Auditing
import Essentials

/// The form that a document is written in.
public enum ReportFormat: String, Sendable, CaseIterable {
  case html
  case markdown
  case csv
  case json

  /// By the end of a file's name; nil for one that is not known.
  public init?(file: String) {
    let name = file.lowercased()
    if name.hasSuffix(".html") || name.hasSuffix(".htm") {
      self = .html
    } else if name.hasSuffix(".md") || name.hasSuffix(".markdown") {
      self = .markdown
    } else if name.hasSuffix(".csv") {
      self = .csv
    } else if name.hasSuffix(".json") {
      self = .json
    } else {
      return nil
    }
  }

  public static let suffixes = ".html, .md, .csv or .json"
}

extension ReportDocument {
  /// The document in a format; the same document gives the same bytes.
  public func rendered(as format: ReportFormat) throws -> String {
    switch format {
    case .html: return HTMLRenderer.render(self)
    case .markdown: return MarkdownRenderer.render(self)
    case .csv: return CSVRenderer.render(self)
    case .json: return try ReportJSON.text(self)
    }
  }
}

/// JSON with sorted keys that ends with a newline.
public enum ReportJSON {
  public static func text(_ value: some Encodable) throws -> String {
    try CanonicalJSON.text(value, .indented) + "\n"
  }
}
