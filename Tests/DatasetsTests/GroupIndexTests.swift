import Datasets
import Testing

@Suite struct GroupIndexTests {
  @Test func crossHoldsObservedCombinationsOnly() {
    let sex = GroupIndex(attribute: "sex", values: ["F", "M", "F"])
    let race = GroupIndex(attribute: "race", values: ["b", "a", "b"])
    let cross = GroupIndex.cross([sex, race])
    #expect(cross.attribute == "sex×race")
    #expect(cross.names == ["F×b", "M×a"])
    #expect(cross.codes.array == [0, 1, 0])
  }
}
