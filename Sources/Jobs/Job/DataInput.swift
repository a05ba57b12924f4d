import Datasets
import LinearAlgebra
import Models

/// How features are stored.
public enum FeaturePrecision: String, Sendable, CaseIterable { case float, double }

/// What becomes of rows of unknown groups where something is fitted: in each job the same.
public struct UnknownInput: OptionTable, Equatable {
  public var policy = UnknownGroups.exclude

  public init() {}

  public static let section: OptionSection? = .data

  public static let table: [OptionRecord<UnknownInput>] = [
    .unknownGroups(
      \.policy,
      "Rows whose sensitive attribute is missing: left out of what looks at groups and compared with "
        + "nobody (exclude), a group of their own, or pooled: they train where a method can use them "
        + "and bind nobody.")
  ]

  /// Throws where rows are to be kept that the table's own option leaves out.
  func check(_ data: DataInput) throws(JobError) {
    guard policy != .exclude, data.stated.missing == .drop else { return }
    throw .usage(
      """
      \(set: "unknown", policy.rawValue) keeps rows that \(set: "missing", "drop") leaves out: give \
      one of them
      """)
  }
}

/// Which rows a job is about, and what their columns are.
public struct DataInput: OptionTable, Equatable {
  /// A file, a folder of arrays, or `-` for standard input.
  public var file: String?
  /// The name of a built-in data set.
  public var dataset: String?
  /// The roles that are stated; a built-in data set brings its own besides.
  public var stated = DataOptions()
  public var precision = FeaturePrecision.float

  public init() {}

  public init(file: String, _ roles: DataOptions) {
    self.file = file
    stated = roles
  }

  public init(dataset: String, _ roles: DataOptions = DataOptions()) {
    self.dataset = dataset
    stated = roles
  }

  /// What the option for the rows is called.
  public static let name = "data"

  public static let section: OptionSection? = .data

  public static let table: [OptionRecord<DataInput>] =
    [
      .text(
        name, \.file, kind: .input, value: "file",
        "CSV file with a header (.csv or .csv.gz), packed file (.eqp), folder of NPY arrays, or - for "
          + "standard input."
      ),
      .text(
        "dataset", \.dataset, value: "name",
        "Built-in data: \(BundledDataset.all.map(\.name).joined(separator: ", "))."),
    ] + DataOptions.table.map { $0.nested(in: \.stated) } + [
      .choice("precision", \.precision, "Storage of the features.")
    ]

  public func check() throws(JobError) {
    if file != nil && dataset != nil {
      throw .usage("\(option: "data") and \(option: "dataset") exclude each other")
    }
  }

  /// The built-in data set, if one was named.
  func bundled() throws(DataError) -> BundledDataset? {
    guard let dataset else { return nil }
    return try BundledDataset.named(dataset)
  }

  /// Where the rows are: the caller's own table, a file or a built-in data set.
  func location(
    _ context: JobContext, _ part: BundledDataset.Part = .train
  ) throws(DataError) -> DataLocation {
    if let table = context.tables[Self.name] { return table }
    if let bundled = try bundled() { return .bundled(bundled, part) }
    guard let file else {
      let names = BundledDataset.all.map(\.name).joined(separator: "|")
      throw .option("data", "a file, or \(set: "dataset", names), is needed")
    }
    return .path(file)
  }

  /// The roles of columns: what is stated over what a built-in data set brings.
  func options(_ mode: ReadMode = ReadMode()) throws(DataError) -> DataOptions {
    var options = stated
    if let bundled = try bundled() { options = stated.over(DataOptions(bundled)) }
    options.mode = mode
    return options
  }

  /// The roles of columns beside features that are known: what is stated and nothing else.
  func rolesAlone() throws(DataError) -> DataOptions {
    var options = try options()
    options.label = stated.label
    options.sensitive = stated.sensitive
    return Self.withoutFeatures(options)
  }

  /// The roles for an audit of a model: where none is stated, those that it was fitted with.
  func options(auditing model: TrainedModel) throws(DataError) -> DataOptions {
    guard !model.predictor.predictsNumbers else {
      throw .option(
        "model",
        """
        the model predicts numbers: write them with 'equipoise predict', and audit that column \
        with \(set: "task", "regression")
        """)
    }
    var options = try options()
    let fitted = model.encoder.options
    options.mode.labelIsOptional = stated.label == nil
    options.label = options.label ?? fitted.label
    if options.sensitive.isEmpty {
      options.sensitive = fitted.sensitive
      options.bins.merge(fitted.bins) { asked, _ in asked }
    }
    return Self.withoutFeatures(options)
  }

  /// Roles that say how rows are to be read for a fit.
  private static let rolesOfFits: Set<String> = [
    "controls", "weights", "drop", "categorical", "numeric", "missing", "use_sensitive",
  ]

  /// Says which stated roles change nothing where rows are only scored by a fitted model.
  func noteIdleRoles(_ context: JobContext) {
    let usual = DataOptions()
    for record in DataOptions.table {
      let isIdle =
        Self.rolesOfFits.contains(record.name) || record.name == "positive" && stated.label == nil
      guard isIdle, record.get(stated) != record.get(usual) else { continue }
      context.note(
        "note: \(option: record.name) changes nothing here: rows are read as the model was fitted"
          as Phrase)
    }
  }

  private static func withoutFeatures(_ options: DataOptions) -> DataOptions {
    var options = options
    options.controls = []
    options.drop = []
    options.categorical = []
    options.numeric = []
    return options
  }

  /// Says what a reader of any result on a built-in data set must know.
  func noteCaution(_ context: JobContext) throws(DataError) {
    if let caution = try bundled()?.caution { context.note(Phrase(caution)) }
  }
}
