import Auditing
import Testing

@Suite struct EstimateTests {
  @Test func notEstimableHasAReasonAndNoValue() {
    let estimate = Estimate.notEstimable("no positives")
    #expect(estimate.value == nil && estimate.reason == "no positives")
  }
}
