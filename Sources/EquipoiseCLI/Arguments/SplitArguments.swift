import ArgumentParser
import Equipoise

/// Which rows a fit is tested on.
struct SplitArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Share of the rows to test on, the same in every cell of group and label (default: \(Split.usualTestShare); "
        + "adult has a test file of its own).", valueName: "fraction"))
  var test: Double?

  @Option(help: ArgumentHelp("File with the rows to test on.", valueName: "file"))
  var testData: String?

  func validate() throws {
    if test != nil && testData != nil {
      throw ValidationError("--test and --test-data exclude each other")
    }
    if let test, !(0..<1).contains(test) {
      throw ValidationError("--test \(test): a share of at least 0 and below 1 is needed")
    }
  }

  /// Reads training and test rows; no test rows for a share of 0.
  ///
  /// - Parameter target: the numeric column to predict in place of the label.
  func read<Scalar: KernelScalar>(
    _ data: DataArguments, _ common: CommonArguments, target: String? = nil, as type: Scalar.Type
  ) throws -> Experiment<Scalar> {
    var options = try data.options()
    if let target {
      options.target = target
      options.label = nil
      options.positive = nil
    }
    let reader = DataReader(options: options, pool: common.pool)
    let location = try data.location()
    var parts: (train: Dataset<Scalar>, test: Dataset<Scalar>)
    if let testData {
      parts = try reader.readSplit(location, test: .table(.path(testData)))
    } else if test == nil, let bundled = try data.bundled(), bundled.hasTestPart {
      parts = try reader.readSplit(location, test: .table(.bundled(bundled, .test)))
    } else {
      parts = try reader.readSplit(
        location, test: .fraction(test ?? Split.usualTestShare, seed: common.seed))
    }
    return Experiment(
      train: parts.train, test: parts.test.rows > 0 ? parts.test : nil, seed: common.seed,
      pool: common.pool, shouldStop: Interruption.shouldStop)
  }
}
