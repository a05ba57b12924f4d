import Datasets
import Foundation
import Testing

@Suite struct OldOptionsTests {
  @Test func optionsOfAnOlderFileHaveDefaults() throws {
    let old = """
      {"label": "y", "sensitive": ["g"], "drop": [], "categorical": [], "numeric": [],
       "missingTexts": ["?"], "useSensitive": false, "bins": {"age": [25]}}
      """
    let read = try JSONDecoder().decode(DataOptions.self, from: Data(old.utf8))
    #expect(
      read
        == DataOptions(
          label: "y", sensitive: ["g"], missingTexts: ["?"], bins: ["age": [25]]))
    #expect(read.mode == ReadMode() && read.controls.isEmpty)
  }

  @Test func optionsComeBackAsTheyWere() throws {
    let options = DataOptions(
      label: "y", positive: "1", sensitive: ["a", "b*c"], controls: ["d"], weights: "w",
      identifier: "id", drop: ["e"], categorical: ["f"], numeric: ["h"], missingTexts: ["-"],
      missing: .drop, useSensitive: true, bins: ["a": [1, 2]], prediction: "p",
      continuous: ["k"])
    let bytes = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(DataOptions.self, from: bytes) == options)
  }

  @Test func howATableIsReadIsNoPartOfAFile() throws {
    var options = DataOptions(target: "y")
    options.mode = ReadMode(numbers: ["s"], packsFeatures: false, countsOnly: true)
    let bytes = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(DataOptions.self, from: bytes) == DataOptions(target: "y"))
    let older = #"{"plain": ["s"], "packsFeatures": false, "countsOnly": true, "label": "y"}"#
    #expect(
      try JSONDecoder().decode(DataOptions.self, from: Data(older.utf8)) == DataOptions(label: "y"))
  }
}
