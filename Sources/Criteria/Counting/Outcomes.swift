import Datasets
import LinearAlgebra

/// What an audit looks at: for each row its groups and, as far as known, its label, its prediction,
/// its score and its weight.
public struct Outcomes: Sendable {
  /// At least one attribute, all of the same rows.
  public let attributes: [GroupIndex]
  /// Shape `(n)`, 0 or 1; nil when the truth is not known.
  public let labels: Buffer<UInt8>?
  /// Shape `(n)`, 0 or 1; nil: a score at or above the threshold is positive.
  public let predictions: Buffer<UInt8>?
  /// Shape `(n)`, finite.
  public let scores: Buffer<Double>?
  /// Shape `(n)`, finite and at least 0; nil means 1 for each row.
  public let weights: Buffer<Double>?
  public let threshold: Double

  public var rows: Int { attributes[0].rows }

  public init(
    attributes: [GroupIndex], labels: Buffer<UInt8>? = nil, predictions: Buffer<UInt8>? = nil,
    scores: Buffer<Double>? = nil, weights: Buffer<Double>? = nil,
    threshold: Double = Decisions.usualThreshold
  ) {
    precondition(!attributes.isEmpty, "outcomes need at least one attribute")
    let n = attributes[0].rows
    precondition(attributes.allSatisfy { $0.rows == n }, "attributes of different lengths")
    for (count, what) in [
      (labels?.count, "labels"), (predictions?.count, "predictions"), (scores?.count, "scores"),
      (weights?.count, "weights"),
    ] {
      precondition(count == nil || count == n, "\(count ?? 0) \(what) for \(n) rows")
    }
    self.attributes = attributes
    self.labels = labels
    self.predictions = predictions
    self.scores = scores
    self.weights = weights
    self.threshold = threshold
  }

  /// Which kinds of column there are. A score makes predictions.
  public var inputs: Inputs {
    var inputs: Inputs = []
    if labels != nil { inputs.insert(.labels) }
    if predictions != nil || scores != nil { inputs.insert(.predictions) }
    if scores != nil { inputs.insert(.scores) }
    return inputs
  }
}

/// Kinds of column that a metric needs, or that data have.
public struct Inputs: OptionSet, Sendable, Codable, Hashable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  public static let labels = Inputs(rawValue: 1)
  public static let predictions = Inputs(rawValue: 2)
  public static let scores = Inputs(rawValue: 4)
  /// The scores all lie in 0…1; known once they have been counted.
  public static let probabilities = Inputs(rawValue: 8)

  static let known: Inputs = [.labels, .predictions, .scores, .probabilities]

  var names: [String] {
    [(Inputs.labels, "labels"), (.predictions, "predictions"), (.scores, "scores")].compactMap {
      contains($0.0) ? $0.1 : nil
    }
  }
}

/// Data that cannot be counted.
public enum CountingError: UserError, Equatable, CustomStringConvertible {
  /// The first row (from 0) of a column "label" or "prediction" whose value is neither 0 nor 1.
  case notBinary(column: String, row: Int, value: Int)
  /// The first row (from 0) whose score is NaN or infinite, and how many there are.
  case badScore(row: Int, of: Int)
  /// The first row (from 0) whose weight is negative, NaN or infinite, and how many there are.
  case badWeight(row: Int, of: Int)
  /// A group code (from 0) that has no name.
  case badGroup(attribute: String, row: Int, code: Int, groups: Int)
  /// Counts that do not add up, with the reason.
  case incompatible(String)

  public var blame: Blame {
    if case .incompatible = self { .usage } else { .data }
  }

  public var place: RowPlace? {
    switch self {
    case .notBinary(_, let row, _), .badScore(let row, _), .badWeight(let row, _),
      .badGroup(_, let row, _, _):
      .position(row)
    case .incompatible: nil
    }
  }

  public var culprit: String {
    switch self {
    case .notBinary(let column, _, _): column
    case .badScore: "scores"
    case .badWeight: "weights"
    case .badGroup(let attribute, _, _, _): attribute
    case .incompatible: ""
    }
  }

  public var description: String {
    switch self {
    case .notBinary(let column, let row, let value):
      "the \(column) in \(RowPlace.position(row)) is \(value), neither 0 nor 1"
    case .badScore(let row, let count):
      "\(count) scores are not finite numbers; the first is in \(RowPlace.position(row))"
    case .badWeight(let row, let count):
      "\(count) weights are negative or not finite; the first is in \(RowPlace.position(row))"
    case .badGroup(let attribute, let row, let code, let groups):
      "the group of '\(attribute)' in \(RowPlace.position(row)) is number \(code), but there are \(groups)"
    case .incompatible(let reason): "these counts do not add up: \(reason)"
    }
  }
}
