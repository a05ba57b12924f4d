import Auditing
import Datasets
import LinearAlgebra
import Mitigation
import Models
import Reports
import Rounds
import Synchronization

/// The same job where the rows are not to be in memory all at once.
extension TrainJob {
  /// Fits by readings of a packed file, and measures by one more.
  func run<Scalar: KernelScalar>(
    within bytes: Int, _ context: JobContext, _ type: Scalar.Type
  ) throws -> Outcome {
    guard let name = method.name else { throw JobError.usage("a METHOD is needed") }
    let mitigation = try Mitigations.named(name)
    let options = try method.checked(mitigation.options, of: mitigation.name, Self.self)
    try requireReadings(mitigation)
    let told = ToldPhrases()
    var context = context
    context.heard = { told.add($0) }
    let clock = ContinuousClock()
    var laps = [clock.now]
    let work = try StreamedFit<Scalar>(self, within: bytes, context)
    laps.append(clock.now)
    work.tell(context)
    context.progress(
      .stage(
        "fitting '\(mitigation.name)' to \(NumberText.count(work.split.trainRows)) rows"))
    var (model, packed) = try work.fit(mitigation, options)
    try context.checkStopped()
    laps += [packed, clock.now]
    let seconds = zip(laps, laps.dropFirst()).map { ($1 - $0) / .seconds(1) }
    context.progress(.stage("measuring the fit"))
    var document = try work.measured(model, (mitigation, options), seconds: seconds)
    try context.checkStopped()
    context.note([document])
    let features = model.encoder.numeric.count + model.encoder.categorical.count
    document.describe(work.listed, features: features, notes: told.phrases)
    model.training = try work.training()
    if let file = self.model {
      try ModelStore.write(model, to: file)
    } else if context.keepsNothing {
      context.note("the model is not kept: \(set: "model", "FILE") writes it to a file" as Phrase)
    }
    return Outcome(model: model, document: document, split: work.listed, features: features)
  }

  private func requireReadings(_ method: any Mitigation.Type) throws(DataError) {
    guard !(method is any SourceMitigation.Type) else {
      if checkpoint == nil { return }
      throw .option("checkpoint", "'\(method.name)' does not support checkpoints")
    }
    throw .option(
      MemoryInput.name,
      """
      '\(method.name)' needs all rows in memory; within a limit fit: \
      \(Mitigations.overParts.joined(separator: ", "))
      """)
  }
}

/// A fit to the rows of a packed file that are read a few at a time, and what it comes to.
struct StreamedFit<Scalar: KernelScalar> {
  private let job: TrainJob
  private let context: JobContext
  private let file: PackedBlocks
  /// Of the rows to test on, where these have a file of their own.
  private let testFile: PackedBlocks?
  private let budget: MemoryBudget
  private let reader: DataReader
  private(set) var split: StreamedSplit

  init(_ job: TrainJob, within bytes: Int, _ context: JobContext) throws {
    self.job = job
    self.context = context
    context.progress(.stage("reading the data"))
    file = try job.data.packed(context)
    let isTable = context.tables["test_data"] != nil
    let tested = job.split.file != nil || isTable
    testFile =
      tested ? try MemoryInput.packed(job.split.file, isTable: isTable, "test_data") : nil
    budget = MemoryBudget(
      bytes, [file] + (testFile.map { [$0] } ?? []), threads: context.pool.threads)
    try budget.requireReading()
    reader = DataReader(options: try job.data.options(), pool: context.pool)
    split = try StreamedSplit(
      file, reader, fraction: tested ? 0 : job.split.share ?? Split.usualTestShare,
      seed: context.seed)
    if let testFile {
      split.test(
        on: testFile.pieces,
        try StreamedSplit(testFile, reader, fraction: 0, seed: context.seed))
    }
  }

  /// Says what a reader of the result must know of the rows.
  func tell(_ context: JobContext) {
    for note in split.notes { context.note(note) }
    for (attribute, rows) in split.unknown {
      context.note(job.unknown.policy.phrase(attribute, rows))
    }
  }

  /// - Returns: also when the rows were encoded.
  func fit(
    _ method: any Mitigation.Type, _ options: MethodOptions
  ) throws -> (TrainedModel, packed: ContinuousClock.Instant) {
    let budget = budget, rows = split.trainRows, levels = split.levels
    let part = PartRows(pieces: split.train, reader.options, pool: context.pool) { layout in
      try budget.room(layout, rows: rows, levels: levels)
    }
    var fitContext = FitContext(
      seed: context.seed, pool: context.pool, shouldStop: context.shouldStop)
    let context = context
    fitContext.progress = { context.progress(.share($0, $1)) }
    var fit = RoundsFit(
      reader.options, precision: job.data.precision == .double ? .double : .float,
      unknown: job.unknown.policy, context: fitContext, part: part)
    fit.source = file.path
    let packed = Mutex(ContinuousClock().now)
    fit.whenPacked = { packed.withLock { $0 = ContinuousClock().now } }
    return (try fit.fit(method, options), packed.withLock { $0 })
  }

  /// What documents say of the rows.
  var listed: RunsReport.Split {
    RunsReport.Split(
      training: split.trainRows, test: split.testRows,
      groups: split.groups.map { attribute in
        let names = attribute.groups.filter { name in
          job.unknown.policy.compares || !UnknownGroups.isUnknown(name, of: attribute.name)
        }
        return (attribute.name, names)
      })
  }

  /// Where the training rows are from.
  func training() throws(DataError) -> TrainingRows {
    TrainingRows(
      digest: try DataDigest.of(.path(file.path), pool: context.pool), rows: split.trainRows,
      records: file.rows)
  }

  // MARK: - Measures

  /// What is told of a model, by one reading of the training rows and one of the test rows.
  ///
  /// - Parameter seconds: of finding out which rows there are, of encoding them, of the fit.
  func measured(
    _ model: TrainedModel, _ method: (kind: any Mitigation.Type, options: MethodOptions),
    seconds: [Double]
  ) throws -> FitRecord {
    var document = FitRecord(
      model, load: seconds[0], pack: seconds[1], fit: seconds[2],
      peakMemory: ProcessMemory.peakBytes)
    var known: TableEvidence<Scalar>?
    let onTrain = try measures(model, split.train, rows: split.trainRows, &known)
    document.trainConstraint = try onTrain.constraint(method.kind, method.options)
    document.decisions = onTrain.review
    document.train = onTrain.metrics()
    guard let test = split.test, let rows = split.testRows else { return document }
    var evidence: TableEvidence<Scalar>?
    let onTest = try measures(model, test, rows: rows, &evidence)
    if let evidence, testFile != nil {
      for note in evidence.notes(for: model.encoder, leftOut: "of the test rows left out") {
        context.note(note)
      }
    }
    document.testConstraint = try onTest.constraint(method.kind, method.options)
    document.decisions = onTest.review
    document.test = onTest.metrics()
    document.peakMemoryBytes = ProcessMemory.peakBytes
    return document
  }

  private func measures(
    _ model: TrainedModel, _ pieces: [PackedPiece], rows: Int,
    _ evidence: inout TableEvidence<Scalar>?
  ) throws -> StreamedMeasures {
    let isWeighted = reader.options.weights != nil
    var measures = StreamedMeasures(
      model, groups: split.groups, threshold: job.threshold, unknown: job.unknown.policy,
      scores: budget.holdsScores(rows: rows, isWeighted: isWeighted) ? rows : nil,
      pool: context.pool)
    for piece in pieces {
      try context.checkStopped()
      try measures.add(
        reader.piece(.blocks(piece), encoder: model.encoder, evidence: &evidence))
    }
    return measures
  }
}
