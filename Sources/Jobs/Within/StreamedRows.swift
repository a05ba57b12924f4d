import Datasets
import LinearAlgebra

/// The rows of a packed file a few at a time, as a model or their own columns say how to read them.
struct StreamedRows<Scalar: KernelScalar> {
  let file: PackedBlocks
  private var reader: DataReader
  /// Of the model that they are meant for.
  private let encoder: FeatureEncoder?
  /// What they tell of the table, as far as they were read.
  private var evidence: TableEvidence<Scalar>?
  private var meaning = OutcomeMeaning()

  init(_ file: PackedBlocks, _ reader: DataReader, encoder: FeatureEncoder? = nil) {
    self.file = file
    self.reader = reader
    self.encoder = encoder
  }

  var options: DataOptions { reader.options }
  /// Those that were read and not left out.
  var count: Int { evidence?.rows ?? 0 }

  /// Whether labels or decisions mean what their values in all rows say: a model knows those of its own
  /// label.
  private var hasOpenMeaning: Bool {
    let options = reader.options
    return options.prediction != nil || options.label != nil && options.label != encoder?.label
  }

  /// Reads the columns that labels and decisions stand in, where these mean what all of their values
  /// say.
  ///
  /// - Parameter groups: also looks which groups there are.
  /// - Returns: the groups of each attribute and control, where they were asked for.
  @discardableResult
  mutating func findMeaning(
    groups isAsked: Bool = false, _ context: JobContext
  ) throws -> GroupLists? {
    guard hasOpenMeaning || isAsked else { return nil }
    var first = reader
    // Which rows are left out for missing values depends on all columns.
    if encoder == nil, reader.options.missing != .drop {
      first.options = reader.options.ofOutcomes(groups: isAsked)
    }
    var known: TableEvidence<Float>?, groups = GroupLists(reader.options)
    for piece in file.pieces {
      try context.checkStopped()
      let rows = try first.piece(.blocks(piece), encoder: encoder, evidence: &known)
      if isAsked { _ = try groups.add(rows) }
    }
    try known?.requireRows()
    if hasOpenMeaning, let known {
      meaning = try known.meaning()
      reader = reader.meaning(meaning)
    }
    return isAsked ? groups : nil
  }

  /// Calls with the rows of each piece, one after the other; some may have none.
  mutating func forEach(
    _ stage: String, _ context: JobContext, _ body: (Dataset<Scalar>) throws -> Void
  ) throws {
    let pieces = file.pieces
    for (k, piece) in pieces.enumerated() {
      try context.checkStopped()
      context.progress(.share(Double(k) / Double(pieces.count), stage))
      try body(reader.piece(.blocks(piece), encoder: encoder, evidence: &evidence))
    }
    try evidence?.requireRows()
  }

  /// Says what a reader of any result must know of the rows that were read.
  func tell(_ context: JobContext, leftOut fate: String) {
    let notes = evidence?.notes(meaning, for: encoder, leftOut: fate) ?? []
    for note in notes { context.note(note) }
  }
}

extension DataOptions {
  /// The roles of labels and decisions, and no others.
  fileprivate func ofOutcomes(groups: Bool) -> DataOptions {
    var options = self
    if !groups {
      options.sensitive = []
      options.controls = []
      options.bins = [:]
    }
    options.continuous = []
    options.weights = nil
    options.identifier = nil
    options.mode.numbers = []
    options.mode.texts = []
    options.mode.keepsIdentifier = false
    options.mode.packsFeatures = false
    options.mode.tellsMissing = false
    return options
  }
}
