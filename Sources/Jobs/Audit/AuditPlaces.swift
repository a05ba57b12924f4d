import Auditing
import Criteria
import Datasets
import Essentials
import Models
import Reports

/// Where an audit's documents go.
public struct AuditPlaces: OptionTable {
  /// Files, each in the format that its name ends in.
  public var report: [String] = []
  /// A folder for documents, counts and digests.
  public var evidence: String?
  /// A hash-chained log.
  public var log: String?
  /// Documents are of two pages.
  public var isBrief = false

  public init() {}

  public static let section: OptionSection? = .output

  public static let table: [OptionRecord<AuditPlaces>] = [
    .pages("report", \.report),
    .flag(
      "brief", \.isBrief,
      "The document on two pages: the summary, the leading rates and gaps, and signatures."),
    .text(
      "evidence", \.evidence, kind: .output, value: "folder",
      "Folder for an evidence pack: documents, counts and digests."),
    .text(
      "log", \.log, kind: .output, value: "file", "Hash-chained log to add this audit to."),
  ]

  public func check() throws(JobError) { _ = try report.documentFiles(option: "report") }

  var isAsked: Bool { !report.isEmpty || evidence != nil || log != nil }

  /// - Parameter manifest: what went into the audit; asked only for an evidence pack.
  func write(
    _ page: AuditPage, _ result: AuditResult, _ counts: OutcomeCounts?,
    _ told: ReportContext, _ manifest: () throws -> EvidencePack.Manifest, _ context: JobContext
  ) throws {
    for file in try report.documentFiles(option: "report") {
      try file.write(page.shown(isBrief), context) {
        String(decoding: try result.json(), as: UTF8.self)
      }
    }
    var content = [
      "command": told.command ?? "",
      "audit_sha256": Digest.sha256(of: try result.json()),
    ]
    for (name, digest) in told.digests { content["sha256 of \(name)"] = digest }
    if let evidence {
      content["evidence_sha256"] = try EvidencePack(result, page.whole, counts).write(
        try manifest(), to: evidence)
      context.note("wrote the evidence pack \(evidence)")
    }
    if let log {
      let chain = try AuditLog(log).append(kind: "audit", content: content, date: told.date)
      context.note("entry \(chain.entries.count) of \(log): \(chain.head)")
    }
  }
}

/// An audit's document, whole and on two pages; an evidence pack has the whole one.
struct AuditPage {
  let whole: ReportDocument
  let brief: ReportDocument

  init(_ report: AuditReport) {
    whole = report.document()
    brief = report.brief()
  }

  init(_ report: TaskReport) {
    whole = report.document()
    brief = report.brief()
  }

  func shown(_ isBrief: Bool) -> ReportDocument { isBrief ? brief : whole }
}

extension EvidencePack {
  /// What every audit leaves: its document for programs, for people, and the counts behind it.
  package init(_ result: AuditResult, _ document: ReportDocument, _ counts: OutcomeCounts?) throws {
    self.init()
    add("audit.json", String(decoding: try result.json(), as: UTF8.self))
    add("report.html", try document.rendered(as: .html))
    add("report.md", try document.rendered(as: .markdown))
    add("report.csv", try document.rendered(as: .csv))
    if let counts { try add(counts) }
  }
}
