import Auditing
import Datasets
import Essentials
import LinearAlgebra
import Monitoring

/// Detectors of a bound on every attribute and cross that is watched, as they are kept between runs.
///
/// A batch is a tick. All comparisons share one budget of false alarms: half of it is the attributes', a quarter that of
/// crosses of two, and so on (`ErrorBudget.weights`).
public struct DetectorState: Sendable, Equatable, WatchFile {
  public static let schemaName = "equipoise.watch.detector/1"

  public private(set) var schema = schemaName
  public private(set) var metric: WatchedRate
  public private(set) var attributes: [String]
  public private(set) var intersections: Int
  /// Whether labels exist for selected rows alone.
  public private(set) var selectedLabels: Bool
  /// The values of each attribute so far, as they were first written.
  public private(set) var values: [[String]]
  public private(set) var monitors: [BoundMonitor]
  /// Comparison → group → counts, where labels exist for selected rows alone.
  public private(set) var selected: [String: [String: SelectedLabels]]?
  public internal(set) var counted: [String]?

  public init(attributes: [String], metric: WatchedRate, _ input: DetectorInput) {
    self.attributes = attributes
    self.metric = metric
    intersections = min(input.intersections ?? 1, attributes.count)
    selectedLabels = input.selectedLabels
    values = attributes.map { _ in [] }
    let choices = Audit.choices(of: attributes.count, upTo: intersections)
    let levels = (1...intersections).map { depth in choices.count { $0.count == depth } }
    let weights = ErrorBudget.weights(levels: levels), settings = input.settings
    let bound = input.bound ?? .difference(atMost: DetectorInput.defaultTolerance)
    monitors = choices.map { choice in
      BoundMonitor(
        choice.map { attributes[$0] }.joined(separator: "×"), bound, settings: settings,
        weight: weights[choice.count - 1])
    }
  }

  /// Nil when there is no such file.
  public static func read(_ path: String) throws -> DetectorState? { try stored(at: path) }

  public func write(_ path: String) throws { try store(at: path) }

  /// Whether rows of the other decision have what the rate needs.
  var isEstimable: Bool { !selectedLabels || metric.label == nil }

  /// Throws when options that were given are not those of the state.
  func check(_ input: DetectorInput, metric asked: WatchedRate?) throws(WatchError) {
    let settings = monitors[0].settings
    let isSame =
      asked ?? metric == metric && input.bound ?? monitors[0].null == monitors[0].null
      && input.falseAlarms ?? settings.budget.falseAlarmsAYear == settings.budget.falseAlarmsAYear
      && input.batchesAYear ?? settings.budget.ticksAYear == settings.budget.ticksAYear
      && input.largestHidden ?? settings.largestHidden == settings.largestHidden
      && min(input.intersections ?? intersections, attributes.count) == intersections
      && (!input.selectedLabels || selectedLabels)
    guard isSame else {
      throw .otherDetector(
        metric: metric.rawValue, bound: monitors[0].null.words,
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

  /// A batch without rows: time passes.
  mutating func takeNothing() {
    for k in monitors.indices where isEstimable { monitors[k].take(TickCounts()) }
  }

  /// Adds a batch.
  mutating func take(
    _ indices: [GroupIndex], decisions: [UInt8], labels: Buffer<UInt8>?
  ) throws(WatchError) {
    let names = indices.map(\.attribute)
    guard names == attributes else {
      throw .otherAttribute(
        names.joined(separator: ", "), watched: attributes.joined(separator: ", "))
    }
    if metric.label != nil && labels == nil { throw .needsLabel(metric.rawValue) }
    let known = indices.enumerated().map { renamed($1, attribute: $0) }
    let choices = Audit.choices(of: attributes.count, upTo: intersections)
    for (k, choice) in choices.enumerated() {
      let groups = GroupIndex.cross(choice.map { known[$0] })
      if isEstimable {
        monitors[k].take(counts(groups, decisions, labels))
      } else {
        count(monitors[k].name, groups, decisions, labels!)
      }
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

  private func counts(
    _ groups: GroupIndex, _ decisions: [UInt8], _ labels: Buffer<UInt8>?
  ) -> TickCounts {
    var rows = Array(repeating: 0, count: groups.count), successes = rows
    for i in 0..<groups.rows {
      if let wanted = metric.label, labels![i] != wanted { continue }
      rows[groups[i]] += 1
      successes[groups[i]] += Int(decisions[i])
    }
    var tick = TickCounts()
    for g in 0..<groups.count where rows[g] > 0 {
      tick.take(groups.names[g], RateCounts(rows: rows[g], successes: successes[g]))
    }
    return tick
  }

  private mutating func count(
    _ comparison: String, _ groups: GroupIndex, _ decisions: [UInt8], _ labels: Buffer<UInt8>
  ) {
    var found = selected?[comparison] ?? [:]
    for i in 0..<groups.rows {
      let isSelected = decisions[i] == 1
      found[groups.names[groups[i]], default: SelectedLabels()].take(
        isSelected: isSelected, label: !isSelected || labels[i] > 1 ? nil : labels[i] == 1)
    }
    selected = (selected ?? [:]).merging([comparison: found]) { $1 }
  }
}
