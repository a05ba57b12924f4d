/// 1 throughout.
public struct ConstantSchedule: Schedule {
  public static let name = "constant"

  public init() {}

  public func factor(at step: Int, of steps: Int) -> Double { 1 }
}
