import Datasets
import Essentials
import LinearAlgebra

/// The rows that are explored: what is known of each before any model speaks.
public struct ExploredTable: Sendable {
  /// The file or table that documents name.
  public var source: String
  public var rows: Int
  /// Shape `(n)`, 0 or 1; nil where there are none.
  public var labels: Buffer<UInt8>?
  /// The label's column and its positive value.
  public var label: PositiveValues.Value?
  /// Shape `(n)`, at least 0; nil means 1 for each row. Rows of weight 0 are not there.
  public var weights: [Double]?
  /// The attributes whose groups are compared, in the order asked for.
  public var attributes: [GroupIndex]
  /// What becomes of rows whose attributes are not all known.
  public var unknown = UnknownGroups.exclude
  public var columns: [ExploredColumn]

  public init(
    source: String = "the rows", rows: Int, labels: Buffer<UInt8>? = nil,
    label: PositiveValues.Value? = nil, weights: [Double]? = nil, attributes: [GroupIndex] = [],
    columns: [ExploredColumn] = []
  ) {
    precondition(labels?.count ?? rows == rows && weights?.count ?? rows == rows, "one a row")
    precondition(attributes.allSatisfy { $0.rows == rows }, "a group for each row")
    self.source = source
    self.rows = rows
    self.labels = labels
    self.label = label
    self.weights = weights
    self.attributes = attributes
    self.columns = columns
  }

  public init<Scalar: KernelScalar>(_ data: Dataset<Scalar>) {
    self.init(
      source: data.source, rows: data.rows, labels: data.labels, label: data.positives.label,
      weights: data.sampleWeights, attributes: data.attributes,
      columns: ExploredColumn.all(data))
    unknown = data.unknown
  }

  func isThere(_ row: Int) -> Bool { weights.map { $0[row] > 0 } ?? true }
}

/// A column of the table as it can be shown: numbers in the table's units, or named levels.
public struct ExploredColumn: Sendable {
  public enum Values: Sendable {
    /// Shape `(n)`; NaN where there is none.
    case numbers([Float])
    /// Shape `(n)`, −1 where there is none, and the names of the levels.
    case levels([Int32], [String])
  }

  public var name: String
  public var values: Values

  public init(name: String, values: Values) {
    self.name = name
    self.values = values
  }

  /// A number as the table had it: stored about a mean, it comes back with an error of rounding, which is
  /// taken off by as many decimals as the storage can tell.
  ///
  /// - Parameters:
  ///   - deviation: from the mean, in the column's unit.
  ///   - precision: the unit roundoff of the storage.
  public static func asWritten(_ deviation: Double, from mean: Double, precision: Double) -> Float {
    let value = deviation + mean
    let error = 4 * precision * (abs(deviation) + abs(mean))
    guard error > 0, value.isFinite else { return Float(value) }
    let unit = pow(10, log10(error).rounded(.up))
    return Float((value / unit).rounded() * unit + 0)
  }

  /// The features of rows that an encoder packed, as the table had them.
  public static func all<Scalar: KernelScalar>(_ data: Dataset<Scalar>) -> [ExploredColumn] {
    let encoder = data.encoder, features = data.features
    let flags = encoder.numeric.filter(\.hasMissing).map(\.name)
    let numbers = encoder.numeric.enumerated().map { j, column in
      let flag = flags.firstIndex(of: column.name).map {
        features.categorical[encoder.categorical.count + $0].codes
      }
      let values = (0..<features.rows).map { i -> Float in
        if let flag, flag[i] == 1 { return .nan }
        guard column.scale > 0 else { return Float(column.mean) }
        return asWritten(
          Double(features.dense[i, j]) / column.scale, from: column.mean,
          precision: Double(Scalar.ulpOfOne))
      }
      return ExploredColumn(name: column.name, values: .numbers(values))
    }
    let levels = encoder.categorical.enumerated().map { place, column in
      let codes = features.categorical[place].codes
      let unseen = column.codeCount - 1
      var names = column.levels
      if (0..<features.rows).contains(where: { Int(codes[$0]) == unseen }) {
        names.append(FeatureEncoder.unseenName)
      }
      let values = (0..<features.rows).map { i -> Int32 in
        let code = Int(codes[i])
        if code < column.levels.count { return Int32(code) }
        return code == unseen ? Int32(column.levels.count) : -1
      }
      return ExploredColumn(name: column.name, values: .levels(values, names))
    }
    return numbers + levels
  }
}

/// What decides about the rows, or ranks them.
public struct ExploredModel: Sendable {
  public enum Kind: String, Sendable, Encodable {
    /// A fitted model, whose answer to any row is known.
    case model
    /// A column of scores.
    case scores
    /// Decisions alone.
    case decisions
  }

  public var name: String
  public var kind: Kind
  /// A score at least this is selected; nil where decisions are given.
  public var threshold: Double?
  /// Shape `(n)`; nil where there are decisions alone.
  public var scores: [Double]?
  /// Shape `(n)`, 0 or 1; nil where the threshold decides.
  public var decisions: [UInt8]?
  /// Asks the model about changed rows; nil where it cannot be asked.
  public var probe: (any Probing)?

  public init(
    name: String, kind: Kind = .scores, threshold: Double? = Decisions.usualThreshold,
    scores: [Double]? = nil, decisions: [UInt8]? = nil
  ) {
    precondition(scores != nil || decisions != nil, "scores or decisions")
    self.name = name
    self.kind = kind
    self.threshold = decisions == nil ? threshold : nil
    self.scores = scores
    self.decisions = decisions
  }

  /// Whether a row is selected as the model stands.
  public func selects(_ row: Int) -> Bool {
    decisions.map { $0[row] == 1 } ?? (scores![row] >= threshold ?? .infinity)
  }
}

/// What a page is made with.
public struct ExplorationSettings: Sendable {
  /// A count of fewer rows than this, and more than none, is not told.
  public var leastCell = 10
  /// Cuts that a page holds of one group, and of a model in one partition.
  public var mostCutsOfGroup = 4_096
  public var mostCuts = 24_576
  /// What a false positive costs beside a false negative.
  public var costRatio = 1.0
  /// The rate that the strategy of a floor asks of every group.
  public var floor = 0.8
  /// Of the parts that strategies are tested on.
  public var seed: UInt64 = 0
  /// Crosses of at most this many groups are shown.
  public var mostGroups = 300

  public init() {}
}
