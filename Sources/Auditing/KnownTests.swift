import Criteria
import Synchronization

/// Tests that were made of one table's groups: a test of proportions asks for none of the kinds of
/// disparity or levels of confidence, and an exact one takes far longer than the rest of a row.
final class KnownTests: Sendable {
  /// What a metric is compared between.
  enum Contrast: Hashable {
    case between
    case overall(Int)
    case reference(Int)
  }

  private struct Key: Hashable {
    var part: OutcomeSet.RawValue
    var whole: OutcomeSet.RawValue
    var contrast: Contrast
  }

  private let known = Mutex<[Key: TestResult?]>([:])

  /// The test of a metric, made when it is first asked for.
  func result(
    _ metric: Metric, _ contrast: Contrast, make: () -> TestResult?
  ) -> TestResult? {
    guard case .proportion(let part, let whole) = metric.form else { return make() }
    let key = Key(part: part.rawValue, whole: whole.rawValue, contrast: contrast)
    if let found = known.withLock({ $0[key] }) { return found }
    let made = make()
    known.withLock { $0[key] = .some(made) }
    return made
  }
}
