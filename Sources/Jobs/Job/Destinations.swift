import Datasets
import Essentials

/// Where results go: never where something is read from, and each to a place of its own.
enum Destinations {
  /// Throws when a file to write is one of the files to read, however it is spelt, or two results
  /// have one name.
  ///
  /// The files of a folder that is read are files to read.
  static func check(_ outputs: [String], against inputs: [String]) throws(JobError) {
    let read = inputs.flatMap(files).compactMap(FileBytes.identity(of:))
    var names: Set<String> = []
    for output in outputs {
      // Streams take any number.
      guard names.insert(output).inserted || output == "-" || output.hasPrefix("/dev/") else {
        throw .usage("\(output): two results would be written there")
      }
      guard let own = FileBytes.identity(of: output), read.contains(own) else { continue }
      throw .usage("\(output): would be written over what is read from it")
    }
  }

  /// A path, and the files in it where it is a folder.
  private static func files(_ path: String) -> [String] {
    guard isFolder(path) else { return [path] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.map { path + "/" + $0 }
  }

  static func isFolder(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path) && !FileBytes.isRegularFile(path)
  }
}

extension Job {
  /// Checks the options together, that nothing is written over what is read, and that what is to be
  /// written can be, before any work.
  func begin() throws {
    try check()
    var inputs: [String] = [], outputs: [String] = [], files: [String] = []
    var folders: [String] = []
    for record in Self.table {
      switch (record.kind, record.get(self)) {
      case (.input, .text(let path)?): inputs.append(path)
      case (.inputs, .list(let paths)?): inputs += paths.compactMap(\.text)
      case (.output, .text(let path)?):
        outputs.append(path)
        if record.valueName == "file" { files.append(path) }
        if record.valueName == "folder" { folders.append(path) }
      case (.outputs, .list(let paths)?):
        outputs += paths.compactMap(\.text)
        files += paths.compactMap(\.text)
      default: break
      }
    }
    try Destinations.check(outputs, against: inputs)
    for path in folders { try AtomicFile.requireFolder(path) }
    // A table of arrays goes to a folder that is made for it.
    guard !inputs.contains(where: Destinations.isFolder) else { return }
    for path in files { try AtomicFile.requireWritable(path) }
  }
}
