import Datasets
import LinearAlgebra
import Testing

/// Rows that a fitted model is given: a single one tells nothing by itself, and what was no value in
/// the fit is none here.
@Suite struct RowsForModelsTests {
  private let folder = TemporaryFolder()

  private func read(
    _ text: String, _ options: DataOptions = DataOptions(), for encoder: FeatureEncoder? = nil
  ) throws -> Dataset<Double> {
    var reader = DataReader(options: options, pool: WorkerPool(threads: 2))
    reader.standardizes = encoder != nil
    let path = DataLocation.path(folder.file("t.csv", text))
    return try encoder.map { try reader.read(path, encoder: $0) } ?? reader.read(path)
  }

  private func encoder(_ numbers: [String], categories: [String] = []) -> FeatureEncoder {
    FeatureEncoder(
      numeric: numbers.map { .init(name: $0) },
      categorical: categories.map { .init(name: $0, levels: ["a", "b"]) })
  }

  private static let written = [
    ("€ 26.006,95", 26006.95), ("26.006,95", 26006.95), ("26006,95", 26006.95), ("11,4%", 0.114),
    ("-0,5", -0.5), ("1.234.567", 1_234_567), ("7", 7),
  ]

  @Test(arguments: written)
  func aModelKnowsWhichColumnsAreNumbers(_ text: String, _ number: Double) throws {
    let rows = try read("name;x\nK-1;\(text)\n", for: encoder(["x"]))
    #expect(rows.rows == 1 && abs(rows.features.dense[0, 0] - number) < 1e-9)
  }

  @Test(arguments: written)
  func aStatedDecimalMarkNeedsNoOtherRow(_ text: String, _ number: Double) throws {
    var options = DataOptions(label: "y")
    options.form = TextForm(separator: .semicolon, decimal: .comma)
    options.mode.countsOnly = true
    options.mode.labelIsOptional = true
    for rows in ["\(text);a\n", "\(text);a\n\(text);b\n"] {
      let found = try read("x;name\n\(rows)", options)
      try #require(found.encoder.numeric.map(\.name) == ["x"], "\(found.notes)")
      #expect(abs(found.features.dense[0, 0] - number) < 1e-9)
    }
  }

  /// A number by either mark is not guessed, and the error names what would tell.
  @Test func anOpenMarkIsAskedAbout() throws {
    let text = "name;x\nK-1;2,975\n"
    let error = #expect(throws: DataError.self) { _ = try read(text, for: encoder(["x"])) }
    let told = error?.text(.commandLine) ?? ""
    #expect(told.contains("--decimal , or --decimal . says") && !told.contains("--na"), "\(told)")
    for (mark, number) in [(DecimalMark.comma, 2.975), (.point, 2975)] {
      var options = DataOptions()
      options.form = TextForm(separator: nil, decimal: mark)
      #expect(try read(text, options, for: encoder(["x"])).features.dense[0, 0] == number)
    }
    // Another column tells it.
    let both = try read("z;x\n0,5;2,975\n", for: encoder(["x", "z"]))
    #expect(both.features.dense[0, 0] == 2.975)
  }

  /// What is no number among numbers is named, and not the first number.
  @Test func theOddTextIsBlamed() throws {
    let text = "x\n\"1,5\"\nnone\n\"2,5\"\n"
    let error = #expect(throws: DataError.self) { _ = try read(text, for: encoder(["x"])) }
    #expect(error.map { "\($0)".contains("line 3") && "\($0)".contains("'none'") } == true)
  }

  @Test func textsOfMissingValuesAreThoseOfTheFitAndThoseStated() throws {
    var model = encoder(["x"], categories: ["c"])
    model.categorical[0].hasMissing = true
    model.options.missing = .keep
    model.options.missingTexts = ["none"]
    let text = "x,c\n1,none\n2,?\n3,a\n"
    func codes(_ options: DataOptions) throws -> [UInt16] {
      try read(text, options, for: model).features.categorical[0].codes.array
    }
    #expect(try codes(DataOptions()) == [2, 3, 0])
    #expect(try codes(DataOptions(missingTexts: ["?"])) == [2, 2, 0])
    // A value that the model knows stays one.
    #expect(try codes(DataOptions(missingTexts: ["a", "?"])) == [2, 2, 0])
  }

  /// Numbers with texts for a missing value among them are told by what means one in the fit.
  @Test func missingValuesOfTheFitTellNoForm() throws {
    var model = encoder(["x"])
    model.options.missing = .keep
    model.options.missingTexts = ["k.A."]
    let rows = try read("x;z\n€ 1.500,00;1\nk.A.;2\nk.A.;3\nk.A.;4\n", for: model)
    #expect(rows.features.dense[0, 0] == 1500)
  }
}
