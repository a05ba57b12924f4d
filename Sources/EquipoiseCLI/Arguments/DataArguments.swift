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

  @OptionGroup var roles: TableArguments<DataOptions>

  @Option(help: "Storage of the features.")
  var precision: Precision = .float

  func validate() throws {
    if data != nil && dataset != nil {
      throw ValidationError("--data and --dataset exclude each other")
    }
  }

  /// The roles that were stated, without those that come with a built-in data set.
  func asked() throws(DataError) -> DataOptions {
    var options = DataOptions()
    try options.set(roles.given)
    return options
  }

  /// The same, for what is asked of roles before the data are.
  var stated: DataOptions { (try? asked()) ?? DataOptions() }

  /// The built-in data set, if one was named.
  func bundled() throws(DataError) -> BundledDataset? {
    if let dataset { return try BundledDataset.named(dataset) }
    // Not a matter of parsing: an option that was misspelt has its own message first.
    guard data != nil else {
      throw .badOption(
        option: "--data", detail: "a file, or --dataset adult|german|compas, is needed")
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
    var options = try asked()
    if let bundled = try bundled() { options = options.over(DataOptions(bundled)) }
    options.prediction = prediction
    options.mode = ReadMode(numbers: plain, packsFeatures: packsFeatures)
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
        throw .badOption(
          option: "--model",
          detail: "the model predicts numbers: write them with 'equipoise predict', and audit that "
            + "column with --task regression")
      }
      options.label = options.label ?? fitted.label
      if options.sensitive.isEmpty {
        options.sensitive = fitted.sensitive
        options.bins.merge(fitted.bins) { asked, _ in asked }
      }
    } else {
      return try rolesAlone()
    }
    options.controls = []
    options.drop = []
    options.categorical = []
    options.numeric = []
    return options
  }

  /// The roles of columns beside features that are known: what is asked for and nothing else.
  func rolesAlone() throws(DataError) -> DataOptions {
    var options = try options()
    let asked = try asked()
    options.label = asked.label
    options.sensitive = asked.sensitive
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
