import LinearAlgebra

/// What a suite of problems, methods and sides came to, encoded as the document
/// `equipoise.bench-suite/1`.
public struct BenchDocument: Sendable, Encodable {
  public static let schemaName = "equipoise.bench-suite/1"

  public let schema = BenchDocument.schemaName
  /// Of the engine whose process measured.
  public var version: String
  public var machine: MachineInfo
  public var seed: UInt64
  public var threads: Int
  /// Processes a cell; nobody starts a second one of a cell that did not end.
  public var repetitions: Int
  /// Most seconds a process.
  public var budget: Double
  /// What other programs took of the machine's cores meanwhile, 0…1; nil where no system tells.
  public var takenByOthers: Double?
  public var problems: [Problem]
  public var cells: [BenchCell]

  enum CodingKeys: String, CodingKey {
    case schema, version, machine, seed, threads, repetitions, budget, problems, cells, profiles
    case takenByOthers = "taken_by_others"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
    try container.encode(version, forKey: .version)
    try container.encode(machine, forKey: .machine)
    try container.encode(seed, forKey: .seed)
    try container.encode(threads, forKey: .threads)
    try container.encode(repetitions, forKey: .repetitions)
    try container.encode(budget, forKey: .budget)
    try container.encode(takenByOthers, forKey: .takenByOthers)
    try container.encode(problems, forKey: .problems)
    try container.encode(cells, forKey: .cells)
    try container.encode(profiles, forKey: .profiles)
  }

  public init(
    version: String, machine: MachineInfo, seed: UInt64, repetitions: Int, budget: Double,
    takenByOthers: Double?, problems: [Problem], cells: [BenchCell]
  ) {
    self.version = version
    self.machine = machine
    self.seed = seed
    threads = machine.threads
    self.repetitions = repetitions
    self.budget = budget
    self.takenByOthers = takenByOthers
    self.problems = problems
    self.cells = cells
  }

  /// Above this share of the cores, seconds are too long to be told.
  public static let mostTakenByOthers = 0.1

  public var wasBusy: Bool { (takenByOthers ?? 0) > Self.mostTakenByOthers }

  /// The rows that methods are fitted to and measured on.
  public struct Problem: Sendable, Encodable, Equatable {
    public var name: String
    /// SHA-256 of the digests of the arrays that sides read.
    public var digest: String
    public var rows: Int
    public var testRows: Int
    /// Columns of the design, levels counted one by one.
    public var columns: Int
    /// Columns of numbers.
    public var dense: Int
    /// Levels of each categorical column.
    public var levels: [Int]
    public var groups: Int
    public var isWeighted: Bool
    /// What one reading of the training rows' features moves.
    public var bytesAReading: Int

    enum CodingKeys: String, CodingKey {
      case name, digest, rows, columns, dense, levels, groups
      case testRows = "test_rows"
      case isWeighted = "is_weighted"
      case bytesAReading = "bytes_a_reading"
    }

    public init(
      name: String, digest: String, rows: Int, testRows: Int, columns: Int, dense: Int,
      levels: [Int], groups: Int, isWeighted: Bool, bytesAReading: Int
    ) {
      self.name = name
      self.digest = digest
      self.rows = rows
      self.testRows = testRows
      self.columns = columns
      self.dense = dense
      self.levels = levels
      self.groups = groups
      self.isWeighted = isWeighted
      self.bytesAReading = bytesAReading
    }
  }
}

extension BenchDocument {
  /// The cells that are fits.
  public var fits: [BenchCell] { cells.filter { !$0.isNull } }

  /// Names of sides in the order of the cells.
  public var sides: [String] {
    var seen: Set<String> = []
    return cells.map(\.adapter).filter { seen.insert($0).inserted }
  }
}
