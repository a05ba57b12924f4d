import Essentials

/// ½·(1 + cos(π·p)) at share p of the run: from 1 to 0.
///
/// Loshchilov and Hutter, *SGDR: stochastic gradient descent with warm restarts*, ICLR 2017,
/// equation 5, without restarts.
public struct CosineSchedule: Schedule {
  public static let name = "cosine"

  public init() {}

  public func factor(at step: Int, of steps: Int) -> Double {
    0.5 * (1 + cos(.pi * Double(step) / Double(max(1, steps))))
  }
}
