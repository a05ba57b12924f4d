import Datasets
import LinearAlgebra

/// Which rows a fit is tested on.
public struct SplitInput: OptionTable {
  /// A share of the rows; nil: a built-in data set's own test rows, or the usual share.
  public var share: Double?
  /// A file with the rows to test on.
  public var file: String?

  public init() {}

  public static let section: OptionSection? = .rows

  public static let table: [OptionRecord<SplitInput>] = [
    .number(
      "test", \.share, in: OptionKind.share, value: "fraction",
      "Share of the rows to test on, stratified by group and label (default: "
        + "\(Split.usualTestShare); adult has a test file of its own)."),
    .text(
      name, \.file, kind: .input, value: "file", "File with the rows to test on."),
  ]

  private static let name = "test_data"

  public func check() throws(JobError) {
    try requireOne(besides: file != nil)
  }

  /// Throws where a share and a table of its own are both given.
  private func requireOne(besides isTable: Bool) throws(JobError) {
    if share != nil && isTable {
      throw .usage("\(option: "test") and \(option: Self.name) exclude each other")
    }
  }

  /// Reads training and test rows; no test rows for a share of 0.
  func read<Scalar: KernelScalar>(
    _ data: DataInput, _ unknown: UnknownInput, _ context: JobContext, as type: Scalar.Type
  ) throws -> Experiment<Scalar> {
    try requireOne(besides: context.tables[Self.name] != nil)
    context.progress(.stage("reading the data"))
    let reader = DataReader(options: try data.options(), pool: context.pool)
    let wanted = try rows(data, context)
    let parts: (train: Dataset<Scalar>, test: Dataset<Scalar>) = try reader.readSplit(
      try data.location(context), test: wanted)
    var experiment = Experiment(
      train: parts.train, test: parts.test.rows > 0 ? parts.test : nil, seed: context.seed,
      unknown: unknown.policy, pool: context.pool, shouldStop: context.shouldStop)
    experiment.progress = { context.progress(.share($0, $1)) }
    context.tell(parts.train)
    if case .table = wanted { context.tell(parts.test, leftOut: "of the test rows left out") }
    context.noteUnknown([parts.train, parts.test], unknown.policy)
    try data.noteCaution(context)
    return experiment
  }

  private func rows(
    _ data: DataInput, _ context: JobContext
  ) throws(DataError) -> DataReader.TestRows {
    if let table = context.tables[Self.name] { return .table(table) }
    if let file { return .table(.path(file)) }
    if share == nil, context.tables[DataInput.name] == nil, let bundled = try data.bundled(),
      bundled.hasTestPart
    {
      return .table(.bundled(bundled, .test))
    }
    return .fraction(share ?? Split.usualTestShare, seed: context.seed)
  }
}
