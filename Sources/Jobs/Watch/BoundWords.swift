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

  private var bound: String { "\(monitor.null.words) in \(metric)" }

  private func batches(_ first: Int, _ last: Int) -> String {
    first == last ? "batch \(first)" : "batches \(first) to \(last)"
  }

  /// The state, since when, and what it rests on.
  private var state: String {
    let name = "\(DisplayText.name(reading.name)): \(reading.state.rawValue)"
    let since = " since batch \(reading.since)"
    switch reading.state {
    case .raised: return "\(name)\(since): \(bound) are not kept"
    case .acknowledged, .inPlaybook:
      return "\(name)\(since): that \(bound) are not kept was shown and is being dealt with"
    case .clearing:
      return "\(name)\(since): a fix was made; that \(bound) are kept has not been shown since"
    case .shownWithin, .cleared:
      let from = reading.keptFrom ?? reading.since, to = reading.keptAt ?? reading.ticks
      return "\(name): \(batches(from, to)) show \(bound), at a level of "
        + NumberText.fixed(monitor.settings.alpha, 2)
    case .quiet: return "\(name): whether \(bound) are kept is not shown either way"
    case .blind:
      return "\(name): too few rows to tell whether \(bound) are kept; silence is no evidence"
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
        text += "; it points to \(DisplayText.name(suspect))"
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
        "; at most \(Self.short(settings.budget.falseAlarmsAYear)) alarms a year are false, over all "
        + "that is watched"
    } else if reading.isNoted {
      text += "; worth a note: \(Self.short(settings.falseNotesAYear)) such a year are chance"
    }
    return text
  }

  private var hidden: String? {
    let blind = reading.groups.filter(\.isBlind)
    if blind.isEmpty {
      let worst = reading.groups.compactMap(\.smallestBreach).max() ?? 0
      return
        "a breach of \(NumberText.fixed(worst, 3)) beyond the bound would be found within about "
        + "a month, in any group"
    }
    let told = blind.prefix(5).map { group in
      let gap = group.smallestBreach.flatMap { $0 < 1 ? NumberText.fixed($0, 3) : nil }
      return
        "\(DisplayText.name(group.name)) (\(gap.map { "\($0) beyond the bound" } ?? "any size"))"
    }
    let rest = blind.count - told.count
    return "blind within a month, so that a breach may hide: " + told.joined(separator: ", ")
      + (rest > 0 ? " and \(rest) more" : "")
  }

  private var stopped: String? {
    let names = reading.groups.filter(\.hasStopped).map { DisplayText.name($0.name) }
    return names.isEmpty ? nil : "no longer comes: " + names.joined(separator: ", ")
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
