import Datasets
import Mitigation
import Models
import Reports

/// Something that can be done with data and models: a value with typed options that runs without a
/// terminal.
///
/// Its table of options is what every door reads: the command line, pipeline files, C, Python.
public protocol Job: OptionTable {
  associatedtype Outcome: JobOutcome
  /// What the job is called everywhere.
  static var name: String { get }
  /// One sentence for lists and help.
  static var summary: String { get }
  /// Under which names the job reads tables and models of the caller's.
  static var inputs: [String] { get }
  /// Throws for options that do not go together, before any file is opened.
  func check() throws
  func run(_ context: JobContext) throws -> Outcome
}

extension Job {
  public static var section: OptionSection? { .method }
  public static var inputs: [String] {
    table.filter { $0.kind == .input || $0.kind == .inputs }.map(\.name)
  }
  public func check() throws {}
}

/// What a job came to: a document for programs, and the objects behind it.
public protocol JobOutcome: Sendable {
  associatedtype Document: Encodable & Sendable
  var document: Document { get }
  var ending: JobEnding { get }
  /// The model that was fitted.
  var model: TrainedModel? { get }
  /// Columns that were made.
  var table: JobTable? { get }
  /// Every model that was fitted, in the order of the document.
  var models: [TrainedModel] { get }
  /// A file's contents that were made.
  var bytes: [UInt8] { get }
  /// The page for people, made when it is asked for; nil where the job has none.
  func makePage() throws -> ReportDocument?
  /// A part of the result as columns, made when it is asked for; nil for a name that it does not have.
  func part(_ name: String) -> JobTable?
}

extension JobOutcome {
  public var ending: JobEnding { .done }
  public var model: TrainedModel? { nil }
  public var models: [TrainedModel] { model.map { [$0] } ?? [] }
  public var table: JobTable? { nil }
  public var bytes: [UInt8] { [] }
  public func makePage() throws -> ReportDocument? { nil }
  public func part(_ name: String) -> JobTable? { nil }

  /// The result in a form: JSON is the document for programs, the others are the page for people.
  ///
  /// The bytes are those of the file that the command line writes; nil where the job has no page.
  public func rendered(as format: ReportFormat) throws -> String? {
    if format == .json { return try ReportJSON.text(document) }
    return try makePage()?.rendered(as: format)
  }
}

/// How a job ended that ended.
public enum JobEnding: Sendable, Equatable {
  case done
  /// The result is there, and did not reach the tolerance that was asked for.
  case notConverged(Phrase)
  /// The result is there, and a condition that is to stop a release holds.
  case exceeded(String)

  static func isFailure(_ status: String) -> Bool {
    !["converged", "separable"].contains(status)
  }

  /// Of one fit; nil where nothing was fitted.
  ///
  /// - Parameter options: as the fit records them.
  init(_ method: String, _ report: FitReport?, options: [String: OptionValue]) {
    guard let report, report.status != .converged else {
      self = .done
      return
    }
    let advice = FitAdvice.phrase(report.status.rawValue, method: method, options: options)
    self = .notConverged(
      Phrase(method) + ": " + Self.ended(report.status.rawValue, report.stopReason, advice))
  }

  /// Of runs, the ones that did not converge.
  init(_ runs: [(name: String, status: String, reason: String?, advice: Phrase?)]) {
    let bad = runs.filter { Self.isFailure($0.status) }
    guard let first = bad.first else {
      self = .done
      return
    }
    func told(_ run: (name: String, status: String, reason: String?, advice: Phrase?)) -> Phrase {
      Phrase("\(run.name) (") + Self.ended(run.status, run.reason, run.advice) + ")"
    }
    self = .notConverged(
      bad.dropFirst().reduce("did not reach the requested tolerance: " + told(first)) {
        $0 + "; " + told($1)
      })
  }

  /// The status, why it is so, and what to turn.
  private static func ended(_ status: String, _ reason: String?, _ advice: Phrase?) -> Phrase {
    Phrase(status + (reason.map { ": \($0)" } ?? ""))
      + (advice.map { (reason == nil ? ": " : "; ") + $0 } ?? "")
  }
}

/// Why a job did not end.
public enum JobError: UserError, Equatable, CustomStringConvertible {
  /// Options that do not go together, or that miss something.
  case usage(Phrase)
  /// Rows that cannot be used.
  case data(Phrase)
  /// The caller asked to stop; nothing was written.
  case stopped
  /// The caller asked to stop, and what was written stays.
  case halted(Phrase)

  public var blame: Blame {
    switch self {
    case .usage: .usage
    case .data: .data
    case .stopped, .halted: .stop
    }
  }

  public var description: String { text(.swift) }

  public func text(_ dialect: Dialect) -> String {
    switch self {
    case .usage(let phrase), .data(let phrase), .halted(let phrase): phrase.text(dialect)
    case .stopped: "stopped; nothing was written"
    }
  }
}
