import Criteria

/// A confidence interval of a fit's metric.
public struct FitInterval: Sendable, Encodable, Equatable {
  public var low: Double
  public var high: Double
  /// Its kind, for example `"wilson"`.
  public var interval: String

  /// Nil for a number without limits on both sides.
  public init?(_ estimate: Estimate) {
    guard let low = estimate.low, let high = estimate.high, let interval = estimate.interval else {
      return nil
    }
    self.low = low
    self.high = high
    self.interval = interval
  }
}

/// Plain numbers by name, null where one is absent.
extension FitMetrics: Encodable {
  public func encode(to encoder: any Encoder) throws {
    try numbers.encode(to: encoder)
  }

  private var numbers: [String: Double?] { byText(\.value) }

  /// By name, of the numbers that have them.
  public var intervals: [String: FitInterval] { byText { FitInterval($0) }.compactMapValues { $0 } }

  /// Why a number is absent, or over how many groups it was taken, by name.
  public var reasons: [String: String] {
    byText { $0.status == .lowCount ? nil : $0.reason }.compactMapValues { $0 }
  }

  /// Between which groups each disparity lies, by name.
  public var gapGroups: [String: GapSides] {
    Dictionary(uniqueKeysWithValues: sides.map { ($0.key.description, $0.value) })
  }

  /// By name; nil is a metric that cannot be estimated.
  @available(*, deprecated, message: "a metric is a value with a reason: metrics[.accuracy].value")
  public var values: [String: Double?] { numbers }

  private func byText<Value>(_ value: (Estimate) -> Value) -> [String: Value] {
    Dictionary(uniqueKeysWithValues: estimates.map { ($0.key.description, value($0.value)) })
  }
}
