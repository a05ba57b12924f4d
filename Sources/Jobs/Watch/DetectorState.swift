import Auditing
import Datasets
import Essentials
import Monitoring

/// Detectors of a bound on every attribute and cross that is watched, as they are kept between runs.
///
/// A batch is a tick. All comparisons share one budget of false alarms: half of it is the attributes', a quarter that of
/// crosses of two, and so on (`ErrorBudget.weights`). The parts of equalized odds share their comparison's, and so do
/// the bounds of its groups where two arms are watched (`ErrorBudget.groupShare`).
public struct DetectorState: Sendable, Equatable, WatchFile {
  public static let schemaName = "equipoise.watch.detector/1"

  public private(set) var schema = schemaName
  public private(set) var metric: WatchedRate
  public private(set) var attributes: [String]
  public private(set) var intersections: Int
  /// Whether labels exist for selected rows alone.
  public private(set) var selectedLabels: Bool
  /// The values of each attribute so far, as they were first written.
  private(set) var values: [[String]]
  public internal(set) var monitors: [BoundMonitor]
  /// What each monitor watches; nil where it is told by the monitors' order.
  var watched: [Watched]?
  /// Comparison → group → counts, where labels exist for selected rows alone.
  public internal(set) var selected: [String: [String: SelectedLabels]]?
  public internal(set) var counted: [String]?
  /// nil in states of bounds that their monitors tell.
  private(set) var statedBound: DetectorBound?
  private(set) var statedSettings: MonitorSettings?
  var arms: DetectorArms?
  private(set) var horizon: Int?
  /// Batches so far, where monitors may join late.
  private var batchCount: Int?
  /// Comparison and arm → rows that are not old enough to judge.
  var cohorts: [String: Cohorts]?
  /// Comparison and arm → group → rows that were judged.
  var judged: [String: [String: GroupOutcomes]]?
  /// Comparison → cell of a group and a bin → its scores.
  var scores: [String: [String: ScoreSum]]?
  /// Comparison and part → how many bounds of groups there were at first.
  var firstUnits: [String: Int]?

  /// A monitor's comparison, rate and, of arms, the rates that its bound takes.
  struct Watched: Sendable, Equatable, Codable {
    var comparison: String
    var rate: WatchedRate
    var groups: [String]
    var isNew: [Bool]
  }

  enum CodingKeys: String, CodingKey {
    case schema, metric, attributes, intersections, selectedLabels, values, monitors, watched
    case selected, counted, arms, horizon, cohorts, judged, scores, firstUnits, batchCount
    case statedBound = "bound"
    case statedSettings = "settings"
  }

  public init(attributes: [String], metric: WatchedRate, _ input: DetectorInput) {
    self.attributes = attributes
    self.metric = metric
    intersections = min(input.intersections ?? 1, attributes.count)
    selectedLabels = input.selectedLabels
    values = attributes.map { _ in [] }
    monitors = []
    horizon = input.horizon
    arms = input.arms
    if horizon != nil { cohorts = [:] }
    let bound = input.bound ?? .groups(.difference(atMost: DetectorInput.defaultTolerance))
    let settings = input.settings
    if case .groups = bound {} else { statedBound = bound }
    guard let null = bound.ofComparison else {
      statedSettings = settings
      watched = []
      firstUnits = [:]
      batchCount = 0
      return
    }
    monitors = comparisons.flatMap { comparison in
      metric.parts.map { _ in
        BoundMonitor(
          comparison.name, null, settings: settings,
          weight: comparison.weight / Double(metric.parts.count))
      }
    }
  }

  /// An attribute or a cross with its share of the budget.
  struct Comparison {
    var name: String
    var choice: [Int]
    var weight: Double
  }

  var comparisons: [Comparison] {
    let choices = Audit.choices(of: attributes.count, upTo: intersections)
    let levels = (1...intersections).map { depth in choices.count { $0.count == depth } }
    let weights = ErrorBudget.weights(levels: levels)
    return choices.map { choice in
      Comparison(
        name: choice.map { attributes[$0] }.joined(separator: "×"), choice: choice,
        weight: weights[choice.count - 1])
    }
  }

  var bound: DetectorBound { statedBound ?? .groups(monitors[0].null) }
  var settings: MonitorSettings { statedSettings ?? monitors[0].settings }
  /// Batches so far.
  var batches: Int { batchCount ?? monitors.first?.ticks ?? 0 }

  /// What a monitor watches.
  func watched(_ k: Int) -> (comparison: String, rate: WatchedRate) {
    if let known = watched?[k] { return (known.comparison, known.rate) }
    return (monitors[k].name, metric.parts[k % metric.parts.count])
  }

  /// Nil when there is no such file.
  public static func read(_ path: String) throws -> DetectorState? { try stored(at: path) }

  public func write(_ path: String) throws { try store(at: path) }

  /// Whether rows of the other decision have what the rate needs.
  var isEstimable: Bool { !selectedLabels || !metric.needsAllLabels }

  /// Throws when options that were given are not those of the state.
  func check(_ input: DetectorInput, metric asked: WatchedRate?) throws(WatchError) {
    let isSame =
      asked ?? metric == metric && input.bound ?? bound == bound
      && input.falseAlarms ?? settings.budget.falseAlarmsAYear == settings.budget.falseAlarmsAYear
      && input.batchesAYear ?? settings.budget.ticksAYear == settings.budget.ticksAYear
      && input.largestHidden ?? settings.largestHidden == settings.largestHidden
      && min(input.intersections ?? intersections, attributes.count) == intersections
      && (!input.selectedLabels || selectedLabels) && input.horizon ?? horizon == horizon
      && input.arm ?? arms?.column == arms?.column
      && input.control ?? arms?.control == arms?.control
    guard isSame else {
      throw .otherDetector(
        metric: metric.rawValue, bound: bound.words(metric.rawValue),
        falseAlarms: settings.budget.falseAlarmsAYear, batches: settings.budget.ticksAYear)
    }
  }

  /// What people did about the alarms that are open.
  mutating func take(_ step: AlertStep) throws(WatchError) {
    var isTaken = false
    for k in monitors.indices {
      do throws(AlertFault) {
        try monitors[k].take(step)
        isTaken = true
      } catch { continue }
    }
    guard isTaken else { throw .noSuchStep(step.rawValue) }
  }

  /// Adds a batch; nil is a batch without rows, in which time passes.
  mutating func take(_ batch: DetectorBatch?) throws(WatchError) {
    let tick = batches + 1
    var known: [GroupIndex] = []
    if let batch {
      let names = batch.attributes.map(\.attribute)
      guard names == attributes else {
        throw .otherAttribute(
          names.joined(separator: ", "), watched: attributes.joined(separator: ", "))
      }
      if metric.needsLabel && batch.labels == nil { throw .needsLabel(metric.rawValue) }
      try batch.check(tick)
      try batch.checkScores(bound)
      if let names = batch.arms?.names { try arms?.meet(names) }
      known = batch.attributes.enumerated().map { renamed($1, attribute: $0) }
    }
    if batchCount != nil { batchCount = tick }
    for comparison in comparisons {
      let groups = batch.map { _ in GroupIndex.cross(comparison.choice.map { known[$0] }) }
      try take(comparison, groups, batch, tick)
    }
  }

  /// An attribute with its values as they were first written: 0.0 is the group 0.
  private mutating func renamed(_ index: GroupIndex, attribute: Int) -> GroupIndex {
    let names = index.names.map { name in
      if let place = KnownValues(values[attribute]).position(of: name) {
        return values[attribute][place]
      }
      values[attribute].append(name)
      return name
    }
    return GroupIndex(attribute: index.attribute, codes: index.codes, names: names)
  }
}
