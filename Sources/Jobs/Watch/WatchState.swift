import Auditing
import Datasets
import Essentials
import LinearAlgebra

/// A watch of all pairs of groups of an attribute, as it is kept between runs.
///
/// Every pair has α divided by the number of pairs, so that the chance of any false alarm is at most α.
public struct WatchState: Sendable, Equatable, WatchFile {
  public static let schemaName = "equipoise.watch/1"
  public static let defaultAlpha = 0.05

  public private(set) var schema = schemaName
  public private(set) var attribute: String
  public private(set) var metric: WatchedRate
  public private(set) var alpha: Double
  public private(set) var groups: [String]
  public private(set) var watches: [GapWatch]
  /// Digests of the files and rows that were counted; nil in states of 0.1.0.
  public internal(set) var counted: [String]?

  public init(attribute: GroupIndex, metric: WatchedRate, alpha: Double) {
    self.attribute = attribute.attribute
    self.metric = metric
    self.alpha = alpha
    groups = attribute.names
    watches = Self.watches(groups, alpha)
  }

  private static func watches(_ groups: [String], _ alpha: Double) -> [GapWatch] {
    let pairs = pairs(groups.count)
    return pairs.map { a, b in
      GapWatch(first: groups[a], second: groups[b], alpha: alpha / Double(pairs.count))
    }
  }

  /// The place of each group; while there is nothing to compare with, further groups join.
  private mutating func places(of names: [String]) throws(WatchError) -> [Int] {
    let fresh = names.filter { KnownValues(groups).position(of: $0) == nil }
    if let name = fresh.first {
      guard watches.isEmpty else { throw .newGroup(name, known: groups) }
      groups += fresh
      watches = Self.watches(groups, alpha)
    }
    let known = KnownValues(groups)
    return names.map { known.position(of: $0)! }
  }

  private static func pairs(_ count: Int) -> [(Int, Int)] {
    (0..<count).flatMap { a in (a + 1..<max(count, a + 1)).map { (a, $0) } }
  }

  /// Throws when options that were given are not those of the state.
  public func check(metric asked: WatchedRate?, alpha level: Double?) throws(WatchError) {
    guard asked ?? metric == metric, level ?? alpha == alpha else {
      throw .otherOptions(metric: metric.rawValue, alpha: alpha)
    }
  }

  /// Adds rows in their order.
  public mutating func take(
    _ index: GroupIndex, decisions: [UInt8], labels: Buffer<UInt8>?
  ) throws(WatchError) {
    guard index.attribute == attribute else {
      throw .otherAttribute(index.attribute, watched: attribute)
    }
    if metric.needsLabel && labels == nil { throw .needsLabel(metric.rawValue) }
    let places = try places(of: index.names)
    let pairs = Self.pairs(groups.count)
    var sides = Array(repeating: [(watch: Int, side: Int)](), count: groups.count)
    for (w, pair) in pairs.enumerated() {
      sides[pair.0].append((w, 0))
      sides[pair.1].append((w, 1))
    }
    for i in 0..<index.rows {
      if let wanted = metric.label, labels![i] != wanted { continue }
      for (watch, side) in sides[places[index[i]]] {
        watches[watch].take(group: side, success: decisions[i] == 1)
      }
    }
  }

  /// Nil when there is no such file.
  public static func read(_ path: String) throws -> WatchState? { try stored(at: path) }

  public func write(_ path: String) throws { try store(at: path) }

  /// What the watch says now.
  public var report: WatchReport {
    WatchReport(
      attribute: attribute, metric: metric.rawValue, alpha: alpha,
      limit: Double(max(1, watches.count)) / alpha,
      gaps: watches.map { watch in
        WatchReport.Gap(
          first: watch.first, second: watch.second, records: watch.records.reduce(0, +),
          pairs: watch.pairs,
          gap: watch.records.contains(0)
            ? nil
            : watch.successes[0] / Double(watch.records[0])
              - watch.successes[1] / Double(watch.records[1]),
          evidence: exp(min(watch.logPeak, 700)), pValue: watch.pValue, isRaised: watch.isRaised)
      })
  }
}

/// The state of a watch as it is printed.
public struct WatchReport: Sendable, Equatable, Codable {
  /// A pair of groups.
  public struct Gap: Sendable, Equatable, Codable {
    public var first: String
    public var second: String
    public var records: Int
    public var pairs: Int
    /// The first group's rate minus the second's so far.
    public var gap: Double?
    /// The largest so far; an alarm when it reaches the limit.
    public var evidence: Double
    /// Valid whenever it is looked at.
    public var pValue: Double
    public var isRaised: Bool

    enum CodingKeys: String, CodingKey {
      case first, second, records, pairs, gap, evidence
      case pValue = "p_value"
      case isRaised = "alarm"
    }
  }

  public var schema = WatchState.schemaName
  public var attribute: String
  public var metric: String
  public var alpha: Double
  public var limit: Double
  public var gaps: [Gap]

  public var isRaised: Bool { gaps.contains(where: \.isRaised) }
}

/// Rows that a watch cannot take.
public enum WatchError: UserError, Equatable {
  case otherAttribute(String, watched: String)
  case newGroup(String, known: [String])
  case needsLabel(String)
  case notAState(String)
  case otherOptions(metric: String, alpha: Double)
  case countedBefore(String)
  case rowsCountedBefore(String, Int)
  case otherKind(String, isDetector: Bool)
  case otherDetector(metric: String, bound: String, falseAlarms: Double, batches: Double)
  case noSuchStep(String)
  case badBatchNumber(String, column: String, batch: Int)
  case otherArms(String, known: [String])
  case needsScore
  case badScore(String, column: String, row: Int)

  public var blame: Blame {
    switch self {
    case .newGroup, .notAState, .countedBefore, .rowsCountedBefore, .badBatchNumber, .otherArms,
      .badScore:
      .data
    case .otherAttribute, .needsLabel, .otherOptions, .otherKind, .otherDetector, .noSuchStep,
      .needsScore:
      .usage
    }
  }

  public func text(_ dialect: Dialect) -> String {
    let phrase: Phrase =
      switch self {
      case .otherAttribute(let name, let watched):
        "the state watches '\(watched)', not '\(name)'"
      case .newGroup(let name, let known):
        """
        group '\(name)' was not there when the watch began (it had \
        \(known.joined(separator: ", "))); begin a new watch with another \(option: "state")
        """
      case .needsLabel(let metric): "\(metric) needs \(option: "label")"
      case .notAState(let path): "\(path): not the state of a watch"
      case .otherOptions(let metric, let alpha):
        "the state watches \(metric) at alpha \(alpha); what is asked for is another watch"
      case .countedBefore(let file):
        "\(file) was counted before, as its digest says (\(option: "again") counts it again)"
      case .rowsCountedBefore(let source, let rows):
        """
        \(source): its \(rows) rows were counted before, in this order (\(option: "again") counts \
        them again)
        """
      case .otherKind(let path, isDetector: true):
        "\(path): the state is that of detectors: give \(option: "detector")"
      case .otherKind(let path, isDetector: false):
        "\(path): the state is that of a watch without \(option: "detector")"
      case .otherDetector(let metric, let bound, let falseAlarms, let batches):
        """
        the state watches \(metric) for \(bound) at \(BoundWords.short(falseAlarms)) false alarms a \
        year of \(BoundWords.short(batches)) batches; what is asked for is another watch
        """
      case .badBatchNumber, .otherArms, .needsScore, .badScore: rowPhrase
      case .noSuchStep(let step):
        "\(set: "step", step): no alarm is in a state that has this step"
      }
    return phrase.text(dialect)
  }
}

extension WatchError {
  /// What is wrong with rows of a batch.
  private var rowPhrase: Phrase {
    switch self {
    case .badBatchNumber(let value, let column, let batch):
      """
      '\(value)' in '\(column)' is no batch up to this one, which is number \(batch): rows say in \
      which batch they were decided
      """
    case .otherArms(let arm, let known):
      "'\(arm)' is none of the two arms that are watched (\(known.joined(separator: ", ")))"
    case .needsScore: "calibration needs \(option: "score")"
    case .badScore(let value, let column, let row):
      "row \(row): '\(value)' in '\(column)' is no probability between 0 and 1"
    default: Phrase("")
    }
  }
}

extension WatchError: CustomStringConvertible {
  public var description: String { text(.swift) }

  /// Whether what was asked for is wrong rather than the data.
  @available(*, deprecated, message: "use blame")
  public var isUsage: Bool { blame == .usage }
}
