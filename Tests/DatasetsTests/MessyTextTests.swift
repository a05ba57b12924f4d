import Datasets
import LinearAlgebra
import Testing

/// Rows that a file reads as: the numbers of x, the groups and the labels.
private struct Rows: Equatable {
  var numbers: [Double]
  var groups: [String]
  var labels: [UInt8]
  var lines: [Int]

  static let clean = Rows(
    numbers: [1234.5, -20, 0.25, 7, 1_000_000, 12.125],
    groups: ["é", "b", "é", "b", "é", "b"], labels: [1, 0, 1, 1, 0, 0], lines: Array(2...7))

  func moved(by lines: Int) -> Rows {
    var rows = self
    rows.lines = rows.lines.map { $0 + lines }
    return rows
  }
}

private func read(
  _ bytes: [UInt8], _ form: TextForm = TextForm()
) throws -> (rows: Rows, notes: [String]) {
  let folder = TemporaryFolder()
  var options = DataOptions(label: "y", sensitive: ["g"])
  options.form = form
  options.mode.numbers = ["x"]
  options.mode.packsFeatures = false
  let data: Dataset<Double> = try DataReader(options: options, pool: WorkerPool(threads: 2)).read(
    .path(folder.file("t.csv", bytes)))
  let rows = Rows(
    numbers: data.columns["x"]!, groups: (0..<data.rows).map { data.attributes[0].name(of: $0) },
    labels: data.labels!.array, lines: (0..<data.rows).map { data.line(ofRow: $0) })
  return (rows, data.notes.map { $0.text(.commandLine) })
}

extension GroupIndex {
  fileprivate func name(of row: Int) -> String { names[self[row]] }
}

private let numbers = ["1234.5", "-20", "0.25", "7", "1000000", "12.125"]

/// The same table in another form.
private func table(
  _ numbers: [String] = numbers, separator: String = ",", end: String = "\n"
) -> String {
  let groups = Rows.clean.groups, labels = Rows.clean.labels
  let lines = ["x", "g", "y"].joined(separator: separator)
  return numbers.indices.reduce(lines + end) {
    $0 + [numbers[$1], groups[$1], "\(labels[$1])"].joined(separator: separator) + end
  }
}

private func windows1252(_ text: String) -> [UInt8] {
  text.unicodeScalars.map { UInt8($0.value) }
}

private func utf16(_ text: String, isLittle: Bool, mark: Bool) -> [UInt8] {
  ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit -> [UInt8] in
    let parts = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
    return isLittle ? parts : parts.reversed()
  }
}

private struct Form: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var bytes: [UInt8]
  /// What the notes must say; none: no note at all.
  var says: [String]
  var above = 0

  init(_ name: String, _ text: String, says: [String], above: Int = 0) {
    self.init(name, Array(text.utf8), says: says, above: above)
  }

  init(_ name: String, _ bytes: [UInt8], says: [String], above: Int = 0) {
    testDescription = name
    self.bytes = bytes
    self.says = says
    self.above = above
  }
}

private let german = ["1.234,5", "-20", "0,25", "7", "1.000.000", "12,125"]

private let forms: [Form] = [
  Form("plain", table(), says: []),
  Form("Windows line ends", table(end: "\r\n"), says: []),
  Form("semicolons", table(separator: ";"), says: ["separated by semicolons (--separator)"]),
  Form("tabs", table(separator: "\t"), says: ["separated by tabs"]),
  Form("vertical bars", table(separator: "|"), says: ["separated by vertical bars"]),
  Form(
    "semicolons and decimal commas", table(german, separator: ";"),
    says: ["separated by semicolons", "column 'x'", "'1.234,5'", "(1234.5)"]),
  Form(
    "decimal commas in quotes", table(german.map { "\"\($0)\"" }),
    says: ["column 'x'", "read as numbers"]),
  Form(
    "thousands", table(["\"1,234.5\"", "-20", "0.25", "7", "\"1,000,000\"", "12.125"]),
    says: ["column 'x'", "'1,234.5'", "read as numbers (1234.5)"]),
  Form(
    "currency", table(["\"$1,234.5\"", "-$20", "$0.25", "$7", "\"$1,000,000\"", "$12.125"]),
    says: ["column 'x'", "read as numbers (1234.5)"]),
  Form(
    "currency behind",
    table(
      ["1.234,5 €", "-20 €", "0,25 €", "7 €", "1.000.000 €", "12,125 €"],
      separator: ";"), says: ["column 'x'", "read as numbers"]),
  Form(
    "brackets below zero", table(["\"1,234.5\"", "(20)", "0.25", "7", "\"1,000,000\"", "12.125"]),
    says: ["column 'x'"]),
  Form(
    "spaces between thousands", table(["1 234.5", "-20", "0.25", "7", "1 000 000", "12.125"]),
    says: ["column 'x'", "'1 234.5'"]),
  Form(
    "percentages",
    table(["123450%", "-2000%", "25%", "700 %", "100000000%", "1212.5%"]),
    says: ["column 'x'", "'123450%' are read as numbers (1234.50)"]),
  Form(
    "a first line with the separator", "sep=;\n" + table(separator: ";"),
    says: ["below one line", "semicolons"], above: 1),
  Form(
    "titles", "Loans of 2024\n\n" + table(), says: ["below 2 lines that are not rows"], above: 2),
  Form(
    "titles of a spreadsheet", "Loans of 2024;;\n" + table(separator: ";"),
    says: ["below one line"], above: 1),
  Form("UTF-16", utf16(table(), isLittle: true, mark: true), says: ["UTF-16 (--encoding utf-8"]),
  Form("UTF-16, large end first", utf16(table(), isLittle: false, mark: true), says: ["UTF-16"]),
  Form(
    "UTF-16 of Windows with tabs",
    utf16(table(separator: "\t", end: "\r\n"), isLittle: true, mark: true),
    says: ["UTF-16", "tabs"]),
]

@Suite struct MessyTextTests {
  @Test(arguments: forms)
  fileprivate func isReadAsTheCleanTable(_ form: Form) throws {
    let (rows, notes) = try read(form.bytes)
    #expect(rows == Rows.clean.moved(by: form.above))
    if form.says.isEmpty { #expect(notes.isEmpty) }
    for text in form.says {
      #expect(notes.joined(separator: "\n").contains(text), "\(notes)")
    }
  }

  @Test func lettersOfWindowsAreRead() throws {
    let text = "x,g,y\n1,café,1\n2,naïve,0\n3,café,1\n"
    let (rows, notes) = try read(windows1252(text))
    #expect(rows.groups == ["café", "naïve", "café"])
    #expect(notes.count == 1 && notes[0].contains("Windows-1252"))
  }

  @Test func utf16WithoutAMarkIsRead() throws {
    let text = "x,g,y\n1,a,1\n2,b,0\n"
    for isLittle in [true, false] {
      let (rows, notes) = try read(utf16(text, isLittle: isLittle, mark: false))
      #expect(rows.numbers == [1, 2] && rows.groups == ["a", "b"])
      #expect(notes.contains { $0.contains("UTF-16") })
    }
  }

  @Test func linesOfOldMacsAreRead() throws {
    let (rows, notes) = try read(Array("x,g,y\r1,a,1\r2,b,0\r".utf8))
    #expect(rows.numbers == [1, 2] && rows.lines == [2, 3])
    #expect(notes.contains { $0.contains("carriage return") })
  }

  /// Numbers that are plain as they stand may have points between thousands: another column tells.
  @Test func pointsBetweenThousandsFollowTheFile() throws {
    func text(_ rates: [String]) -> [UInt8] {
      let rows = zip(["4.150;a;1", "750;b;0", "1.000;a;1"], rates).map { "\($0);\($1)\n" }
      return Array(("x;g;y;rate\n" + rows.joined()).utf8)
    }
    let told = try read(text(["0,5", "1,25", "2,5"]))
    #expect(told.rows.numbers == [4150, 750, 1000])
    #expect(told.notes.contains { $0.contains("'4.150' are read as numbers (4150)") })
    let point = try read(text(["0.5", "1.25", "2.5"]))
    #expect(point.rows.numbers == [4.15, 750, 1])
    #expect(!point.notes.contains { $0.contains("'x'") })
    let open = try read(text(["5", "1", "2"]))
    #expect(open.rows.numbers == [4.15, 750, 1])
    #expect(open.notes.contains { $0.contains("may stand between thousands (--decimal ,") })
    // Three decimals everywhere, or a number of 1000 without a point, are plain.
    for x in [["4.150", "0.750", "1.000"], ["4.150", "1750", "1.000"]] {
      let rows = zip(x, ["a;1", "b;0", "a;1"]).map { "\($0);\($1)\n" }
      let read = try read(Array(("x;g;y\n" + rows.joined()).utf8))
      #expect(read.rows.numbers == x.map { Double($0)! })
      #expect(!read.notes.contains { $0.contains("thousands") })
    }
  }

  @Test func theUserSaysWhatTheFileLeavesOpen() throws {
    // Each number has one comma with three digits behind it: 1234 or 1.234.
    let text = "x;g;y\n1,234;a;1\n2,345;b;0\n3,456;a;1\n"
    #expect(throws: DataError.self) { try read(Array(text.utf8)) }
    let comma = try read(Array(text.utf8), TextForm(separator: nil, decimal: .comma, encoding: nil))
    #expect(comma.rows.numbers == [1.234, 2.345, 3.456])
    let point = try read(Array(text.utf8), TextForm(separator: nil, decimal: .point, encoding: nil))
    #expect(point.rows.numbers == [1234, 2345, 3456])
  }

  @Test func aPlainPointStandsBetweenThousandsWhereACommaIsDecimal() throws {
    let text = "x;g;y\n1.234;a;1\n2,5;b;0\n3.456;a;1\n"
    #expect(try read(Array(text.utf8)).rows.numbers == [1234, 2.5, 3456])
  }

  @Test func twoSeparatorsThatFitAlikeAreAskedAbout() throws {
    let text = "x|g\ty\n1|a\t1\n2|b\t0\n"
    let error = #expect(throws: DataError.self) { try read(Array(text.utf8)) }
    #expect(error?.text(.commandLine).contains("--separator says which") == true)
  }

  @Test func commasInTextsAreNoSeparators() throws {
    let text = "x;g;y\n1;a, b;1\n2;\"say \"\"no\"\"; then\";0\n3;a, b;1\n"
    #expect(try read(Array(text.utf8)).rows.groups == ["a, b", "say \"no\"; then", "a, b"])
  }
}

private struct Kind: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var bytes: [UInt8]
  var says: [String]
}

private let kinds: [Kind] = [
  Kind(
    testDescription: "Parquet", bytes: Array("PAR1".utf8) + [0, 1, 2, 0x50],
    says: ["t.csv is a Parquet file", "pandas.read_parquet('"]),
  Kind(
    testDescription: "Arrow", bytes: Array("ARROW1".utf8) + [0, 0, 0xFF],
    says: ["is an Arrow file", "read_feather"]),
  Kind(
    testDescription: "Excel", bytes: Array("PK\u{3}\u{4}....[Content_Types].xml".utf8),
    says: ["is an Excel workbook", "read_excel"]),
  Kind(
    testDescription: "zip", bytes: Array("PK\u{3}\u{4}....t.csv".utf8),
    says: ["is a zip archive", "unzip"]),
  Kind(
    testDescription: "zstd", bytes: [0x28, 0xB5, 0x2F, 0xFD, 0, 1], says: ["zstd -d"]),
  Kind(testDescription: "bzip2", bytes: Array("BZh91AY".utf8), says: ["bunzip2"]),
  Kind(
    testDescription: "JSON", bytes: Array("[{\"x\": 1}, {\"x\": 2}]".utf8),
    says: ["is no table but JSON", "read_json"]),
  Kind(
    testDescription: "Avro", bytes: Array("Obj\u{1}".utf8) + [4], says: ["is an Avro file", "CSV"]),
  Kind(
    testDescription: "ORC", bytes: Array("ORC".utf8) + [0x11, 0, 0],
    says: ["is an ORC file", "read_orc"]),
  Kind(
    testDescription: "SPSS", bytes: Array("$FL2@(#) SPSS DATA FILE".utf8),
    says: ["is an SPSS file", "read_spss"]),
  Kind(
    testDescription: "Stata", bytes: Array("<stata_dta><header>".utf8),
    says: ["is a Stata file", "read_stata"]),
  Kind(
    testDescription: "Stata 10", bytes: [0x72, 0x02, 0x01, 0x00, 3, 0],
    says: ["is a Stata file", "read_stata"]),
  Kind(testDescription: "lz4", bytes: [0x04, 0x22, 0x4D, 0x18, 0x64], says: ["lz4 -d"]),
  Kind(
    testDescription: "7z", bytes: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4],
    says: ["is a 7z archive", "7z x"]),
  Kind(
    testDescription: "HDF5", bytes: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A],
    says: ["is an HDF5 file", "read_hdf"]),
  Kind(
    testDescription: "UTF-32", bytes: [0xFF, 0xFE, 0, 0] + "x,y".utf8.flatMap { [$0, 0, 0, 0] },
    says: ["is a text in UTF-32", "encoding='utf-32'"]),
  Kind(
    testDescription: "UTF-32 without its mark", bytes: "x,y\n".utf8.flatMap { [0, 0, 0, $0] },
    says: ["is a text in UTF-32"]),
  Kind(
    testDescription: "Shift-JIS",
    bytes: [0x90, 0xAB, 0x95, 0xCA, 0x2C, 0x79, 0x0A, 0x92, 0x6A, 0x2C, 0x31, 0x0A],
    says: ["is a text in Shift-JIS", "encoding='shift_jis'"]),
  Kind(
    testDescription: "one object of JSON", bytes: Array("{\"x\": 1}\n".utf8),
    says: ["is no table but JSON,", "lines=True"]),
  Kind(
    testDescription: "PNG", bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
    says: ["is a PNG image", "not a picture"]),
  Kind(testDescription: "JPEG", bytes: [0xFF, 0xD8, 0xFF, 0xE0, 0], says: ["is a JPEG image"]),
  Kind(testDescription: "GIF", bytes: Array("GIF89a".utf8) + [1, 0], says: ["is a GIF image"]),
  Kind(
    testDescription: "lines of JSON", bytes: Array("{\"x\": 1}\n{\"x\": 2}\n".utf8),
    says: ["lines of JSON", "lines=True"]),
]

@Suite struct FileKindTests {
  @Test(arguments: kinds)
  fileprivate func aFileOfAnotherKindIsNamedWithTheRemedy(_ kind: Kind) throws {
    let error = #expect(throws: DataError.self) { try read(kind.bytes) }
    for text in kind.says { #expect(error?.text(.commandLine).contains(text) == true) }
  }

  @Test func textsThatBeginLikeThemAreRead() throws {
    for name in ["ORCID", "Object", "$FL", "rstu"] {
      let text = "\(name),x,g,y\n1,1,a,1\n1,2,b,0\n1,3,a,1\n"
      #expect(try read(Array(text.utf8)).rows.groups == ["a", "b", "a"])
    }
  }

  @Test func westernTextsAreNoJapanese() throws {
    // "é" before "s" and "œ" before "u" are pairs of Shift-JIS by chance.
    let word: [UInt8] = [0x72, 0xE9, 0x73, 0x75, 0x6D, 0xE9, 0x20, 0x63, 0x9C, 0x75, 0x72]
    let text = Array("x,g,y\n1,".utf8) + word + Array(",1\n2,b,0\n".utf8)
    #expect(try read(text).rows.groups == ["r\u{E9}sum\u{E9} c\u{153}ur", "b"])
  }
}
