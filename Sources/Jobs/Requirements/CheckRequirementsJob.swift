import Datasets
import Essentials
import Mitigation
import Models
import Reports

/// Holds a pipeline, a model or an audit against rule packs.
///
/// Uses of attributes are refused, warned of or to be justified as the packs say, each with its clause and, of a
/// pipeline, its line and column. Numbers of an audit are shown beside the texts' numbers, without a verdict.
public struct CheckRequirementsJob: Job {
  public static let name = "requirements-check"
  public static let summary =
    "Holds a pipeline, a model or an audit against rule packs, with clauses and places."

  public var packs: [String] = []
  /// The pipeline's file.
  public var pipeline: String?
  /// The pipeline itself, as JSON, in place of a file.
  public var text: String?
  public var model: String?
  /// The document of an audit, as a file or as JSON itself.
  public var audit: AuditDocument?
  /// Answers to the packs' questions.
  public var answers: [String] = []
  public var justification: String?

  /// Where the document of an audit is.
  public enum AuditDocument: Sendable, Equatable {
    case file(String)
    case document(OptionInput)
  }

  public init() {}

  public static let table: [OptionRecord<CheckRequirementsJob>] = [
    .texts("packs", \.packs, value: "names", "The rule packs, separated by commas."),
    .text("pipeline", \.pipeline, kind: .input, value: "file", "Pipeline file."),
    .text("text", \.text, value: "json", "The pipeline itself, as JSON, in place of a file."),
    .text("model", \.model, kind: .input, value: "file", "Model file."),
    OptionRecord(
      "audit", .input, value: "file",
      "The document of an audit, as 'audit' writes it in JSON.",
      set: { job, input throws(DataError) in
        if case .mapping = input {
          job.audit = .document(input)
        } else {
          job.audit = .file(try OptionKind.input.text(input, "audit"))
        }
      },
      get: { job in
        switch job.audit {
        case .file(let path): .text(path)
        case .document(let document): document
        case nil: nil
        }
      }),
    .texts(
      "answers", \.answers, value: "name=answer",
      "Answers to questions of the packs, as fair_priority=benefit; an unanswered question is an "
        + "error where a line depends on it."),
    .text(
      "justification", \.justification, value: "text",
      "Why attributes are used, for packs that ask for a reason."),
  ]

  public func check() throws(JobError) {
    guard !packs.isEmpty else { throw .usage("\(option: "packs") is needed") }
    if pipeline != nil && text != nil {
      throw .usage("\(option: "pipeline") and \(option: "text") exclude each other")
    }
  }

  public struct Outcome: JobOutcome {
    public struct Document: Encodable, Sendable {
      public let schema = "equipoise.requirements-check/1"
      public let disclaimer = RulePacks.disclaimer
      public var packs: [PackRecord]
      /// What the packs say of uses of attributes, by variant of a pipeline.
      public var attributes: [Subject]
      public var lines: [LineFinding]
      public var conflicts: [String]
      /// Whether a pack refuses a use, or a reason is missing.
      public var isRefused: Bool

      enum CodingKeys: String, CodingKey {
        case schema, disclaimer, packs, attributes, lines, conflicts
        case isRefused = "refused"
      }
    }

    /// A variant of a pipeline, or a model.
    public struct Subject: Encodable, Sendable {
      public var name: String
      public var findings: [AttributeFinding]
    }

    public var document: Document
    public var ending: JobEnding {
      let refused = document.attributes.flatMap { subject in
        subject.findings.filter(\.isStopping).map { finding in
          let place = finding.line.map { ":\($0):\(finding.column!)" } ?? ""
          return "\(subject.name)\(place): \(finding.message)"
        }
      }
      return refused.isEmpty ? .done : .exceeded(refused.joined(separator: "\n  and: "))
    }
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    // A model may be the caller's own, which is known only now.
    let model = try context.model("model", file: model)
    guard pipeline != nil || text != nil || model != nil || audit != nil else {
      throw JobError.usage(
        "\(option: "pipeline"), \(option: "model") or \(option: "audit") is needed")
    }
    let named = try namedPacks()
    var subjects = try plans(named, context)
    if let model {
      try Self.requireAnswers(named) { $0.attribute != nil }
      let uses = model.usedAttributes.map { PlacedUse($0, nil) }
      subjects.append(.init(name: model.method, findings: named.findings(uses)))
    }
    let lines = try audited(named)
    return Outcome(
      document: .init(
        packs: try named.map { try PackRecord($0) }, attributes: subjects, lines: lines,
        conflicts: named.conflicts(),
        isRefused: subjects.contains { $0.findings.contains(where: \.isStopping) }))
  }

  private func namedPacks() throws -> [NamedPack] {
    var given: [String: String] = [:]
    for answer in answers {
      guard let sign = answer.firstIndex(of: "=") else {
        throw JobError.usage("\(set: "answers", answer): expected NAME=ANSWER")
      }
      given[String(answer[..<sign])] = String(answer[answer.index(after: sign)...])
    }
    let found = try packs.map { try RulePacks.found($0) }
    let questions = found.flatMap { $0.questions }
    for (name, answer) in given.sorted(by: { $0.key < $1.key }) {
      let question = try NearestName.find(name, in: questions, what: "question of the packs") {
        $0.name
      }
      guard question.oneOf.contains(answer) else {
        throw JobError.usage(
          "\(set: "answers", name + "=" + answer): expected one of \(question.oneOf.joined(separator: ", "))"
        )
      }
    }
    return found.map { pack in
      let own = Set(pack.questions.map(\.name))
      return NamedPack(
        pack.id, answers: given.filter { own.contains($0.key) }, justification: justification)
    }
  }

  private func plans(
    _ named: [NamedPack], _ context: JobContext
  ) throws -> [Outcome.Subject] {
    let file: PipelineFile
    if let text {
      file = try PipelineFile.parse(text, tables: context.tables)
    } else if let pipeline {
      file = try PipelineFile.read(pipeline, tables: context.tables)
    } else {
      return []
    }
    try Self.requireAnswers(named) { $0.attribute != nil }
    return file.plans.map { plan in
      .init(name: plan.name, findings: named.findings(plan.attributeUses))
    }
  }

  private func audited(_ named: [NamedPack]) throws -> [LineFinding] {
    let numbers: AuditNumbers
    switch audit {
    case nil: return []
    case .file(let path):
      let bytes = try FileBytes.open(path)
      numbers = try Self.numbers(bytes.array(0..<bytes.count), named: path)
    case .document(let document):
      numbers = try Self.numbers(
        Array(try CanonicalJSON.text(document).utf8), named: "the document")
    }
    try Self.requireAnswers(named) { $0.measure != nil }
    return numbers.findings(named)
  }

  private static func numbers(_ text: [UInt8], named name: String) throws -> AuditNumbers {
    do { return try CanonicalJSON.value(AuditNumbers.self, from: text) } catch {
      throw JobError.data("\(name): not the document of an audit: \(error)")
    }
  }

  private static func requireAnswers(
    _ named: [NamedPack], _ needs: (Rule) -> Bool
  ) throws(JobError) {
    for pack in named {
      guard let question = pack.unanswered(needs).first else { continue }
      throw .usage(
        """
        the pack '\(pack.id)' asks: \(question.asks) \
        \(set: "answers", question.name + "=" + question.oneOf.joined(separator: "|"))
        """)
    }
  }
}
