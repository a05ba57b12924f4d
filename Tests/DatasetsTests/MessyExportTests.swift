import Datasets
import LinearAlgebra
import TestSupport
import Testing

/// A table as a program holds it: nil is a missing value.
private struct CleanTable {
  static let header = ["amount", "share", "count", "region", "code", "sex", "repaid"]
  /// Of numbers the decimals that are written.
  static let decimals = ["amount": 2, "share": 3, "count": 0]
  static let rows = 60

  var columns: [[String?]]

  init(_ generator: inout SeededGenerator) {
    func column(_ value: (inout SeededGenerator) -> String?) -> [String?] {
      (0..<Self.rows).map { _ in value(&generator) }
    }
    func fixed(_ whole: Int, _ decimals: Int) -> String {
      let scale = decimals == 2 ? 100 : 1000
      let rest = "\(scale + abs(whole) % scale)".dropFirst()
      return "\(whole < 0 ? "-" : "")\(abs(whole) / scale).\(rest)"
    }
    columns = [
      column {
        Int.random(in: 0..<20, using: &$0) == 0
          ? nil : fixed(Int.random(in: -90_000...30_000_000, using: &$0), 2)
      },
      column { fixed(Int.random(in: 0...999, using: &$0), 3) },
      column { "\(Int.random(in: 0...2_000_000, using: &$0))" },
      column { ["North", "South", "Île", "Köln"].randomElement(using: &$0) },
      column { ["00501", "02139", "94103", "10001"].randomElement(using: &$0) },
      column { ["Female", "Male"].randomElement(using: &$0) },
      column { ["no", "yes"].randomElement(using: &$0) },
    ]
  }

  var plain: String {
    let records = (0..<Self.rows).map { i in columns.map { $0[i] ?? "" } }
    return ([Self.header] + records).map { $0.joined(separator: ",") }.joined(separator: "\n")
      + "\n"
  }
}

/// How an office writes a table.
private struct Export: CustomStringConvertible {
  var separator: String
  var decimal: String
  /// Between thousands.
  var grouping: String
  var currency: (before: String, after: String)
  var writesPercent: Bool
  var hasBrackets: Bool
  var quotesAll: Bool
  var missing: String
  var isUpper: Bool
  var lineEnd: String
  var above: String
  var encoding: String

  /// A text for a missing value that the user names.
  static let stated = "-"

  init(_ generator: inout SeededGenerator) {
    func one<T>(_ list: [T]) -> T { list.randomElement(using: &generator)! }
    separator = one([",", ";", ";", "\t", "|"])
    (decimal, grouping) = one([
      (".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (".", "'"), (",", "\u{A0}"),
    ])
    currency = one([
      ("", ""), ("", ""), ("$", ""), ("€ ", ""), ("", " €"), ("CHF ", ""), ("", " kr"),
    ])
    writesPercent = one([true, false])
    hasBrackets = one([true, false, false])
    quotesAll = one([true, false])
    missing = one(["", "", "", "NA", "NA", "n/a", "NULL", "#N/A", "nan", "<NA>", Self.stated])
    // A text that nobody named.
    if Int.random(in: 0..<20, using: &generator) == 0 { missing = "unknown" }
    isUpper = one([true, false])
    lineEnd = one(["\n", "\r\n", "\r"])
    above = one(["", "", "", "Loans of 2024\n\n", "sep="])
    if above == "sep=" { above += separator + "\n" }
    encoding = one(["utf-8", "utf-8", "mark", "utf-16", "windows-1252"])
    above = above.replacing("\n", with: lineEnd)
  }

  var description: String {
    """
    separator \(separator.debugDescription), numbers 1\(grouping)234\(decimal)5, currency \
    '\(currency.before)1\(currency.after)', percent \(writesPercent), brackets \(hasBrackets), quotes \
    \(quotesAll), missing '\(missing)', upper \(isUpper), end \(lineEnd.debugDescription), above \
    \(above.debugDescription), \(encoding)
    """
  }

  func bytes(_ table: CleanTable) -> [UInt8] {
    let records = (0..<CleanTable.rows).map { i in
      table.columns.enumerated().map { j, column in field(column[i], CleanTable.header[j]) }
    }
    let text =
      above
      + ([CleanTable.header] + records).map { record in
        record.map(quoted).joined(separator: separator)
      }.joined(separator: lineEnd) + lineEnd
    switch encoding {
    case "mark": return [0xEF, 0xBB, 0xBF] + Array(text.utf8)
    case "utf-16":
      return ([0xFEFF] + Array(text.utf16)).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case "windows-1252":
      return text.unicodeScalars.map { $0 == "€" ? 0x80 : UInt8($0.value) }
    default: return Array(text.utf8)
    }
  }

  private func quoted(_ field: String) -> String {
    quotesAll || field.contains(separator) ? "\"\(field)\"" : field
  }

  private func field(_ value: String?, _ column: String) -> String {
    guard let value else { return missing }
    guard let decimals = CleanTable.decimals[column] else {
      return isUpper && column == "sex" ? value.uppercased() : value
    }
    if column == "share" && writesPercent {
      // One decimal: 0.125 is 12.5 %.
      let digits = value.filter { $0 != "." }
      return "\(Int(digits.dropLast())!)\(decimal)\(digits.suffix(1))%"
    }
    let isNegative = value.hasPrefix("-")
    let parts = value.drop { $0 == "-" }.split(separator: ".").map(String.init)
    let number = grouped(parts[0]) + (decimals > 0 ? decimal + parts[1] : "")
    let money =
      column == "amount" ? currency.before + number + currency.after : number
    guard isNegative else { return money }
    return hasBrackets ? "(\(money))" : "-\(money)"
  }

  private func grouped(_ digits: String) -> String {
    guard !grouping.isEmpty else { return digits }
    var result = ""
    for (i, digit) in digits.enumerated() {
      if i > 0 && (digits.count - i) % 3 == 0 { result += grouping }
      result.append(digit)
    }
    return result
  }
}

/// What a file reads as, without the spelling of groups.
private struct Reading: Equatable {
  var numeric: [String]
  var numbers: [Double]
  var categorical: [String]
  var codes: [UInt16]
  var groups: [String]
  var labels: [UInt8]

  init(_ data: Dataset<Double>) {
    numeric = data.encoder.numeric.map(\.name)
    let dense = data.features.dense
    numbers = (0..<data.rows).flatMap { i in (0..<dense.columns).map { dense[i, $0] } }
    categorical = data.encoder.categorical.flatMap { [$0.name] + $0.levels.map { $0.lowercased() } }
    codes = data.features.categorical.flatMap(\.codes.array)
    groups = (0..<data.rows).map { data.attributes[0].names[data.attributes[0][$0]].lowercased() }
    labels = data.labels!.array
  }
}

@Suite struct MessyExportTests {
  private static let exports = 100
  /// So many must be read as the clean table is.
  private static let mostlyRead = 90
  /// Why the others are refused, or what is said of the column that stays a category.
  private static let reasons = [
    "is not a number", "look like numbers, but", "are numbers, such as", "may be separated by",
    "the value is missing", "seem to be separated by", "holds text that looks like numbers",
  ]

  private func read(_ bytes: [UInt8]) throws -> Dataset<Double> {
    let folder = TemporaryFolder()
    let options = DataOptions(
      label: "repaid", sensitive: ["sex"], missingTexts: [Export.stated], missing: .keep)
    return try DataReader(options: options, pool: WorkerPool(threads: 2)).read(
      .path(folder.file("t.csv", bytes)))
  }

  @Test func exportsAreReadAsTheCleanTableOrRefused() throws {
    var generator = SeededGenerator(seed: 16)
    var same = 0
    for _ in 0..<Self.exports {
      let table = CleanTable(&generator)
      let export = Export(&generator)
      let clean = Reading(try read(Array(table.plain.utf8)))
      let told: [String]
      do {
        let data = try read(export.bytes(table))
        told = data.notes.map { $0.text(.commandLine) }
        if Reading(data) == clean {
          same += 1
          continue
        }
        // Numbers that became a category, and a note says which.
        let lost = clean.numeric.filter { !data.encoder.numeric.map(\.name).contains($0) }
        #expect(!lost.isEmpty, "\(export): \(told)")
        for name in lost {
          #expect(told.contains { $0.contains("'\(name)'") }, "\(name) without a word: \(export)")
        }
      } catch let error as DataError {
        told = [error.text(.commandLine)]
      }
      #expect(
        told.contains { note in Self.reasons.contains { note.contains($0) } }, "\(export): \(told)")
    }
    #expect(same >= Self.mostlyRead, "\(same) of \(Self.exports)")
  }
}
