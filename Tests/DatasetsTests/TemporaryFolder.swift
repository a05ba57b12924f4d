import Foundation

/// A folder that is gone when the test ends.
final class TemporaryFolder {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "equipoise-" + UUID().uuidString
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String, _ text: String) -> String { file(name, Array(text.utf8)) }

  func file(_ name: String, _ bytes: [UInt8]) -> String {
    let place = path + "/" + name
    let made = FileManager.default.createFile(atPath: place, contents: Data(bytes))
    precondition(made, "the temporary folder takes files")
    return place
  }

  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
}
