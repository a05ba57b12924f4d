import ArgumentParser
import Equipoise

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Writes score, probability and prediction of each row.",
    discussion: """
      Example:
        equipoise predict --model m.eqp --data new.csv --output scored.csv

      Columns are found by name and may stand in any order; roles and missing values are those
      that the model was fitted with. A model of numbers has predictions alone.
      """)

  @Option(help: ArgumentHelp("Model file.", valueName: "file")) var model: String
  @OptionGroup var data: DataArguments
  @Option(help: ArgumentHelp("CSV file to write; - for standard output.", valueName: "file"))
  var output: String
  @Option(help: "A probability at least this is positive, for models without own thresholds.")
  var threshold = Decisions.usualThreshold
  @OptionGroup var common: CommonArguments

  private struct Written: Encodable {
    var output: String
    var rows: Int
  }

  func validate() throws {
    if output == "-" && common.format == .json {
      throw ValidationError("--format json needs --output FILE: predictions are not JSON")
    }
  }

  func run() throws {
    Interruption.watch()
    try Destinations.check([output], against: [model, data.data])
    switch data.precision {
    case .float: try run(Float.self)
    case .double: try run(Double.self)
    }
  }

  private func run<Scalar: KernelScalar>(_ type: Scalar.Type) throws {
    let model = try ModelStore.read(model)
    let scored: Dataset<Scalar> = try ModelData.read(
      try data.location(), for: model, roles: try data.options(for: model), pool: common.pool)
    try Interruption.check()
    if model.predictor.predictsNumbers {
      let numbers = try model.predictor.scores(scored, pool: common.pool)
      try Interruption.check()
      try PredictionFile.write(numbers: numbers, leftOut: scored.leftOut, to: output)
    } else {
      let predictions = try model.predict(scored, threshold: threshold, pool: common.pool)
      try Interruption.check()
      try PredictionFile.write(predictions, leftOut: scored.leftOut, to: output)
    }
    common.noteLeftOut(scored.leftOut, "without a prediction: their fields are empty")
    if output == "-" { return }
    switch common.format {
    case .json: try Console.json(Written(output: output, rows: scored.rows))
    case .table: try Console.output("\(scored.rows) predictions written to \(output)")
    }
  }
}
