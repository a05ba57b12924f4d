import Datasets
import LinearAlgebra
import TestSupport
import Testing

/// Which value of a label is positive where nobody says, and what is said of labels that cannot be used.
@Suite struct LabelChoiceTests {
  private func read(
    _ labels: [String], _ options: DataOptions = DataOptions(), odd: String = "1"
  ) throws -> Dataset<Float> {
    let folder = TemporaryFolder()
    var options = options
    options.label = "y"
    options.sensitive = ["g"]
    let rows = labels.enumerated().map { i, label in
      "\(i == 3 ? odd : "\(i % 7)"),\(i % 2 == 0 ? "f" : "m"),\(label)"
    }
    let text = (["x,g,y"] + rows).joined(separator: "\n") + "\n"
    return try DataReader(options: options, pool: WorkerPool(threads: 2)).read(
      .path(folder.file("t.csv", text)))
  }

  private func alternating(_ a: String, _ b: String) -> [String] {
    (0..<40).map { $0 % 3 == 0 ? a : b }
  }

  @Test(
    arguments: [
      ("approved", "denied"), ("Approved", "Denied"), ("accepted", "rejected"),
      ("granted", "refused"), ("hired", "rejected"), ("hired", "not hired"), ("paid", "default"),
      ("no default", "default"), ("pass", "fail"), ("good", "bad"), ("true", "false"),
      ("Yes", "No"), ("eligible", "Not eligible"),
    ])
  func theFavorableOutcomeIsPositive(_ favorable: String, _ other: String) throws {
    for labels in [alternating(favorable, other), alternating(other, favorable)] {
      let rows = try read(labels)
      #expect(rows.positives.label?.value == favorable && rows.encoder.negative == other)
      #expect(rows.labels?.array == labels.map { $0 == favorable ? 1 : 0 } && rows.notes.isEmpty)
    }
    let turned = try read(alternating(favorable, other), DataOptions(positive: other))
    #expect(turned.positives.label?.value == other && turned.notes.isEmpty)
  }

  @Test(arguments: [("approved", "waiting"), ("granted", "approved"), ("a", "b")])
  func otherTextsAreOrderedAndANoteSaysSo(_ a: String, _ b: String) throws {
    let rows = try read(alternating(a, b))
    let later = max(a, b), earlier = min(a, b)
    #expect(rows.positives.label?.value == later)
    #expect(
      rows.notes.map { $0.text(.commandLine) } == [
        "label y: '\(later)' is taken as positive, as the later of two texts (--positive "
          + "\(earlier) makes the other one positive)"
      ])
  }

  @Test(arguments: [("0", "1", "1"), ("10", "9", "10"), ("<=50K", ">50K", ">50K")])
  func numbersAndBoundsNeedNoNote(_ a: String, _ b: String, _ positive: String) throws {
    let rows = try read(alternating(a, b))
    #expect(rows.positives.label?.value == positive && rows.notes.isEmpty)
  }

  @Test(arguments: ["adult", "german", "compas"])
  func bundledDataKeepTheirPositiveValues(_ name: String) throws {
    let dataset = try BundledDataset.named(name)
    let rows: Dataset<Float> = try DataReader(options: DataOptions(dataset)).read(
      .bundled(dataset, .train))
    #expect(rows.positives.label?.value == dataset.positive)
  }

  /// Fixed last, a label that cannot be one makes all other work vain.
  @Test(arguments: [
    (["2024-01-01", "2024-01-02", "2024-01-03"], "they look like dates"),
    (["a", "b", "c"], "more than two values"), (["a"], "every label is 'a'"),
  ])
  func theLabelIsBlamedBeforeAFeature(_ values: [String], _ words: String) throws {
    let labels = (0..<40).map { values[$0 % values.count] }
    let error = #expect(throws: DataError.self) { _ = try read(labels, odd: "k.A.") }
    #expect(error?.culprit == "y" && "\(error!)".contains(words), "\(error as Any)")
    let missing = #expect(throws: DataError.self) { _ = try read(labels, odd: "") }
    #expect(missing?.culprit == "y")
    // Where nothing is wrong with the label, the feature is named as before.
    let fine = #expect(throws: DataError.self) {
      _ = try read(alternating("no", "yes"), odd: "k.A.")
    }
    #expect(fine?.culprit == "x" && "\(fine!)".contains("line 5"))
    let chosen = #expect(throws: DataError.self) {
      var options = DataOptions()
      options.condition = try RowCondition("y in {a, b}")
      _ = try read((0..<40).map { ["a", "b", "c"][$0 % 3] }, options, odd: "k.A.")
    }
    #expect(chosen?.culprit == "x")
  }

  @Test func spellingsOfALabelAreToldToBeFolded() throws {
    var labels = alternating("approved", "denied")
    (labels[3], labels[4]) = ("Approved", "DENIED")
    let error = #expect(throws: DataError.self) { _ = try read(labels) }
    #expect(error?.text(.commandLine).contains("--fold y reads spellings that differ") == true)
    var options = DataOptions()
    options.fold = ["y"]
    let rows = try read(labels, options)
    #expect(rows.positives.label?.value == "approved" && rows.encoder.negative == "denied")
    options.positive = "Denied"
    #expect(try read(labels, options).positives.label?.value == "denied")
    options.fold = ["z"]
    #expect(throws: DataError.self) { _ = try read(labels, options) }
  }
}
