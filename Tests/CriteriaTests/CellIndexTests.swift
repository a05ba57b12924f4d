import Criteria
import Datasets
import LinearAlgebra
import Testing

@Suite struct CellIndexTests {
  @Test func weightsAndMapOfTwoAttributes() {
    let sex = GroupIndex(attribute: "sex", values: ["F", "M", "F"])
    let race = GroupIndex(attribute: "race", values: ["b", "a", "a"])
    let cells = CellIndex(
      attributes: [sex, race], labels: Buffer<UInt8>([1, 0, 1]), sampleWeights: [2, 1, 0])
    #expect(cells.groups.names == ["F×a", "F×b", "M×a"])
    #expect(cells.codes.array == [3, 4, 1])
    #expect(cells.weights == [0, 0, 0, 2, 1, 0])
    #expect(cells.rowCounts == [0, 1, 0, 1, 1, 0])
    #expect(cells.groupOfAttribute == [[0, 0, 1], [0, 1, 0]])
  }
}
