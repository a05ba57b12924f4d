import Datasets
import Foundation
import Testing

@Suite struct OptionTableTests {
  private func options(_ json: String) throws -> DataOptions {
    var options = DataOptions()
    try options.set(try JSONDecoder().decode([String: OptionInput].self, from: Data(json.utf8)))
    return options
  }

  @Test(
    arguments: [
      (.number(0...1), "at least 0 and at most 1"),
      (.number(OptionKind.openShare), "above 0 and below 1"),
      (.number(Double.leastNormalMagnitude...Double.greatestFiniteMagnitude), "above 0"),
      (.number(OptionKind.anyNumber), nil), (.integer(0...Int.max), "at least 0"),
      (.integer(1...1_000_000), "at least 1 and at most 1000000"), (.flag, nil),
    ] as [(OptionKind, String?)])
  func limitsAreInWords(_ example: (OptionKind, String?)) {
    #expect(example.0.limits == example.1)
  }

  @Test func everyRoleIsSetByItsName() throws {
    let read = try options(
      """
      {"label": "y", "positive": 1, "sensitive": "a, b*c", "continuous": ["k,l"], "controls": "d",
       "id": "i", "weights": "w", "drop": ["e"], "categorical": "f", "numeric": "h", "na": "-",
       "fold": "b", "missing": "own-level", "use-sensitive": true, "bins": {"a": [1, 2.5]}, "where": "e > 1",
       "separator": "tab", "decimal": ",", "encoding": "utf-16"}
      """)
    let form = TextForm(separator: .tab, decimal: .comma, encoding: .utf16)
    #expect(read.form == form)
    #expect(try read.condition == RowCondition("e > 1"))
    var roles = read
    roles.form = TextForm()
    roles.condition = nil
    #expect(roles.fold == ["b"])
    roles.fold = []
    #expect(
      roles
        == DataOptions(
          label: "y", positive: "1", sensitive: ["a", "b*c"], controls: ["d"], weights: "w",
          identifier: "i", drop: ["e"], categorical: ["f"], numeric: ["h"], missingTexts: ["-"],
          missing: .keep, useSensitive: true, bins: ["a": [1, 2.5]], continuous: ["k,l"]))
    for role in DataOptions.table {
      #expect(role.get(read) != nil && !role.help.isEmpty, "\(role.name)")
      var again = DataOptions()
      try role.set(&again, role.get(read)!)
      #expect(role.get(again) == role.get(read), "\(role.name)")
    }
  }

  @Test func aLabelOfItsOwnHasAPositiveValueOfItsOwn() throws {
    let base = DataOptions(try BundledDataset.named("adult"))
    #expect(DataOptions(sensitive: ["race"]).over(base).positive == ">50K")
    #expect(DataOptions(label: "sex").over(base).positive == nil)
    #expect(DataOptions(label: "sex", positive: "Male").over(base).positive == "Male")
    let number = DataOptions(target: "age").over(base)
    #expect(number.target == "age" && number.label == nil && number.positive == nil)
  }

  @Test func whatIsLeftOutIsAddedToTheDataSetsOwn() throws {
    let base = DataOptions(try BundledDataset.named("adult"))
    let options = DataOptions(drop: ["age"], missingTexts: ["-"]).over(base)
    #expect(options.drop == ["fnlwgt", "age"] && options.missingTexts == ["?", "-"])
    #expect(DataOptions().over(base) == base)
  }

  @Test(arguments: [
    (#"{"sensitve": "a"}"#, "--sensitve: there is no such option; did you mean --sensitive?"),
    (#"{"missing": "dorp"}"#, "expected one of error, keep, drop; did you mean 'drop'?"),
    (#"{"use_sensitive": "perhaps"}"#, "--use-sensitive perhaps: expected true or false"),
    (#"{"bins": "age"}"#, "expected COLUMN=EDGE[,EDGE…]"),
    (#"{"bins": {"age": [2, 1]}}"#, "edges must be numbers that ascend"),
    (#"{"label": ["a", "b"]}"#, "--label a,b: expected a text"),
  ])
  func aWrongValueIsNamed(json: String, words: String) throws {
    do {
      _ = try options(json)
      Issue.record("accepted")
    } catch let error as DataError { #expect(error.text(.commandLine).contains(words), "\(error)") }
  }

  @Test func kindsSayWhatTheyTake() {
    #expect(OptionKind.number(OptionKind.openShare).expected == "a number above 0 and below 1")
    #expect(OptionKind.number(OptionKind.share).expected == "a number of at least 0 and below 1")
    #expect(OptionKind.number(OptionKind.anyNumber).expected == "a number")
    #expect(OptionKind.integer(1...Int.max).expected == "a whole number of at least 1")
    #expect(OptionKind.integer(1...8).problem(with: .text("9")) != nil)
    #expect(OptionKind.number(0...1).problem(with: .text("nan")) != nil)
  }
}
