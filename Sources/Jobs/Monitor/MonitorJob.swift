import Datasets
import Monitoring
import Reports
import Store

/// Tells what a monitor has counted and found.
public struct MonitorJob: Job {
  public static let name = "monitor"
  public static let summary = "Tells what a monitor has counted and found."

  /// What is told.
  public enum View: String, Sendable, CaseIterable {
    case status, alerts, rates, cohorts, verify, rebuild
  }

  public var view = ""
  public var folder = ""
  public var metric = CountedRate.selection
  public var by: [String] = []
  public var since: String?
  public var until: String?
  public var model: String?
  public var arm: String?

  public init() {}

  public static let section: OptionSection? = .measures

  public static let table: [OptionRecord<MonitorJob>] = [
    .text(
      "view", \.view, isRequired: true, isPositional: true,
      "What is told: status, alerts, rates, cohorts; verify counts everything once more and compares, "
        + "rebuild makes all counts again from the journal."),
    .text("folder", \.folder, value: "folder", isRequired: true, "The monitor."),
    .choice("metric", \.metric, value: "metric", "Rates: which."),
    .texts(
      "by", \.by, value: "names",
      "Rates and cohorts: the attributes whose crosses are the groups (default: each alone, and all "
        + "together for cohorts)."),
    .text("since", \.since, value: "instant", "Rates: of decisions from this instant on."),
    .text("until", \.until, value: "instant", "Rates: of decisions before this instant."),
    .text("model", \.model, value: "name", "Rates: of a model, with its version: credit@7."),
    .text("arm", \.arm, value: "name", "Rates: of an arm."),
  ]

  public func check() throws(JobError) {
    guard View(rawValue: view) != nil else {
      let known = View.allCases.map(\.rawValue).joined(separator: ", ")
      throw .usage("\(set: "view", view): not one of \(known)")
    }
    for (name, text) in [("since", since), ("until", until)] {
      if let text, Timestamp.milliseconds(Array(text.utf8)) == nil {
        throw .usage("\(set: name, text): not an instant such as 2026-08-01T00:00:00Z")
      }
    }
  }

  public struct Outcome: JobOutcome {
    public var document: MonitorDocument
    public var ending: JobEnding
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    switch View(rawValue: view)! {
    case .verify:
      let check = try MonitorStore.verify(folder)
      return Outcome(
        document: .check(check),
        ending: check.differences.isEmpty
          ? .done : .exceeded(check.differences.joined(separator: "; ")))
    case .rebuild:
      do { _ = try MonitorStore.rebuild(folder) }
      return try status(MonitorReader(folder))
    case .status: return try status(MonitorReader(folder))
    case .alerts:
      let reader = try MonitorReader(folder)
      let report = AlertsReport(
        bounds: try reader.alerts(), changes: try reader.changes(), settings: reader.plan)
      return Outcome(document: .alerts(report), ending: Self.ending(report.bounds))
    case .rates: return Outcome(document: .rates(try rates(MonitorReader(folder))), ending: .done)
    case .cohorts:
      return Outcome(
        document: .cohorts(try MonitorReader(folder).cohorts(by: by)), ending: .done)
    }
  }

  private func rates(_ reader: MonitorReader) throws -> [GroupRates] {
    let choices = by.isEmpty ? reader.plan.attributes.map { [$0.name] } : [by]
    func instant(_ text: String?) -> Int64? {
      text.flatMap { Timestamp.milliseconds(Array($0.utf8)) }
    }
    return try choices.map {
      try reader.rates(
        metric, by: $0, from: instant(since), until: instant(until), model: model, arm: arm)
    }
  }

  private func status(_ reader: MonitorReader) throws -> Outcome {
    let bounds = try reader.alerts()
    return Outcome(
      document: .status(MonitorStatus(reader, bounds)), ending: Self.ending(bounds))
  }

  private static func ending(_ bounds: [WatchedBound]) -> JobEnding {
    let names = bounds.filter { $0.reading.state == .raised }.map { $0.reading.name }
    return names.isEmpty
      ? .done : .exceeded("a bound is broken in '" + names.joined(separator: "', '") + "'")
  }
}
