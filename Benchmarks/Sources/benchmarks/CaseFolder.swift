import Equipoise
import Foundation

/// A problem that both sides of a comparison read: arrays in a folder, and what to do with them.
struct CaseFolder {
  struct Description: Decodable {
    var kind: String
    var l2: Double?
    var levels: [Int]?
    var file: String?
    var strengths: [Double]?
  }

  let path: String
  let description: Description

  init(_ path: String) throws {
    self.path = path
    let data = try Data(contentsOf: URL(fileURLWithPath: path + "/case.json"))
    description = try JSONDecoder().decode(Description.self, from: data)
  }

  /// The caller's array: a copy in ordinary memory, as any program would hold it.
  func array<Element: BitwiseCopyable>(
    _ name: String, as type: Element.Type
  ) throws -> (numbers: Buffer<Element>, shape: [Int]) {
    let file = try NPYArray("\(path)/\(name).npy")
    precondition(file.kind.size == MemoryLayout<Element>.size, "\(name) has another type")
    let numbers = Buffer<Element>(uninitialized: file.count)
    let bytes = file.count * file.kind.size
    UnsafeMutableRawPointer(numbers.pointer).copyMemory(
      from: UnsafeRawPointer(file.bytes.pointer) + file.offset, byteCount: bytes)
    return (numbers, file.shape)
  }

  func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(name).npy")
  }

  func kind(_ name: String) throws -> NPYArray.Kind { try NPYArray("\(path)/\(name).npy").kind }
}
