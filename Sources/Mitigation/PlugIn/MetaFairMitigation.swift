import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Models
import Optimization

/// The meta-algorithm for constraints on rates that are ratios of linear functions.
public struct MetaFairMitigation: TypedFrontierMitigation {
  public static let name = "meta-fair"
  public static let family = MitigationFamily.inProcessing
  public static let summary =
    "Equalizes any rate between groups, false discoveries and other ratios included."
  public static let source =
    "Celis et al., Classification with fairness constraints: a meta-algorithm with provable "
    + "guarantees, FAT* 2019"
  /// Whose rate is made alike, of ``Criterion/ofOneRate``.
  public var criterion = Criterion.demographicParity
  /// Smallest ratio of two groups' rates, by the estimated chances.
  public var tau = 0.8
  /// Largest difference of two groups' rates, instead of a ratio.
  public var difference: Double?
  /// The search ends when the accuracy may be at most this much higher.
  public var gap = 1e-4
  public var programs = 4000
  public var learner = LearnerSettings()

  public init() {}

  public static func bindsFewRows(_ options: MethodOptions) -> Bool { true }

  public init(
    criterion: Criterion = MetaFairMitigation().criterion, tau: Double = MetaFairMitigation().tau,
    difference: Double? = nil
  ) {
    self.criterion = criterion
    self.tau = tau
    self.difference = difference
  }

  public static let table: [OptionRecord<MetaFairMitigation>] =
    [
      .criterion(
        \.criterion, of: Criterion.ofOneRate, formerName: "statistic", "which rate is equalized"),
      .number(
        dial, \.tau, in: 0...1, "smallest ratio of two groups' rates, by the estimated chances"),
      .number(
        "difference", \.difference, in: 0...1,
        "largest difference of two groups' rates instead of a ratio"
      ).excluding(dial),
      .number(
        "gap", \.gap, in: 0...1,
        "the search ends when the accuracy may be at most this much higher"),
      .integer("programs", \.programs, in: 8...1_000_000, "most linear programs"),
    ] + LearnerSettings.table(in: \.learner)
  public static let dial = "tau"
  public static let dialSettings: [Double] = [
    0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1,
  ]

  public var labelsNeeded: Set<Int> { criterion.labelsNeeded }
  public var disparity: String { criterion.disparity }

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> TrainedModel {
    let alike: MetaFair.Alike =
      difference.map { .difference($0) } ?? .ratio(tau)
    return try Self.models(rows, [(alike, self)], context)[0]
  }

  public func frontier<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, settings: [Double], _ context: FitContext
  ) throws -> [TrainedModel] {
    if let bad = settings.first(where: { !(0...1).contains($0) }) {
      throw DataError.option(
        "tau", value: "\(bad)", "expected a number between 0 and 1")
    }
    return try Self.models(
      rows,
      settings.map { tau in
        var method = self
        method.tau = tau
        return (.ratio(tau), method)
      }, context)
  }

  /// All on the same chances.
  private static func models<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ settings: [(alike: MetaFair.Alike, method: Self)],
    _ context: FitContext
  ) throws -> [TrainedModel] {
    let data = rows.data
    guard var shared = settings.first?.method.learner else { return [] }
    let learner = shared.learner(totalWeight: data.totalWeight, context)
    let clock = ContinuousClock(), began = clock.now
    let chances = try LabelGroupModel.fit(rows, learner: learner)
    let cells = 2 * chances.groups.count
    var values = [Float](repeating: 0, count: data.rows * cells)
    chances.forEachCell(data.features, pool: context.pool) { cell, column in
      for i in column.indices { values[i * cells + cell] = Float(column[i]) }
    }
    let table = PosteriorTable(
      values, cells: cells, sampleWeights: data.sampleWeights, pool: context.pool)
    let share = (clock.now - began) / .seconds(1) / Double(settings.count)
    return settings.map { alike, method in
      let start = clock.now
      var fitted = method
      fitted.learner = shared
      let result = MetaFair(
        rate: method.criterion.onlyRate, alike: alike, gap: method.gap,
        programLimit: method.programs, shouldStop: context.shouldStop
      ).solve(table)
      var report = report(result, chances, seed: context.seed)
      report.seconds = share + (clock.now - start) / .seconds(1)
      return fitted.model(
        PlugInClassifier(model: chances, kappa: result.kappa), data.encoder, report)
    }
  }

  private static func report(
    _ result: MetaFair.Result, _ chances: LabelGroupModel, seed: UInt64
  ) -> FitReport {
    let rates = zip(chances.groups, result.rates).map { name, rate in
      "\(name) " + (rate.map { $0.brief() } ?? "absent")
    }
    let open = max(0, result.bound - result.mixtureAccuracy)
    let limit =
      result.status == .iterationLimit
      ? "the accuracy may be \(open.brief()) higher after \(result.programs) linear "
        + "programs; " : ""
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
