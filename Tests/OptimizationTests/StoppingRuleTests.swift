import Optimization
import Testing

@Suite struct FitStatusTests {
  @Test func rawValuesAreTheContractsWords() {
    #expect(FitStatus.iterationLimit.rawValue == "iteration_limit")
  }
}
