import Datasets
import LinearAlgebra
import Mitigation
import Models
import Reports

/// What surrounds a job: threads, the seed, tables and models of the caller, and whom to tell.
public struct JobContext: Sendable {
  public var pool: WorkerPool
  /// Of everything random.
  public var seed: UInt64
  /// Tables by the names of the options that would say where they are: `data`, `test_data`.
  public var tables: [String: DataLocation] = [:]
  /// Models by the names of the options that would say where they are.
  public var models: [String: TrainedModel] = [:]
  /// Whether the caller wants to stop, asked between steps.
  public var shouldStop: @Sendable () -> Bool = { false }
  /// Told what the job is at.
  public var progress: @Sendable (JobProgress) -> Void = { _ in }
  /// Told what a reader of the result must know.
  public var note: @Sendable (String) -> Void = { _ in }
  /// Told the same where it names options, for documents, which spell them their own way.
  var heard: @Sendable (Phrase) -> Void = { _ in }
  /// Whether models that are not written are lost when the job ends.
  public var keepsNothing = false
  /// How notes name options.
  public var dialect = Dialect.swift
  /// How documents name what makes them again.
  public var command: String?
  /// Where the engine's program is, for jobs that start it; nil where the caller is another program.
  public var program: String?
  /// The program itself, for evidence packs; asked only where one is written.
  public var build: @Sendable () throws -> EvidencePack.Manifest.File? = { nil }

  public init(pool: WorkerPool = .default, seed: UInt64 = 0) {
    self.pool = pool
    self.seed = seed
  }

  /// Throws when the caller asked to stop: nothing is written then.
  public func checkStopped() throws(JobError) {
    if shouldStop() { throw .stopped }
  }

  /// A model under the name of an option: the caller's, or a file's.
  func model(_ name: String, file: String?) throws -> TrainedModel? {
    try models[name] ?? file.map { try ModelStore.read($0) }
  }

  /// Says something that names options.
  func note(_ phrase: Phrase) {
    heard(phrase)
    note("note: " + phrase.text(dialect))
  }

  /// Says what a reader of any result from these rows must know of how they were read.
  ///
  /// - Parameter fate: what became of rows with missing values.
  func tell<Scalar: KernelScalar>(_ rows: Dataset<Scalar>, leftOut fate: String = "left out") {
    for text in rows.told(leftOut: fate) { note(text) }
  }

  /// Says which rows have no known group, and what becomes of them.
  func noteUnknown<Scalar: KernelScalar>(_ parts: [Dataset<Scalar>], _ policy: UnknownGroups) {
    for (attribute, rows) in UnknownGroups.counts(parts) {
      note(policy.phrase(attribute, rows))
    }
  }

  /// Says what a reader of fits must know of groups of few rows.
  ///
  /// - Parameter advises: whether the job has the options of the method.
  func note(_ records: [FitRecord], advises: Bool = true) {
    var told: [(text: Phrase, runs: [FitRecord])] = []
    for record in records {
      let phrases =
        record.smallGroups?.phrases(
          of: "", advises: record.takesLeastGroup, hasOptions: advises) ?? []
      for text in phrases + (record.remark("").map { [Phrase($0)] } ?? []) {
        if let known = told.firstIndex(where: { $0.text == text }) {
          told[known].runs.append(record)
        } else {
          told.append((text, [record]))
        }
      }
    }
    for (text, runs) in told { note(Phrase(Self.named(runs)) + text) }
  }

  /// Runs that one sentence is about: all names of a few, and the count of many.
  private static func named(_ runs: [FitRecord]) -> String {
    let names = runs.map { $0.label ?? $0.method }
    guard names.count > 1 else { return names[0] }
    let rest = names.count - mostNamed
    return "each of \(names.count) runs (\(names.prefix(mostNamed).joined(separator: ", "))"
      + (rest > 0 ? " and \(rest) more)" : ")")
  }

  private static let mostNamed = 3

  /// Says how many rows got what all rows together would, for want of a group with a rule.
  func notePooled(_ rows: [Bool]?) { notePooled(rows?.count { $0 } ?? 0) }

  func notePooled(_ count: Int) {
    guard count > 0 else { return }
    note(
      "note: \(NumberText.counted(count, "row")) of unknown or pooled groups: predicted as all "
        + "rows together would be")
  }

  /// Says how decisions are drawn, where some are.
  ///
  /// - Parameter identifier: the column that names each record.
  func noteDraws(_ review: DecisionReview, by identifier: String?) {
    guard review.all.drawn > 0 else { return }
    let own: Phrase =
      identifier.map { "column '\($0)'" }
      ?? "the row's own contents (\(option: "id") names a column that stays when they change)"
    note(
      """
      \(NumberText.count(review.all.drawn)) of \(NumberText.count(review.all.rows)) decisions are drawn by lot, each by \(own): the same \
      row is decided alike in every call
      """ as Phrase)
  }
}

extension FitRecord {
  /// Whether its method can be told how many rows bind a group.
  var takesLeastGroup: Bool { Mitigations.takesLeastGroup(method, options: options) }
}

/// What a job is at.
public enum JobProgress: Sendable, Equatable {
  /// Work whose length nobody knows.
  case stage(String)
  /// 0…1, and a word on the step.
  case share(Double, String)
}
