/// √(t + 1) after t steps: how the adversary's weight grows in Zhang, Lemoine and Mitchell,
/// *Mitigating unwanted biases with adversarial learning*, AIES 2018, section 4.
public struct RootSchedule: Schedule {
  public static let name = "root"

  public init() {}

  public func factor(at step: Int, of steps: Int) -> Double { Double(step + 1).squareRoot() }
}
