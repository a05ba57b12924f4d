import ArgumentParser
import Equipoise

/// Audits of labels that have more than two values.
struct TaskArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      What label and prediction are: binary, multiclass or regression (default: as their values \
      tell).
      """, valueName: "task"))
  var task: AuditTask?

  /// Whether an error of reading says that the label has more than two values, and nothing was asked
  /// for that needs two.
  func applies(
    after error: DataError, _ data: DataArguments, _ subject: OutcomeArguments
  ) -> Bool {
    guard task == nil, subject.prediction != nil, subject.score == nil, data.stated.positive == nil,
      data.data != "-", case .notTwoClasses(_, let column, _) = error
    else { return false }
    return column == data.stated.label
  }

  /// Throws for options that mean nothing here.
  func check(
    _ data: DataArguments, _ subject: OutcomeArguments, _ finding: FindingArguments,
    consistency: Int?
  ) throws {
    let refused: [(String, Bool)] = [
      ("--score", subject.score != nil), ("--model", subject.model != nil),
      ("--positive", data.stated.positive != nil), ("--controls", !data.stated.controls.isEmpty),
      ("--consistency", consistency != nil),
      ("--scan, --proxies and the like", !finding.isEmpty),
    ]
    for (option, isGiven) in refused where isGiven {
      throw ValidationError("\(option) needs labels of two values: --task binary")
    }
    guard subject.prediction != nil, data.stated.label != nil else {
      throw ValidationError("--task \(task?.rawValue ?? "") needs --label and --prediction")
    }
  }
}

extension AuditTask: ExpressibleByArgument {}
