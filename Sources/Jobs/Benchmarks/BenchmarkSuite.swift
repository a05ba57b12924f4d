import Datasets
import Essentials
import LinearAlgebra

/// A named measurement on data that it makes itself.
public protocol BenchmarkCase: Sendable {
  static var name: String { get }
  static var summary: String { get }

  static func measure(_ suite: BenchmarkSuite) throws -> BenchmarkFigures
}

/// Every measurement of the built-in suite: one line each.
public enum BenchmarkCases {
  public static let all: [any BenchmarkCase.Type] = [
    EvaluationBenchmark<Float>.self,
    EvaluationBenchmark<Double>.self,
    CurvatureBenchmark<Float>.self,
    DenseFitBenchmark<Float>.self,
    DenseFitBenchmark<Double>.self,
    IllConditionedFitBenchmark.self,
    CodesFitBenchmark.self,
    PathBenchmark.self,
    ReadingBenchmark.self,
  ]

  /// The cases of the given names, in that order; all when there are none.
  public static func named(_ names: [String]) throws(DataError) -> [any BenchmarkCase.Type] {
    guard !names.isEmpty else { return all }
    var found: [any BenchmarkCase.Type] = []
    for name in names {
      found.append(try NearestName.find(name, in: all, what: "benchmark") { $0.name })
    }
    return found
  }
}

/// What a measurement found, besides its time.
public struct BenchmarkFigures: Sendable, Equatable {
  /// Seconds of wall clock of each repetition.
  public var seconds: [Double]
  public var rows: Int
  /// Columns of the design matrix, levels counted one by one.
  public var columns: Int
  /// The median time over that of reading the same features once with all threads.
  public var readings: Double?
  /// Times that a fit read the features.
  public var passes: Double?
  public var status: String?

  public init(
    seconds: [Double], rows: Int, columns: Int, readings: Double? = nil, passes: Double? = nil,
    status: String? = nil
  ) {
    self.seconds = seconds
    self.rows = rows
    self.columns = columns
    self.readings = readings
    self.passes = passes
    self.status = status
  }
}

/// One line of the suite's table.
public struct BenchmarkRow: Sendable, Encodable, Equatable {
  public var name: String
  public var rows: Int
  public var columns: Int
  public var threads: Int
  public var core: String
  public var medianSeconds: Double
  public var fastestSeconds: Double
  public var rowsPerSecond: Double
  public var readings: Double?
  public var passes: Double?
  public var status: String?

  enum CodingKeys: String, CodingKey {
    case name, rows, columns, threads, readings, passes, status
    case core = "openblas_core"
    case medianSeconds = "median_seconds"
    case fastestSeconds = "fastest_seconds"
    case rowsPerSecond = "rows_per_second"
  }

  init(_ name: String, _ figures: BenchmarkFigures, threads: Int) {
    let sorted = figures.seconds.sorted()
    self.name = name
    rows = figures.rows
    columns = figures.columns
    self.threads = threads
    core = OpenBLAS.core
    medianSeconds = sorted[sorted.count / 2]
    fastestSeconds = sorted[0]
    rowsPerSecond = Double(rows) / medianSeconds
    readings = figures.readings
    passes = figures.passes
    status = figures.status
  }

  /// The row as texts, in the order of `BenchmarkRow.headers`.
  public var text: [(name: String, value: String)] {
    func number(_ value: Double?, _ decimals: Int) -> String {
      value?.fixed(decimals) ?? "–"
    }
    let values = [
      name, "\(rows)", "\(columns)", number(medianSeconds * 1e3, 2),
      number(fastestSeconds * 1e3, 2), number(rowsPerSecond / 1e6, 2),
      number(readings, 2), number(passes, 1), status ?? "–",
    ]
    return zip(Self.headers, values).map { ($0, $1) }
  }

  public static let headers = [
    "case", "rows", "columns", "median ms", "fastest ms", "Mrows/s", "readings", "passes",
    "status",
  ]
}

/// Runs measurements: how large, how often, on how many threads.
public struct BenchmarkSuite: Sendable {
  /// The rows of each case over its usual rows.
  public var scale: Double
  public var repetitions: Int
  public var pool: WorkerPool
  public var seed: UInt64

  public init(
    scale: Double = 1, repetitions: Int = 5, pool: WorkerPool = .default, seed: UInt64 = 0
  ) {
    precondition(scale > 0 && repetitions >= 1, "a suite runs something at least once")
    self.scale = scale
    self.repetitions = repetitions
    self.pool = pool
    self.seed = seed
  }

  public func run(_ item: any BenchmarkCase.Type) throws -> BenchmarkRow {
    BenchmarkRow(item.name, try item.measure(self), threads: pool.threads)
  }

  /// More rows fit into no machine.
  private static let mostRows = 1e12

  func rows(_ usual: Int) -> Int { max(1, Int(min(Double(usual) * scale, Self.mostRows))) }

  /// Seconds of each repetition, after one that does not count.
  func times(_ body: () throws -> Void) rethrows -> [Double] {
    let clock = ContinuousClock()
    try body()
    return try (0..<repetitions).map { _ in
      let began = clock.now
      try body()
      return (clock.now - began) / .seconds(1)
    }
  }
}
