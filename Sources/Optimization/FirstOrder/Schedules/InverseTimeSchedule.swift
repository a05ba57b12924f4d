/// 1/(1 + t/τ) after t steps.
///
/// Robbins and Monro, *A stochastic approximation method*, Annals of Mathematical Statistics 1951.
public struct InverseTimeSchedule: Schedule {
  public static let name = "inverse-time"

  /// Steps after which the factor has halved.
  public var halving: Double

  public init(halving: Double = 1000) {
    precondition(halving > 0, "a number of steps")
    self.halving = halving
  }

  public func factor(at step: Int, of steps: Int) -> Double { 1 / (1 + Double(step) / halving) }
}
