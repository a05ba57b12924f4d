import Essentials
import Monitoring
import Reports

/// A reading in sentences: what is shown and since when, and what could hide.
struct BoundWords {
  var metric: String
  var monitor: BoundMonitor
  var reading: BoundReading

  var sentences: [String] {
    [state] + [rates, evidence, hidden, stopped].compactMap { $0 }
  }

  private var limits: String { "\(monitor.null.words) in \(metric)" }
  private var bound: String { "the bound (\(limits))" }

  private func batches(_ first: Int, _ last: Int) -> String {
    first == last ? "batch \(first)" : "batches \(first) to \(last)"
  }

  /// The state, since when, and what it rests on.
  private var state: String {
    let name = "\(DisplayText.name(reading.name)): \(reading.state.rawValue)"
    let since = " since batch \(reading.since)"
    switch reading.state {
    case .raised: return "\(name)\(since): \(bound) is broken"
    case .acknowledged, .inPlaybook:
      return "\(name)\(since): \(bound) was shown to be broken; somebody deals with it"
    case .clearing:
      return "\(name)\(since): a fix was made; \(bound) has not been shown to be kept since"
    case .shownWithin, .cleared:
      let from = reading.keptFrom ?? reading.since, to = reading.keptAt ?? reading.ticks
      return "\(name): \(batches(from, to)) show that no breach of \(bound) lasted through all of "
        + "them, at a level of \(NumberText.fixed(monitor.settings.alpha, 2))"
    case .quiet: return "\(name): the data do not show yet whether \(bound) is kept or broken"
    case .blind:
      return "\(name): too few rows to tell whether \(bound) is kept; no alarm is no evidence"
    case .stale: return "\(name)\(since): rows have stopped coming"
    case .notEstimable: return "\(name): cannot be estimated"
    }
  }

  private var rates: String? {
    guard let difference = reading.difference else { return nil }
    var text = "the largest difference is \(NumberText.fixed(difference, 3))"
    if let low = reading.differenceLow, let high = reading.differenceHigh {
      text +=
        " over all batches (between \(NumberText.fixed(low, 3)) and "
        + "\(NumberText.fixed(high, 3)), whenever it is looked at)"
    }
    if reading.state.isOpen, let since = reading.differenceSince {
      text +=
        ", and \(NumberText.fixed(since, 3)) since batch \(reading.start), about which it began"
      if reading.groups.count > 2, let suspect = reading.suspect {
        text += "; the evidence points to \(DisplayText.name(suspect))"
      }
    }
    return text
  }

  private var evidence: String? {
    guard let log = reading.logEvidence else { return nil }
    let settings = monitor.settings
    var text = "evidence \(Self.power(log)), an alarm at \(Self.power(reading.logLimit))"
    if reading.state.isOpen {
      text +=
        "; at most \(Self.short(settings.budget.falseAlarmsAYear)) false alarms a year are expected, "
        + "over everything that is watched"
    } else if reading.isNoted {
      text += "; worth a note: up to \(Self.short(settings.falseNotesAYear)) a year come by chance"
    }
    return text
  }

  private var hidden: String? {
    let blind = reading.groups.filter(\.isBlind)
    if blind.isEmpty {
      let worst = reading.groups.compactMap(\.smallestBreach).max() ?? 0
      return
        "in any group, a breach of \(NumberText.fixed(worst, 3)) beyond the bound would probably be "
        + "found within a month"
    }
    let told = blind.prefix(5).map { group in
      let gap = group.smallestBreach.flatMap { $0 < 1 ? NumberText.fixed($0, 3) : nil }
      let size = gap.map { "up to \($0) beyond the bound" } ?? "of any size"
      return "\(DisplayText.name(group.name)) (\(size))"
    }
    let rest = blind.count - told.count
    return "blind, so that a breach may go unnoticed for a month: " + told.joined(separator: ", ")
      + (rest > 0 ? " and \(rest) more" : "")
  }

  private var stopped: String? {
    let names = reading.groups.filter(\.hasStopped).map { DisplayText.name($0.name) }
    return names.isEmpty ? nil : "rows have stopped coming from: " + names.joined(separator: ", ")
  }

  /// e to a power, as a number that a person reads.
  private static func power(_ log: Double) -> String {
    guard log < 34 else { return "above 10^14" }
    let value = exp(log)
    return value < 100 ? NumberText.fixed(value, 1) : NumberText.count(Int(value))
  }

  static func short(_ value: Double) -> String {
    value == value.rounded() && value < 1e15 ? NumberText.count(Int(value)) : "\(value)"
  }
}
