/// What is known of a bound that is watched.
public enum AlertState: String, Sendable, Codable, CaseIterable {
  /// The smallest breach that would be found within a month is larger than may stay hidden: silence says nothing.
  case blind
  /// Neither a breach nor that the bound is kept has been shown.
  case quiet
  /// The data show that the bound is kept.
  case shownWithin = "shown-within"
  /// A breach has been shown.
  case raised
  case acknowledged
  case inPlaybook = "in-playbook"
  /// A fix was made; evidence that the bound is kept since then is awaited.
  case clearing
  /// The data since the fix show that the bound is kept.
  case cleared
  /// Data that used to come have stopped.
  case stale
  /// The rate needs labels that do not exist.
  case notEstimable = "not-estimable"

  /// Whether a breach was shown and not cleared.
  public var isOpen: Bool {
    switch self {
    case .raised, .acknowledged, .inPlaybook, .clearing: true
    default: false
    }
  }
}

/// What a tick's evidence says, from which the next state follows.
public struct AlertReading: Sendable, Equatable {
  public var isRaised = false
  public var isKept = false
  /// Whether the bound for clearing is shown to be kept since the fix.
  public var isCleared = false
  public var isBlind = false
  public var isStale = false

  public init() {}
}

/// What people do about an alert.
public enum AlertStep: String, Sendable, Codable, CaseIterable {
  case acknowledge
  case openCase = "open-case"
  /// The cause was removed: evidence for clearing starts with the next tick.
  case fix
}

/// A step that an alert's state does not have.
public struct AlertFault: Error, Equatable {
  public var step: AlertStep
  public var state: AlertState
}

/// The state of an alert and since which tick.
///
/// An alarm is left by evidence only, never because the alarm's evidence fell: raised against a bound,
/// cleared when a bound that is at least as strict is shown to be kept after a fix.
public struct Alert: Sendable, Equatable, Codable {
  public private(set) var state = AlertState.quiet
  public private(set) var since = 0

  public init() {}

  public mutating func take(_ reading: AlertReading, tick: Int) {
    move(to: next(reading), tick)
  }

  public mutating func take(_ step: AlertStep, tick: Int) throws(AlertFault) {
    switch (step, state) {
    case (.acknowledge, .raised): move(to: .acknowledged, tick)
    case (.openCase, .raised), (.openCase, .acknowledged): move(to: .inPlaybook, tick)
    case (.fix, .raised), (.fix, .acknowledged), (.fix, .inPlaybook): move(to: .clearing, tick)
    default: throw AlertFault(step: step, state: state)
    }
  }

  /// The rate can no longer be estimated, or again.
  public mutating func setEstimable(_ isEstimable: Bool, tick: Int) {
    if isEstimable == (state == .notEstimable) {
      move(to: isEstimable ? .quiet : .notEstimable, tick)
    }
  }

  private func next(_ reading: AlertReading) -> AlertState {
    switch state {
    case .raised, .acknowledged, .inPlaybook, .notEstimable: return state
    case .clearing:
      if reading.isRaised { return .raised }
      return reading.isCleared ? .cleared : .clearing
    case .blind, .quiet, .shownWithin, .cleared, .stale:
      if reading.isRaised { return .raised }
      if reading.isStale { return .stale }
      if state == .cleared && reading.isCleared { return .cleared }
      if reading.isKept { return .shownWithin }
      return reading.isBlind ? .blind : .quiet
    }
  }

  private mutating func move(to next: AlertState, _ tick: Int) {
    if next != state { since = tick }
    state = next
  }
}
