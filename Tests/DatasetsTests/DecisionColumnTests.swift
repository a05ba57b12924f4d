import Datasets
import Foundation
import Testing

/// What a column of decisions says, and which of its values is positive.
@Suite struct DecisionColumnTests {
  private func read(
    _ text: String, label: String? = nil, positive: String? = nil, selected: String? = nil
  ) throws -> Dataset<Float> {
    let folder = TemporaryFolder()
    var options = DataOptions(label: label, positive: positive, sensitive: ["g"])
    options.prediction = "d"
    options.selected = selected
    options.mode = ReadMode(packsFeatures: false, countsOnly: true)
    return try DataReader(options: options).read(.path(folder.file("t.csv", text)))
  }

  private func table(_ decisions: [String]) -> String {
    "g,d\n" + decisions.enumerated().map { "\($0 % 2),\($1)\n" }.joined()
  }

  @Test(
    arguments: [
      ["1", "0"], ["1.0", "0.0"], ["true", "false"], ["True", "False"], ["TRUE", "FALSE"],
      ["yes", "no"], ["Yes", "No"], ["YES", "NO"], ["y", "n"], ["Y", "N"],
    ])
  func truthValuesNeedNoOption(_ words: [String]) throws {
    let pattern = [0, 1, 1, 0, 1]
    let rows = try read(table(pattern.map { words[$0] }))
    #expect(rows.predictions?.array == pattern.map { UInt8(1 - $0) })
    #expect(rows.positives.decision == .init(column: "d", value: words[0]))
  }

  @Test func aStatedValueIsPositiveAndAllOthersAreNot() throws {
    let text = table(["approve", "deny", "refer", "approve"])
    for rows in [
      try read(text, selected: "approve"), try read(text, positive: "approve"),
    ] {
      #expect(rows.predictions?.array == [1, 0, 0, 1])
      #expect(rows.positives.decision?.value == "approve")
      let note = rows.notes.map(\.description).joined()
      #expect(note.contains("'deny'") && note.contains("'refer'"))
    }
    #expect(try read(table(["1", "0", "1"]), selected: "0").predictions?.array == [0, 1, 0])
    #expect(try read(table(["True", "False"]), selected: "1").predictions?.array == [1, 0])
  }

  /// Swapping which value is stated swaps every decision.
  @Test func theOtherValueIsTheOpposite() throws {
    let text = table(["in", "out", "out", "in", "out"])
    let a = try read(text, selected: "in").predictions!.array
    let b = try read(text, selected: "out").predictions!.array
    #expect(zip(a, b).allSatisfy { $0 + $1 == 1 })
  }

  @Test func aBatchOfOneValueIsCounted() throws {
    #expect(try read(table(["deny"]), selected: "approve").predictions?.array == [0])
    #expect(try read(table(["approve"]), selected: "approve").predictions?.array == [1])
    let rows = try read(table(["no", "no"]))
    #expect(rows.predictions?.array == [0, 0] && rows.positives.decision?.value == "yes")
  }

  @Test func unknownWordsAreNamed() {
    let odd = #expect(throws: DataError.self) { _ = try read(table(["approved", "denied"])) }
    #expect(odd?.text(.commandLine).contains("--selected") == true)
    let wrong = #expect(throws: DataError.self) {
      _ = try read(table(["approve", "deny", "deny"]), selected: "Approve")
    }
    #expect("\(wrong!)".contains("did you mean 'approve'"))
  }

  @Test func theLabelsOwnWordsKeepTheirMeaning() throws {
    let text = "g,d,l\n0,yes,yes\n1,no,no\n0,no,yes\n"
    let usual = try read(text, label: "l")
    #expect(usual.predictions?.array == [1, 0, 0] && usual.labels?.array == [1, 0, 1])
    let turned = try read(text, label: "l", positive: "no")
    #expect(turned.predictions?.array == [0, 1, 1] && turned.labels?.array == [0, 1, 0])
    #expect(turned.positives.label?.value == "no" && turned.positives.decision?.value == "no")
    let words = try read("g,d,l\n0,denied,denied\n1,approved,approved\n", label: "l")
    #expect(words.positives.decision?.value == "approved")
  }

  @Test func labelsOfOneValueTellByTheirTruth() throws {
    #expect(try read("g,d,l\n0,1,1\n1,0,1\n", label: "l").labels?.array == [1, 1])
    #expect(try read("g,d,l\n0,1,0\n1,0,0\n", label: "l").labels?.array == [0, 0])
    let known = try read("g,d,l\n0,good,good\n1,bad,good\n", label: "l")
    #expect(known.labels?.array == [1, 1] && known.predictions?.array == [1, 0])
    let error = #expect(throws: DataError.self) {
      _ = try read("g,d,l\n0,1,good\n1,0,good\n", label: "l")
    }
    #expect(error?.text(.commandLine).contains("--positive") == true)
  }

  @Test func aRareLabelIsNamedWithItsPlace() {
    let rows = (0..<40).map { "\($0 % 2),1,\($0 % 3 == 0 ? "yes" : "no")" }
    let text = "g,d,l\n" + (rows + ["0,1,maybe"]).joined(separator: "\n") + "\n"
    let error = #expect(throws: DataError.self) { _ = try read(text, label: "l") }
    let told = error!.text(.commandLine)
    #expect(told.contains("'maybe' (1)") && told.contains("line 42"))
    #expect(told.contains("--na maybe with --missing drop"))
  }

  @Test func keptColumnsAreTextsByRecord() throws {
    let folder = TemporaryFolder()
    let text = "id,g,x,y\n007,a,1,0\n\"b,2\",b,2,1\nNA,a,,0\n\"say \"\"x\"\"\",b,4,1\n"
    var options = DataOptions(label: "y", sensitive: ["g"], missing: .drop)
    options.mode.texts = ["id", "g"]
    let rows: Dataset<Float> = try DataReader(options: options).read(
      .path(folder.file("t.csv", text)))
    #expect(rows.texts.map(\.name) == ["id", "g"])
    #expect(rows.texts[0].values == ["007", "b,2", nil, "say \"x\""])
    #expect(rows.sourceRows == [0, 1, 3])
    options.mode.texts = ["nobody"]
    #expect(throws: DataError.self) {
      let _: Dataset<Float> = try DataReader(options: options).read(
        .path(folder.file("t.csv", text)))
    }
  }
}
