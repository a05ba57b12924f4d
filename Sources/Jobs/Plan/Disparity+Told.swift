import Auditing
import Reports

extension Disparity {
  /// `sex×age 0.212 (Female × 25 lowest)`: where it is, how large, and who is behind.
  public var told: String {
    let side = lowGroup.map { " (\(DisplayText.name($0)) \(groups > 2 ? "lowest" : "lower"))" }
    return "\(DisplayText.name(attribute)) \(value.map(NumberText.ratio) ?? "not estimable")"
      + (side ?? "")
  }
}
