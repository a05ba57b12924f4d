import Mitigation
import Testing

@Suite struct CellRequestTests {
  @Test func holdsItsTable() {
    #expect(CellRequest(labels: [0, 1], weights: [1, 2]).weights == [1, 2])
  }
}
