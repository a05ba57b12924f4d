import Essentials

/// A linear scale with round ticks.
struct PlotScale {
  let low: Double
  let high: Double
  let start: Double
  let end: Double
  let ticks: [Double]

  /// - Parameters:
  ///   - values: what must be on the scale.
  ///   - start: where the low end is drawn.
  ///   - bounds: the scale never goes beyond these.
  init(
    _ values: [Double], start: Double, end: Double, count: Int = 5,
    bounds: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
  ) {
    let finite = values.filter(\.isFinite)
    var least = finite.min() ?? 0, most = finite.max() ?? 1
    // Numbers that next to agree get a range in which neighbouring ticks are still different numbers.
    let size = max(least.magnitude, most.magnitude)
    if most - least < max(1e-9, 1e-12 * size) {
      let room = max(0.05, 1e-9 * size)
      (least, most) = (least - room, most + room)
    }
    let step = Self.roundStep(most / Double(count) - least / Double(count))
    let first = (least / step).rounded(.down), last = (most / step).rounded(.up)
    low = max(bounds.lowerBound, first * step)
    high = min(bounds.upperBound, last * step)
    self.start = start
    self.end = end
    // Multiples of a step such as 0.02 are rounded, so that they print short.
    let from = low, to = high
    ticks = (Int(first)...Int(last)).map { (Double($0) * step * 1e12).rounded() / 1e12 }
      .filter { $0 >= from - 1e-9 && $0 <= to + 1e-9 }
  }

  /// 1, 2 or 5 times a power of ten, at least the number.
  private static func roundStep(_ rough: Double) -> Double {
    let power = pow(10, floor(log10(rough)))
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * (1 - 1e-9) } ?? 10 * power
  }

  /// Where a value is drawn; values off the scale at its ends.
  func callAsFunction(_ value: Double) -> Double {
    start + (min(max(value, low), high) - low) / (high - low) * (end - start)
  }
}
