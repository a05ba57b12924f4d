import Datasets
import Essentials

extension PipelineFile {
  /// Reads a pipeline's file, YAML or JSON.
  ///
  /// - Parameters:
  ///   - seed: nil: 0 unless the file names one.
  ///   - tables: rows of the caller's, `data` and `test_data`, in place of the file's.
  public static func read(
    _ path: String, seed: UInt64? = nil, tables: [String: DataLocation] = [:]
  ) throws(PipelineFileError) -> PipelineFile {
    let (text, bytes) = try ConfigurationLimits.read(path)
    return try checked(
      try ConfigurationText.parse(text, file: path), path: path, seed: seed,
      digest: Digest.sha256(of: bytes), tables: tables)
  }

  /// - Parameter path: what errors name, and whose folder relative paths begin at.
  public static func parse(
    _ text: String, path: String = "pipeline", seed: UInt64? = nil,
    tables: [String: DataLocation] = [:]
  ) throws(PipelineFileError) -> PipelineFile {
    try checked(
      try ConfigurationText.parse(text, file: path), path: path, seed: seed,
      digest: Digest.sha256(of: text.utf8), tables: tables)
  }
}
