import Datasets
import Testing

/// An error, and what each door says of it.
private struct Said: Sendable, CustomTestStringConvertible {
  var error: DataError
  var texts: [Dialect: String]
  var testDescription: String { error.text(.c) }

  init(_ error: DataError, _ texts: [Dialect: String]) {
    self.error = error
    self.texts = texts
  }

  /// The same words in every door.
  init(_ error: DataError, _ text: String) {
    self.error = error
    texts = Dictionary(uniqueKeysWithValues: Dialect.allCases.map { ($0, text) })
  }
}

private let cases: [Said] = [
  Said(
    .option("target_gap", value: "-1", "must be at least 0"),
    [
      .commandLine: "--target-gap -1: must be at least 0",
      .yaml: "'target_gap: -1': must be at least 0",
      .c: "option 'target_gap' = '-1': must be at least 0",
      .python: "target_gap=-1: must be at least 0",
      .swift: "'target_gap' = '-1': must be at least 0",
    ]),
  Said(
    .option("kind", value: "ratoi", "expected one of ratio\(NearestName.suggestion("ratio"))"),
    [
      .commandLine: "--kind ratoi: expected one of ratio; did you mean 'ratio'?",
      .python: "kind='ratoi': expected one of ratio; did you mean 'ratio'?",
    ]),
  Said(
    .option(
      "strenght",
      """
      'penalized' has no such option\
      \(NearestName.suggestion(forOption: "strenght", among: ["strength"])) (\(optionsOf: "penalized"))
      """),
    [
      .commandLine: "--strenght: 'penalized' has no such option; did you mean --strength? "
        + "('equipoise methods penalized' lists them)",
      .yaml: "'strenght': 'penalized' has no such option; did you mean 'strength'? "
        + "('equipoise methods penalized' lists them)",
      .c: "option 'strenght': 'penalized' has no such option; did you mean option 'strength'? "
        + "(eqp_method_option_at and eqp_stage_option_at list them)",
      .python: "strenght: 'penalized' has no such option; did you mean strength? "
        + "(equipoise.methods() lists them)",
    ]),
  Said(
    .missingValue(file: "d.csv", row: 7, column: "age", count: 3),
    [
      .commandLine: "d.csv, line 7, column 'age': the value is missing, and 2 more in this column "
        + "(--missing keep keeps such rows, --missing drop leaves them out, "
        + "--drop age leaves the column out)",
      .yaml: "d.csv, line 7, column 'age': the value is missing, and 2 more in this column "
        + "('missing: keep' keeps such rows, 'missing: drop' leaves them out, "
        + "'drop: age' leaves the column out)",
      .python: "d.csv, line 7, column 'age': the value is missing, and 2 more in this column "
        + "(missing='keep' keeps such rows, missing='drop' leaves them out, "
        + "drop='age' leaves the column out)",
    ]),
  Said(
    .missingInRole(file: RowPlace.memory, row: 7, column: "w", count: 1),
    [
      .c: "row 6 (from 0), column 'w': the value is missing "
        + "(option 'missing' = 'drop' leaves such rows out)",
      .python: "row 6 (from 0), column 'w': the value is missing "
        + "(missing='drop' leaves such rows out)",
    ]),
  Said(
    .notANumber(file: "d.csv", row: 2, column: "x", value: "n a"),
    [
      .commandLine: "d.csv, line 2, column 'x': 'n a' is not a number (--categorical x makes the "
        + "column a category, --na 'n a' makes the value a missing one)"
    ]),
  Said(
    .tooLarge(file: "d.csv", row: 2, column: "x", value: "1e40"),
    [.python: "d.csv, line 2, column 'x': '1e40' does not fit in 32 bits (use precision='double')"]),
  Said(
    .raggedRow(file: "d.csv", row: 2, found: 1, expected: 3),
    "d.csv, line 2: 1 fields where the header has 3"),
  Said(
    .notADecision(file: "d.csv", row: 2, column: "p", value: "7"),
    [
      .commandLine: "d.csv, line 2, column 'p': '7' is not a decision: expected 0, 1, yes, no, or "
        + "a value of the label (--selected VALUE says which value is positive)",
      .yaml: "d.csv, line 2, column 'p': '7' is not a decision: expected 0, 1, yes, no, or "
        + "a value of the label ('selected: VALUE' says which value is positive)",
      .c: "d.csv, line 2, column 'p': '7' is not a decision: expected 0, 1, yes, no, or "
        + "a value of the label (option 'selected' = 'VALUE' says which value is positive)",
      .python: "d.csv, line 2, column 'p': '7' is not a decision: expected 0, 1, yes, no, or "
        + "a value of the label (selected='VALUE' says which value is positive)",
      .swift: "d.csv, line 2, column 'p': '7' is not a decision: expected 0, 1, yes, no, or "
        + "a value of the label ('selected' = 'VALUE' says which value is positive)",
    ]),
  Said(
    .notFinite(file: RowPlace.memory, row: 1, column: "x", value: "inf"),
    "row 0 (from 0), column 'x': 'inf' is not a finite number"),
  Said(
    .unknownColumn(
      file: "d.csv", column: "agee", role: "\(option: "target_column")", nearest: "age"),
    [
      .commandLine: "d.csv: no column 'agee' for --target-column; did you mean 'age'?",
      .c: "d.csv: no column 'agee' for option 'target_column'; did you mean 'age'?",
      .python: "d.csv: no column 'agee' for target_column; did you mean 'age'?",
    ]),
  Said(
    .unknownColumn(
      file: RowPlace.memory, column: "a", role: "\(option: "sensitive")", nearest: nil),
    [.python: "no column 'a' for sensitive", .c: "no column 'a' for option 'sensitive'"]),
  Said(
    .unusableColumn(file: RowPlace.table, column: "when", kind: "a date", role: nil),
    [
      .commandLine: "column 'when' is a date: --drop when leaves it out",
      .yaml: "column 'when' is a date: 'drop: [when]' leaves it out",
      .c: "column 'when' is a date: option 'drop' = 'when' leaves it out",
      .python: "column 'when' is a date: drop=['when'] leaves it out",
    ]),
  Said(
    .unusableColumn(
      file: RowPlace.table, column: "a, b", kind: "a list", role: "\(option: "sensitive")"),
    [.python: "column 'a, b' is a list, which cannot be used for sensitive"]),
  Said(.headerOnly(file: "d.csv"), "d.csv: a header and no rows"),
  Said(.headerOnly(file: RowPlace.table), "the table has no rows"),
  Said(
    .conflictingRoles(column: "y", first: "the label", second: "a feature (\(option: "numeric"))"),
    [
      .commandLine: "column 'y' cannot be both the label and a feature (--numeric)",
      .python: "column 'y' cannot be both the label and a feature (numeric)",
    ]),
  Said(
    .needsGroups(method: "reductions", hasNumbers: false),
    [
      .commandLine: "--sensitive: 'reductions' needs a sensitive column",
      .python: "sensitive_features are missing: 'reductions' needs them as groups (sensitive of a "
        + "table)",
    ]),
  Said(
    .predictsLabels(method: "penalized"),
    [
      .commandLine:
        "--target-column: 'penalized' needs a label of two values; it cannot predict a number",
      .c:
        "option 'target_column': 'penalized' needs a label of two values; it cannot predict a number",
    ]),
  Said(
    .unknownName(
      "x", what: "method", nearest: nil, hint: " (\(listOfMethods: ()))"),
    [
      .commandLine: "no such method: 'x' ('equipoise methods' lists them)",
      .c: "no such method: 'x' (eqp_method_at and eqp_stage_at list them)",
      .python: "no such method: 'x' (equipoise.methods() lists them)",
      .swift: "no such method: 'x' ('Mitigations.all' lists them)",
    ]),
  Said(.unwritable(file: "m.eqp", reason: "no space"), "m.eqp: cannot be written: no space"),
  Said(
    .wrongSeparator(file: "d.csv", separator: "semicolons", header: "a;b"),
    "d.csv: columns seem to be separated by semicolons, as in 'a;b', but not in every row"),
]

@Suite struct DialectTests {
  @Test(arguments: cases)
  fileprivate func eachDoorSpellsItsOwnWay(_ said: Said) {
    for (dialect, text) in said.texts { #expect(said.error.text(dialect) == text, "\(dialect)") }
  }

  @Test func placesCountAsTheirReadersDo() {
    #expect("\(RowPlace(file: "d.csv", row: 3))" == "d.csv, line 3")
    #expect(RowPlace(file: "d.csv", row: 3).index == 2)
    #expect("\(RowPlace(file: RowPlace.memory, row: 3))" == "row 2 (from 0)")
    #expect("\(RowPlace(file: RowPlace.table, row: 3))" == "row 2 (from 0)")
    #expect("\(RowPlace(file: "d/X.npy", row: 3))" == "d/X.npy, row 2 (from 0)")
    #expect(RowPlace(file: RowPlace.memory, row: 3).index == 2)
  }

  @Test func partsOfRowsHaveTheNamesOfArguments() {
    let phrase: Phrase = "\(part: .weights)[3] and \(vector: "attributes"), \(vector: "mine")"
    #expect(phrase.text(.c) == "weights[3] and attributes, mine")
    #expect(phrase.text(.python) == "sample_weight[3] and sensitive_features, mine")
    #expect(phrase.text(.swift) == "sampleWeights[3] and attributes, mine")
  }

  @Test func aNameIsOfferedOrAllAreListed() {
    #expect(
      NearestName.suggestion(for: "genedr", among: ["sex", "gender"]) == "; did you mean 'gender'?")
    #expect(NearestName.suggestion(for: "zzzz", among: ["sex"]).isEmpty)
    #expect(
      NearestName.suggestionOrList(for: "zzzzz", among: ["sex", "age"]) == "; there are sex, age")
    let long = String(repeating: "x", count: 100_000)
    #expect(NearestName.of(long, among: ["x"]) == nil)
  }
}
