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
  /// Whether models that are not written are lost when the job ends.
  public var keepsNothing = false
  /// How notes name options.
  public var dialect = Dialect.swift
  /// How documents name what makes them again.
  public var command: String?
  /// The program itself, for evidence packs; asked only where one is written.
  public var build: @Sendable () throws -> EvidencePack.Manifest.File? = { nil }
  /// Reads the owner's notes.
  public var ownerNotes: @Sendable (_ path: String) throws -> OwnerNotes = {
    try OwnerNotes.readJSON($0)
  }

  /// Reads a pipeline's file.
  public var readPipeline: @Sendable (_ path: String, _ seed: UInt64?) throws -> PipelineFile = {
    try PipelineFile.readJSON($0, seed: $1)
  }

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
  func note(_ phrase: Phrase) { note("note: " + phrase.text(dialect)) }

  /// Says what a reader of any result from these rows must know of how they were read.
  ///
  /// - Parameter fate: what became of rows with missing values.
  func tell<Scalar: KernelScalar>(_ rows: Dataset<Scalar>, leftOut fate: String = "left out") {
    for text in rows.told(leftOut: fate) { note("note: \(text.text(dialect))") }
  }

  /// Says which rows have no known group, and what becomes of them.
  func noteUnknown<Scalar: KernelScalar>(_ parts: [Dataset<Scalar>], _ policy: UnknownGroups) {
    for (attribute, rows) in UnknownGroups.counts(parts) {
      note("note: \(policy.phrase(attribute, rows).text(dialect))")
    }
  }

  /// Says what a reader of fits must know of groups of few rows.
  ///
  /// - Parameter advises: whether the job has the options of the method.
  func note(_ records: [FitRecord], advises: Bool = true) {
    for record in records {
      let phrases =
        record.smallGroups?.phrases(of: record.label ?? record.method, advises: advises) ?? []
      for phrase in phrases { note("note: \(phrase.text(dialect))") }
      if let remark = record.remark(record.label ?? record.method) { note("note: \(remark)") }
    }
  }

  /// Says how many rows got what all rows together would, for want of a group with a rule.
  func notePooled(_ rows: [Bool]?) {
    guard let count = rows?.count(where: { $0 }), count > 0 else { return }
    note(
      "note: \(count) \(count == 1 ? "row" : "rows") of unknown or pooled groups: predicted as all "
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
      \(review.all.drawn) of \(review.all.rows) decisions are drawn by lot, each by \(own): the same \
      row is decided alike in every call
      """ as Phrase)
  }
}

/// What a job is at.
public enum JobProgress: Sendable, Equatable {
  /// Work whose length nobody knows.
  case stage(String)
  /// 0…1, and a word on the step.
  case share(Double, String)
}
