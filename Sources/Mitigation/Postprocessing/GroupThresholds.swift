import Criteria
import Datasets
import Models

/// The exact optimum over deterministic thresholds, one a group, under a limit on one rate.
public enum GroupThresholds: FrontierPostprocessor {
  public static let name = "group-thresholds"
  public static let summary =
    "The best deterministic threshold of each group with rates close together, exactly."
  public static let source =
    "Hardt, Price, Srebro, Equality of opportunity in supervised learning, NIPS 2016, section 3, "
    + "restricted to deterministic thresholds and solved by a sliding window"
  public static let options =
    [
      MethodOption.criterion(
        Criterion.ofOneRate, default: .demographicParity, formerName: "rate",
        "whose rate is bounded"),
      MethodOption(
        "kind", .choice(["difference", "ratio"]), default: .text("difference"),
        "whether the bound is on largest minus smallest or on smallest over largest"),
      MethodOption(
        "bound", .number(0...1), default: .number(0.01),
        "largest allowed difference of the rates, or smallest allowed ratio"),
      MethodOption.rate(
        "floor_rate", default: .truePositiveRate,
        "the rate that every group must reach, if 'floor' is given"),
      MethodOption(
        "floor", .number(0...1), default: .number(0), "smallest allowed value of that rate"),
    ] + DecisionUtility.options
  public static let dial = "bound"
  public static let dialSettings: [Double] = [
    0, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 1,
  ]

  public static func fit(_ rows: ScoredRows, _ request: FitRequest) -> PostprocessingFit {
    let options = request.options
    let curves = ThresholdCurve.all(rows)
    let bound = options.number("bound") ?? 0, floor = options.number("floor") ?? 0
    let search = ThresholdSearch(
      curves, rate: options.criterionRate,
      limit: options.text("kind") == "ratio" ? .ratio(bound) : .difference(bound),
      floor: floor > 0 ? .init(options.rate("floor_rate"), floor) : nil)
    let found = DecisionUtility.optimum(options, curves) { search.best($0) }
    let thresholds = zip(curves, found.choice.cuts).map { $0.threshold($1) }
    return PostprocessingFit(
      rule: ThresholdRule(thresholds: thresholds), options: options,
      report: FitReport(
        status: found.choice.isFeasible ? .converged : .infeasible, iterations: found.rounds,
        objective: found.cost, seed: request.seed))
  }
}
