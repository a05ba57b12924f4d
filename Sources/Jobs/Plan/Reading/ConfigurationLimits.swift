import Datasets

/// How large a pipeline may be.
package enum ConfigurationLimits {
  /// A longer file is no pipeline somebody wrote.
  package static let largestFile = 4 << 20
  /// Aliases can make a small text stand for more values than any memory holds.
  package static let mostNodes = 100_000
  package static let deepest = 64

  package static func read(_ path: String) throws(PipelineFileError) -> (
    text: String, bytes: [UInt8]
  ) {
    func failure(_ detail: String) -> PipelineFileError {
      PipelineFileError(file: path, [PipelineProblem(nil, detail)])
    }
    let bytes: FileBytes
    do { bytes = try FileBytes.open(path) } catch {
      guard case .unreadable(_, let reason) = error else { throw failure("\(error)") }
      throw failure("cannot be read: \(reason)")
    }
    guard bytes.count <= largestFile else {
      throw failure("\(bytes.count) bytes; such a file has at most \(largestFile)")
    }
    let all = bytes.array(0..<bytes.count)
    guard let text = String(validating: all, as: UTF8.self) else {
      throw failure("the file is not UTF-8 text")
    }
    return (text, all)
  }
}
