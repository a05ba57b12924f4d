import Mitigation

/// One problem, method and side of a suite: how well it was solved, and what that took.
public struct BenchCell: Sendable, Encodable {
  /// The method of the cells that load, predict and fit nothing: what a side costs besides its fits.
  public static let nullMethod = "null"

  /// How a cell ended; none is ever left out.
  public enum Status: String, Sendable, Codable {
    case ok
    case notConverged = "not_converged"
    /// The side does not have the method, or not for these rows.
    case refused
    case outOfMemory = "out_of_memory"
    case timeout
    /// The process ended without an answer that can be read.
    case failed
  }

  /// The repetitions of a measurement.
  public struct Spread: Sendable, Encodable, Equatable {
    public var median: Double
    public var least: Double
    public var most: Double
    public var runs: Int

    /// nil without values.
    public init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let sorted = values.sorted(), half = sorted.count / 2
      median =
        sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
      least = sorted[0]
      most = sorted[sorted.count - 1]
      runs = sorted.count
    }
  }

  /// Of the decisions on some rows, measured by the suite and not by the side.
  public struct Quality: Sendable, Encodable, Equatable {
    /// The share of wrong decisions, in expectation where decisions are drawn.
    public var error: Double
    /// How far the criterion's rates are from alike, and beyond the bound.
    public var constraint: ConstraintMeasure?

    public init(error: Double, constraint: ConstraintMeasure?) {
      self.error = error
      self.constraint = constraint
    }

    enum CodingKeys: String, CodingKey { case error, constraint }
  }

  /// How near a fit comes to the speed at which memory gives its readings.
  public struct Roof: Sendable, Encodable, Equatable {
    /// Readings · bytes of one ÷ speed of reading memory.
    public var seconds: Double
    /// Those over the fit's own; above 1 where features stay in a cache.
    public var fraction: Double

    public init?(readings: Double?, bytes: Int, gigabytesPerSecond: Double, fit: Double?) {
      guard let readings, let fit, readings > 0, fit > 0, gigabytesPerSecond > 0 else {
        return nil
      }
      seconds = readings * Double(bytes) / (gigabytesPerSecond * 1e9)
      fraction = seconds / fit
    }
  }

  public var problem: String
  public var method: String
  public var options: [String: String]
  public var criterion: String
  public var bound: Double
  /// What the side is called.
  public var adapter: String
  public var version: String?
  /// The kernels that its linear algebra runs on, as it names them.
  public var core: String?
  public var status: Status
  /// Why the status is not `ok`.
  public var reason: String?
  /// Of wall clock, by what they were spent on: `load`, `fit`, `predict` as the side tells them,
  /// `process` from start to end.
  public var seconds: [String: Spread] = [:]
  /// Of the whole process on all cores.
  public var processorSeconds: Spread?
  /// The most memory that the process held, files that it shares included.
  public var peakMemoryBytes: Int?
  /// The most that was its own.
  public var peakAnonymousBytes: Int?
  /// What the cell took beyond the null cell of its side on the problem.
  public var aboveNull: AboveNull?
  public var iterations: Int?
  public var oracleCalls: Int?
  /// Times that the features were read from end to end.
  public var readings: Double?
  public var objective: Double?
  public var certificate: FitRecord.ProvedBound?
  public var train: Quality?
  public var test: Quality?
  public var roof: Roof?

  public struct AboveNull: Sendable, Encodable, Equatable {
    public var processorSeconds: Double?
    public var peakAnonymousBytes: Int?

    public init(processorSeconds: Double?, peakAnonymousBytes: Int?) {
      self.processorSeconds = processorSeconds
      self.peakAnonymousBytes = peakAnonymousBytes
    }

    enum CodingKeys: String, CodingKey {
      case processorSeconds = "processor_seconds"
      case peakAnonymousBytes = "peak_anonymous_bytes"
    }
  }

  enum CodingKeys: String, CodingKey {
    case problem, method, options, criterion, bound, adapter, version, core, status, reason, seconds
    case iterations, readings, objective, certificate, train, test, roof
    case processorSeconds = "processor_seconds"
    case peakMemoryBytes = "peak_memory_bytes"
    case peakAnonymousBytes = "peak_anonymous_bytes"
    case aboveNull = "above_null"
    case oracleCalls = "oracle_calls"
  }

  public init(
    problem: String, method: String, options: [String: String], criterion: String, bound: Double,
    adapter: String, status: Status, reason: String?
  ) {
    self.problem = problem
    self.method = method
    self.options = options
    self.criterion = criterion
    self.bound = bound
    self.adapter = adapter
    self.status = status
    self.reason = reason
  }

  public var isNull: Bool { method == Self.nullMethod }

  /// Whether there is a fit to speak of, be it short of its tolerance.
  public var isSolved: Bool { status == .ok || status == .notConverged }
}
