import Essentials

/// γ^⌊p·k⌋ at share p of the run: k equal drops, each to a share γ.
public struct StepSchedule: Schedule {
  public static let name = "step"

  public var drops: Int
  public var share: Double

  public init(drops: Int = 3, share: Double = 0.3) {
    precondition(drops >= 0 && share > 0 && share <= 1, "drops to a share in (0, 1]")
    self.drops = drops
    self.share = share
  }

  public func factor(at step: Int, of steps: Int) -> Double {
    let done = Double(step) / Double(max(1, steps))
    return pow(share, min(Double(drops), (done * Double(drops + 1)).rounded(.down)))
  }
}
