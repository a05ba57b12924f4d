import Datasets
import Essentials
import LinearAlgebra
import Reports

/// The rows of a suite as every side reads them: two folders of arrays, and what decisions on them are
/// measured by.
struct BenchProblem: Sendable {
  let record: BenchDocument.Problem
  let trainFolder: String
  let testFolder: String
  /// Labels, groups and weights; features are with the sides.
  let train: Dataset<Float>
  let test: Dataset<Float>

  static let synthetic = "synthetic"

  /// - Parameter folder: for the arrays; it is made.
  init<Scalar: KernelScalar>(
    _ name: String, _ parts: (train: Dataset<Scalar>, test: Dataset<Scalar>), folder: String,
    pool: WorkerPool
  ) throws {
    trainFolder = folder + "/train"
    testFolder = folder + "/test"
    try parts.train.writeArrays(to: trainFolder)
    try parts.test.writeArrays(to: testFolder)
    train = Self.withoutFeatures(parts.train)
    test = Self.withoutFeatures(parts.test)
    let features = parts.train.features
    let codeBytes = features.categorical.count * MemoryLayout<UInt16>.size
    let rowBytes = features.dense.columns * MemoryLayout<Scalar>.size + codeBytes
    record = BenchDocument.Problem(
      name: name, digest: try Self.digest([trainFolder, testFolder], pool),
      rows: train.rows, testRows: test.rows, columns: features.columns,
      dense: features.dense.columns, levels: features.categorical.map(\.levels),
      groups: train.attributes.first?.names.count ?? 1, isWeighted: train.sampleWeights != nil,
      bytesAReading: train.rows * rowBytes)
  }

  /// Made rows, or built-in ones with their own roles where no others are stated.
  ///
  /// - Parameters:
  ///   - text: `adult`, `adult:sensitive=race`, `synthetic:rows=1000:groups=4`.
  ///   - share: of the rows to test on; nil: the usual one, or a built-in table's own test rows.
  static func parts<Scalar: KernelScalar>(
    _ text: String, test share: Double?, _ context: JobContext, as type: Scalar.Type
  ) throws -> (train: Dataset<Scalar>, test: Dataset<Scalar>) {
    let named = try NamedOptions(text, option: "problems")
    let options = named.options.mapValues { OptionInput.text($0) }
    guard named.name == synthetic else {
      var data = DataInput()
      try data.set(options)
      data.dataset = named.name
      var split = SplitInput()
      split.share = share
      return try parts(data, split, context, as: type)
    }
    var made = GenerateJob()
    try made.set(options)
    let rows = try made.recipe(seed: context.seed).dataset(as: type, pool: context.pool)
    let cells = (0..<rows.rows).map {
      2 * rows.attributes[0].codes[$0] + UInt16(rows.labels![$0])
    }
    let chosen = Split.testRows(
      cells: cells, fraction: share ?? Split.usualTestShare, seed: context.seed)
    let tested = rows.selecting(chosen.indices.filter { chosen[$0] })
    guard tested.rows > 0 else { throw withoutTestRows }
    return (rows.selecting(chosen.indices.filter { !chosen[$0] }), tested)
  }

  /// A table with its roles; rows whose sensitive attribute is missing are a group.
  static func parts<Scalar: KernelScalar>(
    _ data: DataInput, _ split: SplitInput, _ context: JobContext, as type: Scalar.Type
  ) throws -> (train: Dataset<Scalar>, test: Dataset<Scalar>) {
    var unknown = UnknownInput()
    unknown.policy = .ownGroup
    let read = try split.read(data, unknown, context, as: type)
    guard let test = read.test, test.rows > 0 else { throw withoutTestRows }
    return (read.train, test)
  }

  private static let withoutTestRows = JobError.usage(
    "a suite measures on test rows: \(option: "test") must be above 0")

  private static func withoutFeatures<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>
  ) -> Dataset<Float> {
    let none = Matrix<Float>(
      buffer: Buffer(uninitialized: 0), rows: rows.rows, columns: 0, rowStride: 0)
    return Dataset(
      source: rows.source, encoder: rows.encoder, features: DesignMatrix(dense: none),
      labels: rows.labels, sampleWeights: rows.sampleWeights,
      attributes: rows.attributes.isEmpty ? [] : [GroupIndex.cross(rows.attributes)])
  }

  private static func digest(_ folders: [String], _ pool: WorkerPool) throws -> String {
    var digests: [String] = []
    for folder in folders {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
        digests.append(try DataDigest.of(.path("\(folder)/\(name)"), pool: pool) ?? "")
      }
    }
    return Digest.sha256(of: digests.joined().utf8)
  }
}
