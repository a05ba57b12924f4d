import Auditing
import Criteria
import Datasets

/// Several runs on one split, encoded as the document `equipoise.runs/1`.
public struct RunsDocument: Sendable, Encodable {
  public static let schemaName = "equipoise.runs/1"
  /// The metric that fairness is measured by when no other is asked for.
  public static let usualDisparity = MeasureName.selectionRate.difference

  public let schema = RunsDocument.schemaName
  public var runs: [FitRecord]
  /// Methods that could not be fitted to these rows; nil where there are none.
  public var skipped: [Skipped]?

  /// A method that could not be fitted, and why.
  public struct Skipped: Sendable, Encodable, Equatable {
    public var method: String
    public var reason: String

    public init(method: String, reason: String) {
      self.method = method
      self.reason = reason
    }
  }

  enum CodingKeys: String, CodingKey { case schema, runs, skipped }

  /// What to say of a disparity that no fit has; nil for one that fits have.
  public static func advice(for name: MeasureName) -> String? {
    FitMetrics.compared.contains(name.of(nil)) ? nil : advice(name, FitMetrics.compared)
  }

  /// What to say of a disparity that no run has; nil for one that there is.
  public static func advice(for name: MeasureName, in runs: [FitRecord]) -> String? {
    let known = Set(runs.flatMap { $0.train.names }).filter { $0.kind != nil }
    return known.isEmpty || runs.contains { $0.train.has(name) } ? nil : advice(name, Array(known))
  }

  private static func advice(_ name: MeasureName, _ known: [MeasureName]) -> String {
    let texts = known.map(\.description).sorted()
    return "no such disparity"
      + NearestName.suggestionOrList(for: name.description, among: texts)
  }

  /// - Parameters:
  ///   - disparity: the metric that fairness is measured by: the nearer to alike, the better. A run
  ///     that lacks it, or that decides alike for every row, is no Pareto point and beats no other.
  ///   - tellsApart: marks Pareto points that are no better than another by what the data tell.
  ///   - name: what a run is called.
  public init(
    _ runs: [FitRecord], disparity: MeasureName, tellsApart: Bool = false,
    name: (FitRecord) -> String = { $0.label ?? $0.method }
  ) {
    self.runs = runs
    let points = runs.map { ParetoPoint($0, disparity) }
    for (index, point) in points.enumerated() {
      self.runs[index].pareto =
        point.map { own in !points.contains { $0.map { $0.beats(own) } ?? false } } ?? false
    }
    guard tellsApart else { return }
    for (index, better) in ParetoPoint.untold(points, among: self.runs.map { $0.pareto == true }) {
      self.runs[index].notToldApartFrom = name(runs[better])
    }
  }
}

extension RunsDocument {
  /// Whether there is a run to be held against another: of one run alone nothing is to be said about
  /// others.
  public var compares: Bool { runs.count > 1 }

  /// What stands under 'Pareto': nothing where another run is better.
  public func paretoMark(_ run: FitRecord, _ shown: (String) -> String = { $0 }) -> String {
    switch standing(run) {
    case .unbeaten: "✓"
    case .notToldApart(let other): "≈ \(shown(other))"
    case .beaten, .alikeForAll, nil: ""
    }
  }

  /// How a run stands among the others; nil where there are none.
  public func standing(_ run: FitRecord) -> RunStanding? {
    guard compares, let pareto = run.pareto else { return nil }
    if run.isConstant { return .alikeForAll }
    guard pareto else { return .beaten }
    return run.notToldApartFrom.map { .notToldApart(from: $0) } ?? .unbeaten
  }
}

/// How a run stands among others in accuracy and disparity.
public enum RunStanding: Sendable, Equatable {
  /// No other is at least as good in both and better in one.
  case unbeaten
  /// The same, but by what the data tell it is no better than the named run.
  case notToldApart(from: String)
  /// Another is at least as good in both and better in one, or the run lacks a number.
  case beaten
  /// Every row gets the same decision, which is held against no other.
  case alikeForAll

  /// Whether no other is at least as good in both and better in one.
  public var isUnbeaten: Bool { self != .beaten && self != .alikeForAll }

  /// In a sentence about the run; nil of one that others beat.
  public func words(_ shown: (String) -> String = { $0 }) -> String? {
    switch self {
    case .unbeaten: "no other beats it on both"
    case .notToldApart(let other):
      "no other beats it on both, but the data do not tell it apart from \(shown(other))"
    case .beaten, .alikeForAll: nil
    }
  }
}
