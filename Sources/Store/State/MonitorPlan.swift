import Essentials
import Monitoring

/// What a monitor counts and watches: fixed when its folder is made.
public struct MonitorPlan: Sendable, Equatable, Codable {
  public static let schemaName = "equipoise.monitor/1"
  /// Of a cell, eight bits an attribute.
  public static let mostAttributes = 8
  /// Values of an attribute that are told apart; all others are `(other)`.
  public static let mostValues = 254

  /// An attribute of the people decided about.
  public struct Attribute: Sendable, Equatable, Codable {
    public var name: String
    /// Where stated, every other value is `(other)`.
    public var values: [String]?
    /// Edges of the ranges of a number: 25 and 40 make `<25`, `25–<40` and `≥40`.
    public var cuts: [Double]?

    public init(_ name: String, values: [String]? = nil, cuts: [Double]? = nil) {
      self.name = name
      self.values = values
      self.cuts = cuts
    }
  }

  /// A bound on a rate of groups: one of difference, ratio, floor and ceiling.
  public struct Bound: Sendable, Equatable, Codable {
    public var metric: CountedRate
    public var difference: Double?
    public var ratio: Double?
    public var floor: Double?
    public var ceiling: Double?
    /// Decisions of this arm alone.
    public var arm: String?

    public init(_ metric: CountedRate, difference: Double? = nil, arm: String? = nil) {
      self.metric = metric
      self.difference = difference
      self.arm = arm
    }

    /// nil where it is not exactly one bound with a possible limit.
    var null: ConvexNull? {
      let given = [difference, ratio, floor, ceiling].compactMap(\.self)
      guard given.count == 1, given[0] > 0, given[0] < 1 else { return nil }
      if let difference { return .difference(atMost: difference) }
      if let ratio { return .ratio(atLeast: ratio) }
      if let floor { return .floor(floor) }
      return .ceiling(ceiling!)
    }

    public var words: String {
      let limit =
        difference.map { "differences of at most \($0)" }
        ?? ratio.map { "ratios to the highest of at least \($0)" }
        ?? floor.map { "at least \($0) in each group" } ?? "at most \(ceiling ?? 1) in each group"
      return metric.rawValue + ": " + limit + (arm.map { ", arm \($0)" } ?? "")
    }
  }

  public var schema = schemaName
  public var attributes: [Attribute]
  public var bounds = [Bound(.selection, difference: defaultDifference)]
  /// Of what length ticks are.
  public var tick = defaultTick
  /// For how long a tick stays open after its end.
  public var grace = "0s"
  /// The age at which a decision is judged, with a label or without.
  public var horizon = defaultHorizon
  /// Decisions and labels are put together by periods of this length.
  public var cohort = defaultCohort
  /// How far in the future an event may lie.
  public var future = defaultFuture
  /// Groups of fewer rows are not shown.
  public var leastCell = defaultLeastCell
  /// Crosses of up to this many attributes are watched.
  public var intersections = 1
  public var falseAlarms = ErrorBudget.defaultFalseAlarms
  public var largestHidden = Monitoring.MonitorSettings.defaultLargestHidden
  /// Whether labels exist for selected decisions alone.
  public var selectedLabels = false

  public static let defaultDifference = 0.05
  public static let defaultTick = "1h"
  public static let defaultHorizon = "90d"
  public static let defaultCohort = "30d"
  public static let defaultFuture = "5m"
  public static let defaultLeastCell = 10

  public init(attributes: [Attribute]) { self.attributes = attributes }

  enum CodingKeys: String, CodingKey {
    case schema, attributes, bounds, tick, grace, horizon, cohort, future, intersections
    case leastCell = "least_cell"
    case falseAlarms = "false_alarms"
    case largestHidden = "largest_hidden"
    case selectedLabels = "selected_labels"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ standard: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? standard
    }
    self.init(attributes: try values.decode([Attribute].self, forKey: .attributes))
    schema = try value(.schema, schema)
    bounds = try value(.bounds, bounds)
    tick = try value(.tick, tick)
    grace = try value(.grace, grace)
    horizon = try value(.horizon, horizon)
    cohort = try value(.cohort, cohort)
    future = try value(.future, future)
    leastCell = try value(.leastCell, leastCell)
    intersections = try value(.intersections, intersections)
    falseAlarms = try value(.falseAlarms, falseAlarms)
    largestHidden = try value(.largestHidden, largestHidden)
    selectedLabels = try value(.selectedLabels, selectedLabels)
  }

  /// From a JSON text.
  public static func read(_ text: some Sequence<UInt8>, _ path: String) throws(StoreError)
    -> MonitorPlan
  {
    do {
      let plan: MonitorPlan = try CanonicalJSON.value(from: text)
      try plan.check()
      return plan
    } catch let error as StoreError { throw .settings("\(path): \(error)") } catch {
      throw .settings("\(path): \(error)")
    }
  }

  /// Throws for what cannot be counted or watched.
  public func check() throws(StoreError) {
    func require(_ holds: Bool, _ reason: String) throws(StoreError) {
      if !holds { throw .settings(reason) }
    }
    try require(schema == Self.schemaName, "'schema' is '\(schema)', not '\(Self.schemaName)'")
    try require(!attributes.isEmpty, "'attributes' is empty")
    try require(
      attributes.count <= Self.mostAttributes, "more than \(Self.mostAttributes) attributes")
    try require(
      Set(attributes.map(\.name)).count == attributes.count, "an attribute is there twice")
    for attribute in attributes { try attribute.check() }
    let lengths = [
      "tick": tick, "horizon": horizon, "cohort": cohort, "grace": grace, "future": future,
    ]
    for (name, text) in lengths.sorted(by: { $0.key < $1.key }) {
      let length = LengthOfTime.milliseconds(text)
      let least: Int64 = ["tick", "cohort"].contains(name) ? 60_000 : 0
      try require(
        length.map { $0 >= least } ?? false,
        "'\(name)' is '\(text)', not a length of time such as 1h or 90d")
    }
    try require(leastCell >= 0, "'least_cell' is \(leastCell)")
    try require(intersections >= 1, "'intersections' is \(intersections)")
    try require(falseAlarms > 0 && falseAlarms < 365, "'false_alarms' is \(falseAlarms)")
    try require(largestHidden > 0 && largestHidden < 1, "'largest_hidden' is \(largestHidden)")
    for (k, bound) in bounds.enumerated() {
      try require(
        bound.null != nil,
        "'bounds[\(k)]' needs exactly one of difference, ratio, floor and ceiling, between 0 and 1")
      try require(
        !selectedLabels || !bound.metric.needsAllLabels,
        "'bounds[\(k)]': \(bound.metric.rawValue) cannot be estimated where only the selected have labels"
      )
    }
  }

  var tickLength: Int64 { LengthOfTime.milliseconds(tick)! }
  var graceLength: Int64 { LengthOfTime.milliseconds(grace)! }
  var cohortLength: Int64 { LengthOfTime.milliseconds(cohort)! }
  var futureLength: Int64 { LengthOfTime.milliseconds(future)! }
  /// In ticks.
  var horizonTicks: Int {
    Int((LengthOfTime.milliseconds(horizon)! + tickLength - 1) / tickLength)
  }

  func tick(of time: Int64) -> Int { Int(Timestamp.floorDivide(time, tickLength)) }

  var settings: Monitoring.MonitorSettings {
    let year = 365.0 * 86_400_000 / Double(tickLength)
    return Monitoring.MonitorSettings(
      budget: ErrorBudget(ticksAYear: max(year, 1), falseAlarmsAYear: min(falseAlarms, year / 2)),
      largestHidden: largestHidden)
  }
}

extension MonitorPlan.Attribute {
  static let missing = "(missing)"
  static let other = "(other)"

  func check() throws(StoreError) {
    if name.isEmpty { throw .settings("an attribute has no name") }
    if let values {
      guard values.count <= MonitorPlan.mostValues, Set(values).count == values.count else {
        throw .settings(
          "attribute '\(name)': its values are at most \(MonitorPlan.mostValues), each once")
      }
    }
    if let cuts {
      let isAscending = zip(cuts, cuts.dropFirst()).allSatisfy { $0 < $1 }
      guard values == nil, !cuts.isEmpty, cuts.count < MonitorPlan.mostValues,
        cuts.allSatisfy(\.isFinite), isAscending
      else {
        throw .settings("attribute '\(name)': 'cuts' are numbers that rise, without 'values'")
      }
    }
  }

  /// The range that a number lies in.
  func range(of number: Double) -> String {
    let edges = cuts ?? []
    let place = edges.firstIndex { number < $0 } ?? edges.count
    if place == 0 { return "<" + edges[0].brief(6) }
    if place == edges.count { return "≥" + edges[place - 1].brief(6) }
    return edges[place - 1].brief(6) + "–<" + edges[place].brief(6)
  }
}
