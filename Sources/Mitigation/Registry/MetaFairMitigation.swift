import Criteria
import Datasets
import LinearAlgebra
import Models
import Optimization

/// The meta-algorithm for constraints on rates that are ratios of linear functions.
public enum MetaFairMitigation: FrontierMitigation {
  public static let name = "meta-fair"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "The most accurate function of the features whose rates by group are alike, false discoveries "
    + "and other ratios included."
  public static let source =
    "Celis et al., Classification with fairness constraints: a meta-algorithm with provable "
    + "guarantees, FAT* 2019"
  public static let options =
    [
      MethodOption.criterion(
        Criterion.ofOneRate, default: .demographicParity, formerName: "statistic",
        "which rate is made alike"),
      MethodOption(
        "tau", .number(0...1), default: .number(0.8),
        "smallest ratio of two groups' rates, by the estimated chances"),
      MethodOption(
        "difference", .number(0...1), default: nil,
        "largest difference of two groups' rates instead of a ratio", excludes: "tau"),
      MethodOption(
        "gap", .number(0...1), default: .number(1e-4),
        "the search ends when the accuracy may be at most this much higher"),
      MethodOption(
        "programs", .integer(8...1_000_000), default: .integer(4000), "most linear programs"),
    ] + LearnerOptions.all
  public static let dial = "tau"
  public static let dialSettings: [Double] = [
    0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1,
  ]

  public static func labelsNeeded(_ options: MethodOptions) -> Set<Int> {
    options.criterionRate.labelsNeeded
  }

  public static func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ request: FitRequest
  ) throws -> TrainedModel {
    let alike: MetaFair.Alike =
      request.options.number("difference").map { .difference($0) }
      ?? .ratio(request.options.number("tau") ?? 1)
    return try models(rows, [(alike, request.options)], request)[0]
  }

  public static func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ request: FitRequest
  ) throws -> [TrainedModel] {
    if let bad = settings.first(where: { !(0...1).contains($0) }) {
      throw DataError.option(
        "tau", value: "\(bad)", "expected a number between 0 and 1")
    }
    return try models(
      rows,
      settings.map { tau in
        var options = request.options
        options.resolve(dial, .number(tau))
        return (.ratio(tau), options)
      }, request)
  }

  /// All on the same chances.
  private static func models<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ settings: [(alike: MetaFair.Alike, options: MethodOptions)],
    _ request: FitRequest
  ) throws -> [TrainedModel] {
    let data = rows.data
    var learned = request.options
    let learner = LearnerOptions.learner(
      request, options: &learned, totalWeight: data.totalWeight)
    let clock = ContinuousClock(), began = clock.now
    let chances = LabelGroupModel.fit(rows, learner: learner)
    let cells = 2 * chances.groups.count
    var values = [Float](repeating: 0, count: data.rows * cells)
    chances.forEachCell(data.features, pool: request.pool) { cell, column in
      for i in column.indices { values[i * cells + cell] = Float(column[i]) }
    }
    let table = PosteriorTable(
      values, cells: cells, sampleWeights: data.sampleWeights, pool: request.pool)
    let shared = (clock.now - began) / .seconds(1) / Double(settings.count)
    return settings.map { alike, given in
      let start = clock.now
      var options = given
      options.resolve("l2", .number(learner.l2))
      let method = MetaFair(
        rate: options.criterionRate, alike: alike, gap: options.number("gap") ?? 0,
        programLimit: options.integer("programs"), shouldStop: request.shouldStop)
      let result = method.solve(table)
      var report = report(result, chances, seed: request.seed)
      report.seconds = shared + (clock.now - start) / .seconds(1)
      return TrainedModel(
        method: name, options: options.values, encoder: data.encoder,
        predictor: PlugInClassifier(model: chances, kappa: result.kappa), report: report)
    }
  }

  private static func report(
    _ result: MetaFair.Result, _ chances: LabelGroupModel, seed: UInt64
  ) -> FitReport {
    let rates = zip(chances.groups, result.rates).map { name, rate in
      "\(name) " + (rate.map { "\(($0 * 1e4).rounded() / 1e4)" } ?? "absent")
    }
    let open = max(0, result.bound - result.mixtureAccuracy)
    let limit =
      result.status == .iterationLimit
      ? "the accuracy may be \((open * 1e6).rounded() / 1e6) higher after \(result.programs) linear "
        + "programs, and more 'programs' or a larger 'gap' would settle it; " : ""
    return FitReport(
      status: result.status, iterations: result.programs, oracleCalls: result.responses,
      objective: 1 - result.accuracy,
      certificate: Certificate(
        kind: .dualityGap, value: open,
        boundOnSuboptimality: max(0, result.bound - result.accuracy)),
      stopReason: limit + "rates by the estimated chances: " + rates.joined(separator: ", "),
      seed: seed)
  }
}
