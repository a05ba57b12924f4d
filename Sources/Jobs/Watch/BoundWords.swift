import Essentials
import Monitoring
import Reports

/// A reading in sentences: what is shown and since when, and what could hide.
struct BoundWords {
  var metric: String
  var bound: DetectorBound
  var settings: MonitorSettings
  var reading: BoundReading
  /// Whether the metric is one of several that are watched, so that the name alone does not tell.
  var hasParts = false
  /// Of cells, where calibration is watched.
  var meanScores: [String: Double]?

  var sentences: [String] {
    [state] + [rates, evidence, hidden, stopped].compactMap { $0 }
  }

  private var limit: String { "the bound (\(bound.words(metric)))" }

  private func batches(_ first: Int, _ last: Int) -> String {
    first == last ? "batch \(first)" : "batches \(first) to \(last)"
  }

  /// The state, since when, and what it rests on.
  private var state: String {
    let part = hasParts ? ", \(metric)" : ""
    let name = "\(DisplayText.name(reading.name))\(part): \(reading.state.rawValue)"
    let since = " since batch \(reading.since)"
    switch reading.state {
    case .raised: return "\(name)\(since): \(limit) is broken"
    case .acknowledged, .inPlaybook:
      return "\(name)\(since): \(limit) was shown to be broken; somebody deals with it"
    case .clearing:
      return "\(name)\(since): a fix was made; \(limit) has not been shown to be kept since"
    case .shownWithin, .cleared:
      let from = reading.keptFrom ?? reading.since, to = reading.keptAt ?? reading.ticks
      return "\(name): \(batches(from, to)) show that no breach of \(limit) lasted through all of "
        + "them, at a level of \(NumberText.fixed(settings.alpha, 2))"
    case .quiet: return "\(name): the data do not show yet whether \(limit) is kept or broken"
    case .blind:
      return "\(name): too few rows to tell whether \(limit) is kept; no alarm is no evidence"
    case .stale: return "\(name)\(since): rows have stopped coming"
    case .notEstimable: return "\(name): cannot be estimated"
    }
  }

  private var rates: String? {
    guard case .groups(.difference) = bound else { return ownRates }
    return differences
  }

  /// Rates that are held against a limit of their own, or against each other's arm.
  private var ownRates: String? {
    if case .groups(.ratio) = bound { return differences }
    let told = reading.groups.filter { $0.rate != nil }
    guard !told.isEmpty else { return nil }
    if let meanScores { return farthest(told, meanScores) }
    let shown = told.sorted { ($0.rate!, $0.name) < ($1.rate!, $1.name) }
    let ends = bound.isOfArms || shown.count < 3 ? shown : [shown[0], shown[shown.count - 1]]
    return "over all batches, the rate is "
      + ends.map {
        "\(NumberText.fixed($0.rate!, 3)) in \(DisplayText.name($0.name)) (between "
          + "\(NumberText.fixed($0.low, 3)) and \(NumberText.fixed($0.high, 3)), whenever it is "
          + "looked at)"
      }.joined(separator: ", ")
  }

  /// The cell whose labels are farthest from its scores.
  private func farthest(_ cells: [BoundReading.Group], _ means: [String: Double]) -> String? {
    let known = cells.compactMap { cell in means[cell.name].map { (cell, $0) } }
    guard
      let (cell, mean) = known.max(by: {
        (abs($0.0.rate! - $0.1), $1.0.name) < (abs($1.0.rate! - $1.1), $0.0.name)
      })
    else { return nil }
    var text =
      "over all batches, labels are farthest from scores in \(DisplayText.name(cell.name)): "
      + "\(NumberText.fixed(cell.rate!, 3)) of \(NumberText.counted(cell.rows, "row")) are positive "
      + "(between \(NumberText.fixed(cell.low, 3)) and \(NumberText.fixed(cell.high, 3)), whenever it "
      + "is looked at), and the mean score is \(NumberText.fixed(mean, 3))"
    if reading.state.isOpen,
      let suspect = reading.groups.first(where: { $0.name == reading.suspect })
    {
      text += "; the evidence points to \(DisplayText.name(suspect.name))"
      if let since = suspect.rateSince {
        text += ", where \(NumberText.fixed(since, 3)) are positive since batch \(reading.start)"
      }
    }
    return text
  }

  private var differences: String? {
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
    guard !reading.groups.isEmpty else { return nil }
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
