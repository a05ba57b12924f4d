import Foundation
import Models
import TestSupport
import Testing

private let contents = SafetensorsFile(
  metadata: ["method": "logistic", "note": "quotes \" back\\slash\nline × \u{1F600}"],
  tensors: [
    .init(name: "codes", codes: [0, 1, 65_535]),
    .init(
      name: "coefficients", doubles: [1, -0.0, .infinity, .leastNonzeroMagnitude], shape: [2, 2]),
    .init(name: "empty", doubles: [], shape: [0, 3]),
    .init(name: "floats", floats: [1.5, -2]),
    .init(name: "scalar", integers: [-9_007_199_254_740_993], shape: []),
  ])

/// A container of one array with the given header text.
private func file(_ header: String, data: Int = 8) -> [UInt8] {
  let text = Array(header.utf8)
  return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
    + [UInt8](repeating: 1, count: data)
}

private func reading(_ bytes: [UInt8]) -> ModelFileError? {
  do throws(ModelFileError) {
    _ = try SafetensorsFile(decoding: bytes, file: "m")
    return nil
  } catch {
    return error
  }
}

@Suite struct SafetensorsTests {
  @Test func contentsComeBack() throws {
    let bytes = contents.encoded()
    let read = try SafetensorsFile(decoding: bytes, file: "m")
    #expect(read.metadata == contents.metadata)
    for tensor in contents.tensors { #expect(read[tensor.name] == tensor) }
    #expect(read.tensors.count == 5 && read.encoded() == bytes)
    #expect(
      read["coefficients"]!.doubles.map(\.bitPattern) == [
        Double(1).bitPattern, Double(-0.0).bitPattern, Double.infinity.bitPattern, 1,
      ])
    #expect(read["codes"]!.integers == [0, 1, 65_535] && read["codes"]!.doubles == [0, 1, 65_535])
    #expect(read["scalar"]!.integers == [-9_007_199_254_740_993])
    #expect(read["floats"]!.doubles == [1.5, -2] && read["floats"]!.integers == nil)
  }

  @Test func dataAreAlignedAndIndependentOfTheOrder() {
    let bytes = contents.encoded()
    let header = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(header % 8 == 0)
    let reversed = SafetensorsFile(
      metadata: contents.metadata, tensors: Array(contents.tensors.reversed()))
    #expect(reversed.encoded() == bytes)
  }

  @Test func truncationIsFoundAtEveryLength() {
    let bytes = contents.encoded()
    for length in bytes.indices {
      #expect(reading(Array(bytes[..<length])) != nil, "\(length) bytes")
    }
    #expect(reading(bytes + [0]) != nil)
  }

  @Test func eachFaultHasItsError() {
    let good = #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#
    #expect(reading(file(good)) == nil)
    #expect(
      reading(file(" { \"a\" : {\"dtype\":\"F64\",\"shape\":[ 1 ],\"data_offsets\":[0,8]}} "))
        == nil)
    let huge: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]
    #expect(reading(huge) == .otherKind(file: "m", found: nil))
    func error(_ header: String, _ data: Int = 8) -> ModelFileError? {
      reading(file(header, data: data))
    }
    func entry(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
      "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offsets)]}"
    }
    let a = entry("a", "F64", "1", "0,8")
    #expect(error("{\(a),\(a)}") == .duplicatedName(file: "m", name: "a"))
    #expect(
      error(#"{"__metadata__":{"k":"1","k":"2"},"# + a + "}")
        == .duplicatedName(file: "m", name: "k"))
    #expect(
      error("{\(entry("a", "BF16", "1", "0,8"))}")
        == .unknownElementType(file: "m", tensor: "a", type: "BF16"))
    #expect(
      error("{\(entry("a", "F64", "2", "0,8"))}")
        == .wrongSize(file: "m", tensor: "a", bytes: 8, needed: 16))
    #expect(
      error("{\(entry("a", "F64", "4294967296,4294967296", "0,8"))}")
        == .outOfRange(file: "m", tensor: "a"))
    #expect(error("{\(entry("a", "F64", "1", "8,16"))}") == .outOfRange(file: "m", tensor: "a"))
    #expect(error("{\(entry("a", "F64", "1", "8,0"))}") == .outOfRange(file: "m", tensor: "a"))
    #expect(error("{\(a),\(entry("b", "F32", "1", "4,8"))}") == .overlap(file: "m", tensor: "b"))
    #expect(error("{\(entry("b", "F32", "1", "4,8"))}") == .gap(file: "m", offset: 0))
    #expect(error("{\(a)}", 16) == .gap(file: "m", offset: 8))
  }

  @Test(arguments: [
    "[]", "{ ", "{}x", #"{"a"}"#, #"{"a":1}"#, #"{"a":{}}"#, #"{"a":{"dtype":"F64"}}"#,
    #"{"a":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F64","shape":[1.0],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F64","shape":[01],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F64","shape":[99999999999999999999],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8,9]}}"#,
    #"{"a":{"dtype":"F64","shape":[1],"shape":[1],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8],"more":1}}"#,
    #"{"a\x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#,
    #"{"a\ud800":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#,
    #"{"__metadata__":{"k":1}}"#, #"{"a":{"dtype":"F64" "shape":[1],"data_offsets":[0,8]}}"#,
  ])
  func damagedHeadersAreRefused(header: String) {
    guard case .badHeader("m", _, _) = reading(file(header)) else {
      Issue.record("accepted or another error: \(header)")
      return
    }
  }

  @Test func escapesOfOtherWritersAreUnderstood() throws {
    let header = #"{"__metadata__":{"k":"\u00e9\ud83d\ude00\/\b\f\n\r\t"}}"#
    let read = try SafetensorsFile(decoding: file(header, data: 0), file: "m")
    #expect(read.metadata["k"] == "é\u{1F600}/\u{8}\u{C}\n\r\t")
  }
}

@Suite struct ModelFileTests {
  @Test func writesAndReads() throws {
    let folder = NSTemporaryDirectory() + "equipoise-model-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/a.model"
    try ModelFile.write(SafetensorsFile(metadata: ["old": "1"]), to: path)
    try ModelFile.write(contents, to: path)
    let read = try ModelFile.read(path)
    #expect(read.metadata == contents.metadata)
    #expect(Set(read.tensors.map(\.name)) == Set(contents.tensors.map(\.name)))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.model"])
    #expect(throws: ModelFileError.self) { try ModelFile.read(folder + "/none.model") }
    #expect(throws: ModelFileError.self) {
      try ModelFile.write(contents, to: folder + "/none/a.model")
    }
  }

  @Test func anyChangedByteIsFound() {
    let bytes = ModelFile.encode(contents)
    for index in bytes.indices {
      for change: UInt8 in [0x01, 0x80, 0x29] {
        var damaged = bytes
        damaged[index] ^= change
        #expect(throws: ModelFileError.self, "byte \(index)") {
          try ModelFile.decode(damaged, file: "m")
        }
      }
    }
  }

  @Test func otherFilesAndVersionsAreNamed() {
    #expect(throws: ModelFileError.notAModel(file: "m")) {
      try ModelFile.decode(contents.encoded(), file: "m")
    }
    let later = SafetensorsFile(metadata: ["format": "equipoise.model/2"])
    #expect(
      throws: ModelFileError.unsupportedVersion(
        file: "m", version: "equipoise.model/2", supported: "equipoise.model/1")
    ) { try ModelFile.decode(later.encoded(), file: "m") }
    let unsigned = SafetensorsFile(metadata: ["format": "equipoise.model/1"])
    #expect(throws: ModelFileError.corrupt(file: "m")) {
      try ModelFile.decode(unsigned.encoded(), file: "m")
    }
  }

  /// Whoever gives another file reads what it is, not a number of bytes that its first letters spell.
  @Test(
    arguments: [
      ("", "an empty file"), ("a,b\n1,2\n", "a table (CSV)"), ("x", "a text"),
      ("a: 1\nb: 2\n", "a text"), ("{\"a\": 1}", "JSON"), ("<html>", "HTML or XML"),
      ("%PDF-1.7 and more", "a PDF document"),
    ])
  func anotherFileIsNamed(_ example: (String, String)) throws {
    let path = NSTemporaryDirectory() + "other-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(example.0.utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: ModelFileError.otherKind(file: path, found: example.1)) {
      try ModelFile.read(path)
    }
    #expect(throws: ModelFileError.otherKind(file: NSTemporaryDirectory(), found: "a folder")) {
      try ModelFile.read(NSTemporaryDirectory())
    }
  }

  @Test func everyErrorNamesTheFile() {
    let errors: [ModelFileError] = [
      .truncated(file: "F", bytes: 1, needed: 8), .otherKind(file: "F", found: nil),
      .badHeader(file: "F", offset: 0, reason: "r"), .duplicatedName(file: "F", name: "n"),
      .unknownElementType(file: "F", tensor: "t", type: "BF16"),
      .wrongSize(file: "F", tensor: "t", bytes: 1, needed: 2), .overlap(file: "F", tensor: "t"),
      .gap(file: "F", offset: 0), .outOfRange(file: "F", tensor: "t"), .notAModel(file: "F"),
      .unsupportedVersion(file: "F", version: "v", supported: "s"), .corrupt(file: "F"),
      .missingTensor(file: "F", tensor: "t"), .missingMetadata(file: "F", key: "k"),
      .notA("rule", file: "F", reason: "'digest' is missing"), .changed("rule", file: "F"),
      .system(.diskFull(file: "F")),
    ]
    for error in errors { #expect(error.description.hasPrefix("F: "), "\(error)") }
  }
}
