import ArgumentParser
import Equipoise

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: PredictJob.name, abstract: PredictJob.summary,
    usage: "equipoise predict --model <file> --data <file> --output <file>\n  [<options>]",
    discussion: """
      Examples:
        equipoise predict --model m.eqp --data new.csv --output scored.csv
        equipoise predict --model m.eqp --data large.eqp --memory 512MB \\
          --output scored.csv

      Columns are found by name and may stand in any order; roles and missing values are those \
      that the model was fitted with. A prediction is 1 for the positive value of the label and 0 for \
      the other; 'info' names both. A model of numbers has predictions alone.

      Score is what the base model says, of a linear one the logarithm of the odds. Probability is \
      that of a positive decision. Where a rule decides, its thresholds cut the base model's \
      probability, which is 1/(1 + exp(-score)) of a logistic one.
      """)

  @OptionGroup var job: TableArguments<PredictJob>
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func validate() throws {
    let job = try job.value()
    guard job.model != nil else { throw ValidationError.missing("--model <file>") }
    guard job.output != nil else { throw ValidationError.missing("--output <file>") }
    if job.output == "-" && common.format == .json {
      throw ValidationError("--format json needs --output FILE: predictions are not JSON")
    }
  }

  func run() throws {
    let job = try job.value()
    try common.run(job, isShown: job.output != "-") {
      let told = $0.document
      let meaning = told.positives?.label.flatMap {
        $0.value == "1" ? nil : DisplayText.visible("prediction 1 stands for '\($0.value)'")
      }
      return
        (PositivesText.lines(told.positives) + [meaning].compactMap(\.self)
        + DecisionText.lines(told.decisions)
        + [NumberText.counted(told.rows, "prediction") + " written to \(job.output ?? "")"])
        .joined(separator: "\n")
    }
  }
}
