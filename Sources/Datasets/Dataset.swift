import LinearAlgebra

/// Seconds of wall clock that reading took.
public struct ReadSeconds: Sendable, Equatable {
  /// From the file to packed columns.
  public var load = 0.0
  /// From packed columns to the design matrix.
  public var pack = 0.0
}

/// In which rows a column has no value.
public struct Absence: Sendable {
  public var column: String
  /// Shape `(n)`: 1 where the value is missing.
  public var flags: Buffer<UInt8>
}

/// Rows ready for a method or an audit: features, labels, weights, groups, and how they came about.
public struct Dataset<Scalar: KernelScalar>: Sendable {
  public private(set) var encoder: FeatureEncoder
  public private(set) var features: DesignMatrix<Scalar>
  /// Shape `(n)`, 0 or 1; nil when the table has no label column.
  public private(set) var labels: Buffer<UInt8>?
  /// Shape `(n)`, at least 0; nil means 1 for each row.
  public private(set) var sampleWeights: [Double]?
  /// How many rows each row stands for, shape `(n)`; nil means 1.
  public private(set) var multiplicities: [Int]?
  /// The sensitive attributes in the order asked for.
  public private(set) var attributes: [GroupIndex]
  /// Attributes whose combinations are the strata that groups are compared within.
  public private(set) var controls: [GroupIndex]
  /// A hash of each record's identifier, shape `(n)`; nil when the table has none.
  public private(set) var keys: Buffer<UInt64>?
  /// Columns asked for as plain numbers, shape `(n)` each.
  public private(set) var columns: [String: [Double]]
  /// Shape `(n)`, 0 or 1: the column of decisions, where one was asked for.
  public var predictions: Buffer<UInt8>?
  /// Which values of the label and of the decisions are positive.
  public var positives = PositiveValues()
  /// Columns that were asked for as texts, by record of the table; nil for a missing value.
  public var texts: [(name: String, values: [String?])] = []
  /// The table that the rows are from, and which of its records they are.
  public private(set) var origin: RowOrigin
  /// Where columns that were watched have no value.
  public var absences: [Absence] = []
  /// What a reader of any result must know of how columns were read.
  public var notes: [Phrase] = []
  /// Features that nobody declared, and that look like keys or dates.
  public var keysAndDates: [String] = []
  /// What becomes of rows whose attributes are not all known.
  public var unknown = UnknownGroups.ownGroup
  /// Whether rows of unknown groups stand in the table and not here: a model that looks at groups is
  /// to answer for them all the same.
  public private(set) var leavesOutUnknown = false
  /// What reading cost; zero for rows that were never in a file.
  public var seconds = ReadSeconds()
  /// Whether somebody has made sure that every feature is a number within its range.
  public var hasCheckedFeatures = false

  public var rows: Int { features.rows }
  /// The file or built-in table that the rows are from.
  public var source: String { origin.source }
  /// The record of the table that each row is from, counted from 0, shape `(n)`.
  public var sourceRows: [Int] { origin.records }
  /// The records of the table that were left out, counted from 0, ascending.
  public var leftOut: [Int] { origin.leftOut }
  /// The numbers to predict, shape `(n)`; nil where labels are classes, or the table has none.
  public var targets: [Double]? { encoder.options.target.flatMap { columns[$0] } }

  /// - Parameter origin: nil: rows that were never in a table, called `source`.
  public init(
    source: String, encoder: FeatureEncoder, features: DesignMatrix<Scalar>, labels: Buffer<UInt8>?,
    sampleWeights: [Double]? = nil, attributes: [GroupIndex] = [], controls: [GroupIndex] = [],
    keys: Buffer<UInt64>? = nil, columns: [String: [Double]] = [:], origin: RowOrigin? = nil,
    multiplicities: [Int]? = nil
  ) {
    let n = features.rows
    precondition(labels == nil || labels!.count == n, "a label for each row")
    precondition(sampleWeights == nil || sampleWeights!.count == n, "a weight for each row")
    precondition(
      (attributes + controls).allSatisfy { $0.rows == n }, "a group for each row")
    precondition(keys == nil || keys!.count == n, "a key for each row")
    precondition(columns.values.allSatisfy { $0.count == n }, "a number for each row")
    self.encoder = encoder
    self.features = features
    self.labels = labels
    self.sampleWeights = sampleWeights
    self.attributes = attributes
    self.controls = controls
    self.keys = keys
    self.columns = columns
    self.origin = origin ?? RowOrigin(source: source, rows: n)
    self.multiplicities = multiplicities
    precondition(multiplicities == nil || multiplicities!.count == n, "a number for each row")
  }

  /// What a reader of any result must know of how rows and columns were read.
  ///
  /// - Parameter fate: what became of rows with missing values.
  public func told(leftOut fate: String = "left out") -> [Phrase] {
    notes + (origin.leftOutNote(fate).map { [$0] } ?? [])
  }

  /// The place of a row as errors give it: the line of the file, quoted line ends and rows left out
  /// counted; of what has no lines, the number of the record, counted from 1.
  public func line(ofRow row: Int) -> Int { origin.place(ofRow: row) }

  /// A choice of the rows, with everything that is known of them.
  public func select(_ choice: RowChoice) -> Dataset {
    var part = self
    part.features = choice.of(features)
    part.labels = labels.map { choice.of($0) }
    part.sampleWeights = sampleWeights.map { choice.of($0) }
    part.multiplicities = multiplicities.map { choice.of($0) }
    part.attributes = attributes.map { choice.of($0) }
    part.controls = controls.map { choice.of($0) }
    part.keys = keys.map { choice.of($0) }
    part.columns = columns.mapValues { choice.of($0) }
    part.predictions = predictions.map { choice.of($0) }
    part.absences = absences.map { Absence(column: $0.column, flags: choice.of($0.flags)) }
    part.origin = origin.select(choice)
    return part
  }

  /// The same rows with other attributes.
  public func with(attributes: [GroupIndex]) -> Dataset {
    var changed = self
    changed.attributes = attributes
    precondition(attributes.allSatisfy { $0.rows == rows }, "a group for each row")
    return changed
  }

  mutating func leaveOutUnknownLevels() {
    attributes = attributes.map { $0.withoutUnknownLevel() }
    leavesOutUnknown = true
  }

  /// Rows `range` over the same memory.
  public func slice(_ range: Range<Int>) -> Dataset { select(.range(range)) }

  /// A choice of the rows, copied.
  public func selecting(_ rows: [Int]) -> Dataset { select(.rows(rows)) }

  /// Some of the rows, copied, whose attributes have the groups of those rows and no others.
  public func part(_ rows: [Int]) -> Dataset {
    var part = selecting(rows)
    part.attributes = part.attributes.map { $0.withoutEmptyGroups() }
    part.controls = part.controls.map { $0.withoutEmptyGroups() }
    return part
  }

  /// The same rows with some of their parts changed.
  ///
  /// - Parameter encoder: says what the columns of the changed features are.
  public func replacing(
    features: DesignMatrix<Scalar>? = nil, encoder: FeatureEncoder? = nil,
    labels: Buffer<UInt8>? = nil, sampleWeights: [Double]? = nil
  ) -> Dataset {
    var changed = self
    changed.features = features ?? self.features
    changed.encoder = encoder ?? self.encoder
    changed.labels = labels ?? self.labels
    changed.sampleWeights = sampleWeights ?? self.sampleWeights
    if features != nil { changed.hasCheckedFeatures = false }
    precondition(changed.features.rows == rows, "the same rows")
    return changed
  }
}

/// The rows of one table, or of several alike, by what they are for.
public struct DataParts<Scalar: KernelScalar>: Sendable {
  /// What encoders, transforms and models are fitted to.
  public var train: Dataset<Scalar>
  /// What rules after a model are fitted to, where they have rows of their own.
  public var validation: Dataset<Scalar>?
  /// What nothing is fitted to.
  public var test: Dataset<Scalar>?

  public init(
    train: Dataset<Scalar>, validation: Dataset<Scalar>? = nil, test: Dataset<Scalar>? = nil
  ) {
    self.train = train
    self.validation = validation
    self.test = test
  }
}
