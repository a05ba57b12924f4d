/// How a rate or a strength changes during a run.
public protocol Schedule: Sendable {
  /// The name by which options choose it.
  static var name: String { get }

  /// The factor of the base value at a step counted from 0, of `steps` in all.
  func factor(at step: Int, of steps: Int) -> Double
}

/// Every schedule: one line each.
public enum Schedules {
  public static let all: [any Schedule] = [
    ConstantSchedule(),
    StepSchedule(),
    CosineSchedule(),
    InverseTimeSchedule(),
    RootSchedule(),
  ]

  public static func named(_ name: String) -> (any Schedule)? {
    all.first { type(of: $0).name == name }
  }
}
