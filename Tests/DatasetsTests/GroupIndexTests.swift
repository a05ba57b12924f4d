import Datasets
import LinearAlgebra
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

  @Test func groupsThatCameInPiecesAreInTheOrderOfATable() {
    var options = DataOptions(sensitive: ["age*sex", "age", "sex"])
    options.bins = ["age": [9, 40]]
    let ages = GroupIndex(
      attribute: "age", values: Buffer([50, 3, 20, 3]), edges: [9, 40])
    let sex = GroupIndex(attribute: "sex", values: ["m", "m", "f", "f"])
    for (typed, index) in [
      ("age", ages), ("sex", sex), ("age*sex", GroupIndex.cross([ages, sex])),
    ] {
      #expect(GroupOrder(typed, options).sorted(Set(index.names)) == index.names)
    }
    let missing = UnknownGroups.levelName
    #expect(GroupOrder("sex", options).sorted([missing, "x", "a"]) == ["a", "x", missing])
    #expect(
      GroupOrder("sex*race", options).sorted(["a b×x", "a×x", "a×\(missing)", "a×y"])
        == ["a×x", "a×y", "a×\(missing)", "a b×x"])
  }
}
