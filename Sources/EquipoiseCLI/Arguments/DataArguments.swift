import ArgumentParser
import Equipoise
import Essentials

/// Which rows, and what their columns are: the same options in every command.
struct DataArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "CSV file with a header (.csv or .csv.gz), a folder of NPY arrays, or - for standard input.",
      valueName: "file"))
  var data: String?

  @Option(help: ArgumentHelp("Built-in data: adult, german or compas.", valueName: "name"))
  var dataset: String?

  @Option(help: ArgumentHelp("Column with the true outcome.", valueName: "column"))
  var label: String?

  @Option(
    help: ArgumentHelp(
      "The label's positive value (default: the larger of two numbers, the later of two texts).",
      valueName: "value"))
  var positive: String?

  @Option(
    help: ArgumentHelp(
      "Sensitive columns, separated by commas; a*b is a cross. Repeat for names with commas.",
      valueName: "columns"))
  var sensitive: [String] = []

  @Option(
    help: ArgumentHelp(
      "Sensitive columns that are numbers, not groups, for methods that take them.",
      valueName: "columns"))
  var continuous: [String] = []

  @Option(
    help: ArgumentHelp(
      "Columns within whose values groups are compared, as legitimate reasons to differ.",
      valueName: "columns"))
  var controls: [String] = []

  @Option(
    name: .customLong("id"),
    help: ArgumentHelp(
      "Column that names each record; decisions drawn at random depend on it alone.",
      valueName: "column"))
  var identifier: String?

  @Option(help: ArgumentHelp("Column with sample weights.", valueName: "column"))
  var weights: String?

  @Option(help: ArgumentHelp("Columns to leave out.", valueName: "columns"))
  var drop: [String] = []

  @Option(help: ArgumentHelp("Columns to read as categories.", valueName: "columns"))
  var categorical: [String] = []

  @Option(help: ArgumentHelp("Columns to read as numbers.", valueName: "columns"))
  var numeric: [String] = []

  @Option(help: ArgumentHelp("Further texts that mean a missing value.", valueName: "values"))
  var na: [String] = []

  @Option(
    help: """
      What to do with missing values: error, own-level or drop (default: own-level for categories, \
      error for numbers).
      """)
  var missing: MissingPolicy?

  @Flag(help: "Keep sensitive columns among the features.")
  var useSensitive = false

  @Option(
    help: ArgumentHelp(
      "Groups from a numeric sensitive column, as age=25,40.", valueName: "column=edges"))
  var bins: [String] = []

  @Option(help: "Storage of the features.")
  var precision: Precision = .float

  func validate() throws {
    if data != nil && dataset != nil {
      throw ValidationError("--data and --dataset exclude each other")
    }
  }

  /// The built-in data set, if one was named.
  func bundled() throws(DataError) -> BundledDataset? {
    if let dataset { return try BundledDataset.named(dataset) }
    // Not a matter of parsing: an option that was misspelt has its own message first.
    guard data != nil else {
      throw .option(
        "data", "a file, or \(set: "dataset", "adult|german|compas"), is needed")
    }
    return nil
  }

  func location(_ part: BundledDataset.Part = .train) throws(DataError) -> DataLocation {
    guard let bundled = try bundled() else { return .path(data ?? "-") }
    return .bundled(bundled, part)
  }

  /// - Parameters:
  ///   - plain: columns read as numbers for another reason, such as scores.
  ///   - prediction: a column of decisions.
  ///   - packsFeatures: false for commands that need no features.
  func options(
    plain: [String] = [], prediction: String? = nil, packsFeatures: Bool = true
  ) throws(DataError) -> DataOptions {
    var options = DataOptions()
    if let bundled = try bundled() { options = DataOptions(bundled) }
    if let label { options.label = label }
    if let positive { options.positive = positive }
    if label != nil && positive == nil { options.positive = nil }
    if !sensitive.isEmpty { options.sensitive = Self.split(sensitive) }
    options.controls = Self.split(controls)
    options.continuous = Self.split(continuous)
    options.weights = weights
    options.identifier = identifier
    options.drop += Self.split(drop)
    options.categorical = Self.split(categorical)
    options.numeric = Self.split(numeric)
    options.missingTexts += Self.split(na)
    options.missing = missing
    options.useSensitive = useSensitive
    options.plain = plain
    options.prediction = prediction
    options.packsFeatures = packsFeatures
    for text in bins {
      let (column, edges) = try DataOptions.parseBins(text)
      options.bins[column] = edges
    }
    return options
  }

  /// The roles of columns beside the features of a model that is already fitted.
  ///
  /// - Parameter needsLabel: asks for the label that the model was fitted to, where none is named.
  func options(
    for model: TrainedModel, needsLabel: Bool = false
  ) throws(DataError) -> DataOptions {
    var options = try options()
    let fitted = model.encoder.options
    if needsLabel {
      guard !model.predictor.predictsNumbers else {
        throw .option(
          "model",
          """
          the model predicts numbers: write them with 'equipoise predict', and audit that column \
          with \(set: "task", "regression")
          """)
      }
      options.label = options.label ?? fitted.label
      if options.sensitive.isEmpty {
        options.sensitive = fitted.sensitive
        options.bins.merge(fitted.bins) { asked, _ in asked }
      }
    } else {
      return try roles()
    }
    options.controls = []
    options.drop = []
    options.categorical = []
    options.numeric = []
    return options
  }

  /// The roles of columns beside features that are known: what is asked for and nothing else.
  func roles() throws(DataError) -> DataOptions {
    var options = try options()
    options.label = label
    options.sensitive = sensitive.isEmpty ? [] : options.sensitive
    options.controls = []
    options.drop = []
    options.categorical = []
    options.numeric = []
    return options
  }

  /// `a,b` is two names; an option given several times takes each value as it stands.
  static func split(_ values: [String]) -> [String] {
    var seen = Set<String>()
    let names =
      values.count == 1
      ? values[0].split(separator: ",").map { String($0).trimmingBlanks } : values
    return names.filter { seen.insert($0).inserted }
  }

  /// Says what a reader of any result on a built-in data set must know.
  func noteCaution(_ common: CommonArguments) throws {
    if let caution = try bundled()?.caution { common.note("note: \(caution)") }
  }
}
