import Datasets
import Testing

@Suite("Lists of names in one text")
struct NameListTests {
  @Test(
    "What is written is read again",
    arguments: [
      ["a"], ["a", "b"], ["sex, self-reported"], ["a,b", "c", "d;e"], ["say \"so\""], ["\"", ""],
      [" blank ", "b"], ["a\"b", "c"],
    ])
  func roundTrip(_ names: [String]) {
    #expect(NameList.names(in: NameList.text(of: names)) == names)
  }

  @Test("Plain texts are split at commas, without the blanks around names")
  func plain() {
    #expect(NameList.names(in: "a, b,c,") == ["a", "b", "c"])
    #expect(NameList.names(in: "\"a, b\", c") == ["a, b", "c"])
    #expect(NameList.names(in: "\"a, b") == ["\"a", "b"])
    #expect(NameList.names(in: "5\", 6\"") == ["5\"", "6\""])
  }

  @Test("A name that a column has is taken whole; names that are all there are left alone")
  func whole() {
    func rejoined(_ text: String, _ known: [String]) -> [String] {
      NameList.rejoined(NameList.names(in: text), among: known, isKnown: known.contains)
    }
    #expect(
      rejoined("sex, self-reported", ["sex, self-reported", "age"]) == ["sex, self-reported"])
    #expect(
      rejoined("age,sex, self-reported", ["sex, self-reported", "age"])
        == ["age", "sex, self-reported"])
    #expect(rejoined("a,b", ["a", "b", "a,b"]) == ["a", "b"])
    #expect(rejoined("a,b", ["a", "a,b"]) == ["a,b"])
    #expect(rejoined("a,b,c", ["a,b", "a,b,c"]) == ["a,b,c"])
    #expect(rejoined("a,x", ["a", "b"]) == ["a", "x"])
  }

  @Test("Edges of columns whose names have semicolons, commas and signs of equality")
  func edges() throws {
    var options = DataOptions()
    try options.set([
      "sensitive": .texts(["age=x;y", "h"]), "bins": .text("\"age=x;y\"=40;h=1,2"),
    ])
    #expect(options.bins == ["age=x;y": [40], "h": [1, 2]])
    var mapped = DataOptions()
    try mapped.set(["bins": .mapping(["age=x;y": .texts(["40"])])])
    #expect(mapped.bins == ["age=x;y": [40]])
  }
}

@Suite("Values in several spellings")
struct KnownValuesTests {
  @Test(
    "A number, with a point or as a truth value, is itself",
    arguments: [
      (["0", "1"], "1.0", 1), (["0", "1"], "0.0", 0), (["0", "1"], "true", 1),
      (["0", "1"], "False", 0), (["false", "true"], "1", 1), (["0.0", "1.0"], "-0", 0),
      (["2.50", "3"], "2.5", 0), (["0×a", "1×a"], "1.0×a", 1),
    ] as [([String], String, Int)])
  func same(_ known: [String], _ text: String, _ place: Int) {
    #expect(KnownValues(known).position(of: text) == place)
  }

  @Test("A code is no number, and what two values could be is neither")
  func different() {
    #expect(KnownValues(["007", "b"]).position(of: "7") == nil)
    #expect(KnownValues(["1", "1.0"]).position(of: "true") == nil)
    #expect(KnownValues(["1", "1.0"]).position(of: "1.0") == 1)
    #expect(KnownValues(["yes", "no"]).position(of: "1") == nil)
    #expect(KnownValues(["0x10", "b"]).position(of: "16") == nil)
  }

  @Test(
    "Texts that people read as numbers",
    arguments: [
      "1", "-2.5", "1e5", "1,234.5", "1.234,5", "1 234", "$1,000", "12 %", "3,5", "1'000",
    ])
  func numbers(_ text: String) { #expect(NumberText.readsAsNumber(text)) }

  @Test(
    "Texts that they do not",
    arguments: ["", "a", "1-5", "2020-01-01", "10:30", "1.2.3.4", "inf", "nan", "A11", "0x10", ","])
  func texts(_ text: String) { #expect(!NumberText.readsAsNumber(text)) }
}

@Suite("Decimals")
struct DecimalNumberTests {
  @Test(
    "Whole numbers of every width, of either sign, over powers of ten",
    arguments: [4, 8, 16, 32])
  func widths(_ count: Int) {
    for value in [0, 1, -1, 12_345, -98_765] as [Int32] {
      let sign: UInt8 = value < 0 ? 0xFF : 0
      var bytes = [UInt8](repeating: sign, count: count)
      withUnsafeBytes(of: value.littleEndian) {
        for (k, byte) in $0.enumerated() { bytes[k] = byte }
      }
      for (scale, power) in [(0, 1.0), (2, 100), (5, 100_000)] {
        let found = bytes.withUnsafeBytes {
          DecimalNumber.number($0.baseAddress!, count: count, scale: scale)
        }
        #expect(found == Double(value) / power)
      }
      let scaled = bytes.withUnsafeBytes {
        DecimalNumber.number($0.baseAddress!, count: count, scale: -3)
      }
      #expect(scaled == Double(value) * 1000)
    }
  }

  @Test("Numbers beyond 64 bits, of either sign", arguments: [16, 32])
  func wide(_ count: Int) {
    for (low, high, expected) in [
      (0, 64, 0x1p70), (0, -64, -0x1p70), (5, 1, 0x1p64), (.max, -2, -0x1p64), (0, -1, -0x1p64),
    ] as [(UInt64, Int64, Double)] {
      let sign = UInt64(bitPattern: high >> 63)
      let words = [low, UInt64(bitPattern: high)] + [UInt64](repeating: sign, count: count / 8 - 2)
      let found = words.withUnsafeBytes {
        DecimalNumber.number($0.baseAddress!, count: count, scale: 0)
      }
      #expect(found == expected)
    }
  }
}
