import Equipoise
import Foundation

/// Where results go: never where something is read from.
enum Destinations {
  /// Throws when a file to write is one of the files to read, however it is spelt.
  static func check(_ outputs: [String?], against inputs: [String?]) throws(CommandFailure) {
    let read = inputs.compactMap(\.self).compactMap(identity)
    for output in outputs.compactMap(\.self) {
      guard let own = identity(output), read.contains(own) else { continue }
      throw CommandFailure(.usage, "\(output): would be written over what is read from it")
    }
  }

  /// The file itself: its number on its device; nil for none, and for pipes and devices.
  private static func identity(_ path: String) -> [Int]? {
    let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard path != "-", let found = try? FileManager.default.attributesOfItem(atPath: place),
      found[.type] as? FileAttributeType == .typeRegular,
      let device = found[.systemNumber] as? Int, let number = found[.systemFileNumber] as? Int
    else { return nil }
    return [device, number]
  }
}
