import Datasets
import LinearAlgebra
import Testing

/// The notes on a column beside two others that need none.
private func notes(_ values: [String], _ options: DataOptions = DataOptions()) throws -> [String] {
  try read(values, options).notes.map { $0.text(.commandLine) }
}

private func read(
  _ values: [String], _ options: DataOptions = DataOptions()
) throws -> Dataset<Float> {
  let folder = TemporaryFolder()
  var options = options
  options.label = "y"
  if options.sensitive.isEmpty { options.sensitive = ["g"] }
  let rows = values.enumerated().map { i, value in
    "\"\(value)\",\(i % 3),\(i % 2 == 0 ? "f" : "m"),\(i % 5 == 0 ? 1 : 0)"
  }
  let text = (["odd,x,g,y"] + rows).joined(separator: "\n") + "\n"
  return try DataReader(options: options, pool: WorkerPool(threads: 2)).read(
    .path(folder.file("t.csv", text)))
}

extension DataOptions {
  fileprivate func folding(_ columns: String...) -> DataOptions {
    var options = self
    options.fold = columns
    return options
  }
}

/// Forty values, each twice.
private func twice(_ value: (Int) -> String) -> [String] { (0..<40).map { value($0 % 20) } }

private func day(_ k: Int) -> String { k < 9 ? "0\(k + 1)" : "\(k + 1)" }

@Suite struct ColumnNoteTests {
  @Test(arguments: [
    twice { "2024-01-\(day($0))" }, twice { "2024/1/\($0 + 1)" }, twice { "\(day($0)).03.2024" },
    twice { "3/\($0 + 1)/24" }, twice { "\($0 + 1) March 2024" }, twice { "Sep \($0 + 1), 2024" },
    twice { "2024-01-\(day($0)) 10:30" }, twice { "2024-01-\(day($0))T10:30:00.125Z" },
    twice { "\(day($0))-Mar-24" }, twice { "202401\(day($0))" },
  ])
  func datesAreToldOf(_ values: [String]) throws {
    let told = try notes(values)
    #expect(told.count == 1 && told[0].contains("look like dates"), "\(told)")
    #expect(told[0].contains("--drop odd"))
  }

  @Test(arguments: [
    twice { "18-\($0 + 20)" }, twice { "1.2.\($0)" }, twice { "2024-Q\($0 % 4)" },
    twice { "\($0 + 40)-40-2024" }, twice { "may \($0) be" },
  ])
  func otherTextsAreNoDates(_ values: [String]) throws {
    #expect(try !notes(values).contains { $0.contains("look like dates") })
  }

  @Test(arguments: ["00501", "007", "0123456789", "00.5"])
  func digitsBehindAZeroAreCodes(_ code: String) throws {
    let values = (0..<40).map { $0 % 4 == 0 ? code : "\($0 % 4 * 111)" }
    let data = try read(values)
    #expect(data.encoder.categorical.map(\.name) == ["odd"])
    #expect(data.encoder.categorical[0].levels.contains(code))
    #expect(data.notes.map { $0.text(.commandLine) }.contains { $0.contains("'\(code)' begin") })
    #expect(try notes(values, DataOptions(categorical: ["odd"])).isEmpty)
    let numbers = try read(values, DataOptions(numeric: ["odd"]))
    #expect(numbers.encoder.numeric.map(\.name) == ["odd", "x"] && numbers.notes.isEmpty)
  }

  @Test(arguments: ["0", "0.5", "-0.25", "10", "1e05", "-05"])
  func otherNumbersAreNumbers(_ number: String) throws {
    let values = (0..<40).map { $0 % 4 == 0 ? number : "\($0 % 4)" }
    #expect(try read(values).encoder.numeric.map(\.name) == ["odd", "x"])
    #expect(try notes(values).isEmpty)
  }

  /// Numbers that vary are no keys unless they are whole and all different.
  @Test func keysAreWholeAndDifferent() throws {
    let ids = (0..<40).map { "\(7 * $0 + 1_000_000_000)" }
    for (values, isKey) in [
      (ids, true), (ids.map { $0 + ".5" }, false), (Array(ids.dropLast()) + [ids[0]], false),
      (twice { "\(7 * $0)" }, false), (Array(ids.prefix(19)), false),
      (ids.map { "A" + $0 }, true),
    ] {
      let told = try notes(values)
      #expect(told.contains { $0.contains("key") } == isKey, "\(values.prefix(2)): \(told)")
    }
  }

  @Test func spellingsAreCountedInEveryRole() throws {
    var values = (0..<40).map { $0 % 2 == 0 ? "Full time" : "part" }
    values[6] = "full time"
    values[8] = "FullTime"
    for sensitive in [[], ["odd"], ["odd*g"]] {
      let told = try notes(values, DataOptions(sensitive: sensitive))
      #expect(
        told.contains { $0.contains("'Full time' (18), 'FullTime' (1), 'full time' (1)") },
        "\(told)")
      // What is told to be one afterwards is.
      let folded = try notes(values, DataOptions(sensitive: sensitive).folding("odd"))
      #expect(folded.contains { $0.contains("'full time' (19), 'fulltime' (1)") }, "\(folded)")
    }
  }

  @Test func foldedValuesAreOne() throws {
    var values = (0..<40).map { $0 % 2 == 0 ? "Female" : "male" }
    (values[6], values[8], values[9]) = ("female", " FEMALE ", "Male")
    for sensitive in [[], ["odd"]] {
      let options = DataOptions(sensitive: sensitive)
      #expect(try notes(values, options).contains { $0.contains("--fold odd reads them as one") })
      let data = try read(values, options.folding("odd"))
      #expect(data.notes.isEmpty)
      let names = data.attributes.first { $0.attribute == "odd" }?.names
      #expect((names ?? data.encoder.categorical.first?.levels) == ["female", "male"])
    }
  }

  /// A model folds what was folded in its fit, and nothing else.
  @Test func rowsForAModelAreFoldedAsInItsFit() throws {
    let values = (0..<40).map { ["Red", "red", "blue"][$0 % 3] }
    let folder = TemporaryFolder()
    let path = folder.file("new.csv", "odd,x,g,y\nRED,1,f,1\nBlue,2,m,0\nred,1,f,1\n")
    for (fitted, codes) in [(true, [1, 0, 1]), (false, [3, 3, 2])] as [(Bool, [UInt16])] {
      let options = fitted ? DataOptions().folding("odd") : DataOptions()
      let encoder = try read(values, options).encoder
      for stated in [DataOptions(), DataOptions().folding("odd")] {
        let rows: Dataset<Float> = try DataReader(options: stated).read(
          .path(path), encoder: encoder)
        #expect(rows.features.categorical[0].codes.array == codes)
      }
    }
  }

  @Test func namesStayWhatTheyAre() throws {
    let values = (0..<40).map { "a, \"\"b\"\"\u{1B}[2J \($0 % 4)" }
    #expect(try notes(values).isEmpty)
    #expect(try notes((0..<40).map { "a,\($0)" }).contains { $0.contains("looks like a key") })
  }

  /// More rows than a sample has.
  @Test func codesBeyondTheFirstRowsAreSeen() throws {
    let values = (0..<7_000).map { $0 % 100 == 99 ? "00501" : "94103" }
    #expect(try read(values).encoder.categorical.map(\.name) == ["odd"])
  }
}
