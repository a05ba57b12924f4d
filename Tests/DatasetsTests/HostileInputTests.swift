import Foundation
import LinearAlgebra
import Testing

import Datasets

/// What the message must say about a bad file.
struct HostileFile: Sendable, CustomTestStringConvertible {
  var what: String
  var bytes: [UInt8]
  var options = DataOptions(label: "y")
  var says: [String]

  init(_ what: String, _ text: String, _ options: DataOptions? = nil, says: [String]) {
    self.init(what, Array(text.utf8), options, says: says)
  }

  init(_ what: String, _ bytes: [UInt8], _ options: DataOptions? = nil, says: [String]) {
    self.what = what
    self.bytes = bytes
    if let options { self.options = options }
    self.says = says
  }

  var testDescription: String { what }

  static let all: [HostileFile] = [
    .init("empty file", "", says: ["the file is empty"]),
    .init("only line ends", "\r\n\n", says: ["the file is empty"]),
    .init("header only", "x,y\n", says: ["a header and no rows"]),
    .init("short row", "x,y\n1,0\n2\n3,1\n", says: ["line 3", "1 fields", "has 2"]),
    .init("long row", "x,y\n1,0\n2,1,9\n", says: ["line 3", "3 fields", "has 2"]),
    .init(
      "wrong type", "x,y\n" + (0..<9_000).map { "\($0),\($0 % 2)\n" }.joined() + "oops,1\n",
      says: ["line 9002", "column 'x'", "'oops' is not a number", "--categorical x"]),
    .init(
      "infinite", "x,y\n1,0\ninf,1\n", DataOptions(label: "y", numeric: ["x"]),
      says: ["line 3", "'x'", "'inf'", "not a finite"]),
    .init(
      "too large for a double", "x,y\n1,0\n1e999,1\n", DataOptions(label: "y", numeric: ["x"]),
      says: ["line 3", "'1e999'"]),
    .init(
      "unknown column", "age,y\n1,0\n2,1\n", DataOptions(label: "y", sensitive: ["agee"]),
      says: ["no column 'agee'", "--sensitive", "did you mean 'age'?"]),
    .init(
      "one class", "x,y\n1,1\n2,1\n", says: ["column 'y'", "every label is '1'"]),
    .init(
      "three classes", "x,y\n1,a\n2,b\n3,c\n", says: ["column 'y'", "more than two values"]),
    .init(
      "positive value that is not there", "x,y\n1,yes\n2,no\n",
      DataOptions(label: "y", positive: "Yess"), says: ["'Yess'", "did you mean 'yes'?"]),
    .init(
      "one group", "x,g,y\n1,f,0\n2,f,1\n", DataOptions(label: "y", sensitive: ["g"]),
      says: ["column 'g'", "every row is in group 'f'"]),
    .init("duplicated names", "x,x,y\n1,2,0\n2,3,1\n", says: ["'x' occurs more than once"]),
    .init(
      "duplicated label", "x,y,y\n1,1,0\n2,0,1\n", says: ["'y' occurs more than once", "--label"]),
    .init(
      "10^5 levels", "c,y\n" + (0..<100_000).map { "id\($0),\($0 % 2)\n" }.joined(),
      says: ["column 'c'", "more than 65535 different values", "--drop c"]),
    .init(
      "not UTF-8", Array("c,y\na,0\nb".utf8) + [0x9D] + Array(",1\n".utf8),
      says: ["line 3", "column 'c'", "0x9D", "not UTF-8"]),
    .init("quote inside", "c,y\na\"b,0\nc,1\n", says: ["line 2", "a quote in the middle"]),
    .init("open quote", "c,y\n\"a,0\nc,1\n", says: ["a quote opens here"]),
    .init(
      "negative weight", "x,w,y\n1,1,0\n2,-3,1\n", DataOptions(label: "y", weights: "w"),
      says: ["line 3", "'-3' is not a weight"]),
    .init(
      "missing label", "x,y\n1,1\n2,\n3,0\n", says: ["line 3, column 'y'", "missing"]),
    .init(
      "nothing left", "x,y\n,1\n,0\n", DataOptions(label: "y", numeric: ["x"], missing: .drop),
      says: ["every row has a missing value"]),
    .init("no features", "y\n1\n0\n", says: ["no column is left"]),
    .init(
      "label as sensitive", "x,y\n1,0\n2,1\n", DataOptions(label: "y", sensitive: ["y"]),
      says: ["cannot be both"]),
    .init("corrupt gzip", [0x1F, 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], says: ["gzip"]),
    .init("truncated gzip", [0x1F, 0x8B, 8, 0], says: ["gzip data end too early"]),
  ]
}

@Suite struct HostileInputTests {
  @Test(arguments: HostileFile.all)
  func aBadFileIsNamedWithItsPlace(_ hostile: HostileFile) throws {
    let folder = TemporaryFolder()
    let path = folder.file("bad.csv", hostile.bytes)
    let error = #expect(throws: DataError.self) {
      _ = try DataReader(options: hostile.options).read(.path(path), as: Float.self)
    }
    let message = error?.text(.commandLine) ?? ""
    for part in hostile.says { #expect(message.contains(part), "\(message)") }
  }

  @Test func aFileThatIsNotThereAndAFolderWithoutArraysAreNamed() {
    let folder = TemporaryFolder()
    for path in [folder.path + "/none.csv", folder.path] {
      let error = #expect(throws: DataError.self) {
        _ = try DataReader(options: DataOptions(label: "y")).read(.path(path), as: Float.self)
      }
      #expect("\(error!)".contains(path))
    }
  }

  @Test func randomBytesNeverCrashTheReader() {
    var random = CounterRandom(seed: 11, stream: 0)
    let alphabet = Array("0123456789.,,,\n\n\"-eE+ \rax\u{e9}NA".utf8) + [0xFF, 0x00]
    let folder = TemporaryFolder()
    for _ in 0..<400 {
      let size = Int(random.uniform() * 200)
      let bytes =
        Array("x,c,y\n1,a,0\n".utf8)
        + (0..<size).map { _ in
          alphabet[Int(random.next() % UInt64(alphabet.count))]
        }
      let path = folder.file("fuzz.csv", bytes)
      do {
        let data: Dataset<Float> = try DataReader(
          options: DataOptions(label: "y", missing: .keep)
        ).read(.path(path))
        let finite = data.features.dense.buffer.array.allSatisfy(\.isFinite)
        #expect(finite)
      } catch { #expect("\(error)".contains("fuzz.csv")) }
    }
  }

  @Test func nothingIsLeftOfAFileThatCouldNotBeWritten() throws {
    let folder = TemporaryFolder()
    let missing = folder.path + "/no/such/place.csv"
    #expect(throws: DataError.self) { try AtomicFile.write([1, 2], to: missing) }
    do {
      let file = try AtomicFile(folder.path + "/half.csv")
      try file.write("text")
    }
    #expect(folder.names.isEmpty)
    #expect(throws: DataError.diskFull(file: "/dev/full")) {
      try AtomicFile.write([UInt8](repeating: 0, count: 10), to: "/dev/full")
    }
  }

  @Test func anOldFileSurvivesAFailedReplacement() throws {
    let folder = TemporaryFolder()
    let path = folder.file("model", "old")
    do {
      let file = try AtomicFile(path)
      try file.write("new and unfinished")
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    try AtomicFile.write(Array("new".utf8), to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    #expect(folder.names == ["model"])
  }

  @Test func aGroupWithOneLabelIsNamed() throws {
    let folder = TemporaryFolder()
    let path = folder.file("t.csv", "x,g,y\n1,a,0\n2,a,1\n3,b,0\n4,b,0\n")
    let data: Dataset<Float> = try DataReader(
      options: DataOptions(label: "y", sensitive: ["g"])
    ).read(.path(path))
    let error = #expect(throws: DataError.self) { try data.requireLabelsInEachGroup() }
    #expect("\(error!)".contains("every label in group 'b' is '0'"))
  }
}
