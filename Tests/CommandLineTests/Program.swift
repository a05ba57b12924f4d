import Foundation

/// What a run of the program left.
struct Outcome {
  var code: Int32
  var output: String
  var errors: String

  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
  }
}

/// The built program and a folder to work in.
final class Program: Sendable {
  let folder: String
  let executable: URL

  init() throws {
    folder = NSTemporaryDirectory() + "equipoise-cli-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var products = Bundle.main.bundleURL
    for candidate in [products, URL(fileURLWithPath: CommandLine.arguments[0])] {
      products = candidate
      while products.path != "/",
        !FileManager.default.isExecutableFile(atPath: products.path + "/equipoise")
      { products.deleteLastPathComponent() }
      if products.path != "/" { break }
    }
    executable = products.appendingPathComponent("equipoise")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func run(_ arguments: String..., input: String? = nil) throws -> Outcome {
    try execute(arguments, input: input)
  }

  /// A process of the program in the folder, not yet started.
  func process(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    return process
  }

  func execute(_ arguments: [String], input: String? = nil) throws -> Outcome {
    let process = process(arguments), output = Pipe()
    process.standardOutput = output
    // A file, so that neither pipe can fill while the other is read.
    let place = folder + "/stderr-" + UUID().uuidString
    _ = FileManager.default.createFile(atPath: place, contents: nil)
    process.standardError = FileHandle(forWritingAtPath: place)
    if let input {
      let pipe = Pipe()
      process.standardInput = pipe
      try process.run()
      try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try pipe.fileHandleForWriting.close()
    } else {
      try process.run()
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: String(decoding: data, as: UTF8.self),
      errors: (try? String(contentsOfFile: place, encoding: .utf8)) ?? "")
  }

  func file(_ name: String, _ text: String) throws {
    try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
  }

  func file(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  /// All files of the folder, hidden ones too, but for what this type itself writes.
  var names: [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return all.filter { !$0.hasPrefix("stderr-") }.sorted()
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/" + name)
  }
}

func loans(_ rows: Int) -> String {
  var text = "income,purpose,sex,repaid\n"
  var state: UInt64 = 1
  func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
  for _ in 0..<rows {
    let income = next() % 1_000, sex = next() % 3 == 0 ? "f" : "m"
    let repaid = income + next() % 600 + (sex == "m" ? 150 : 0) > 900 ? "yes" : "no"
    text += "\(income),\(["car", "house", "school"][Int(next() % 3)]),\(sex),\(repaid)\n"
  }
  return text
}
