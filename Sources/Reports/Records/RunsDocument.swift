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
