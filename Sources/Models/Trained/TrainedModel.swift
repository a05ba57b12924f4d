import Datasets
import LinearAlgebra

/// A fitted model with everything that using it needs: how rows are encoded, what predicts, how it
/// was fitted.
public struct TrainedModel: Sendable {
  /// The method's name.
  public var method: String
  /// The options it was fitted with, defaults spelled out.
  public var options: [String: OptionValue]
  public var encoder: FeatureEncoder
  public var predictor: any Predictor
  public var report: FitReport
  /// The rows that it was fitted to; nil where that was not kept.
  public var training: TrainingRows?

  public init(
    method: String, options: [String: OptionValue], encoder: FeatureEncoder,
    predictor: any Predictor, report: FitReport
  ) {
    self.method = method
    self.options = options
    self.encoder = encoder
    self.predictor = predictor
    self.report = report
  }
}

/// Where the rows are from that a model was fitted to, so that they are known again.
public struct TrainingRows: Sendable, Equatable {
  /// The digest of the file's bytes; nil for what is no file.
  public var digest: String?
  /// The built-in table; nil for others.
  public var source: String?
  /// How many rows were fitted to, and how many records the table had.
  public var rows: Int?
  public var records: Int?

  public init(
    digest: String? = nil, source: String? = nil, rows: Int? = nil, records: Int? = nil
  ) {
    self.digest = digest
    self.source = source
    self.rows = rows
    self.records = records
  }
}

/// What a model says about rows.
public struct Predictions: Sendable, Equatable {
  /// Shape `(n)` each.
  public var scores: [Double]
  public var probabilities: [Double]
  public var decisions: [UInt8]

  public init(scores: [Double], probabilities: [Double], decisions: [UInt8]) {
    precondition(
      scores.count == probabilities.count && scores.count == decisions.count,
      "a score, a probability and a decision for each row")
    self.scores = scores
    self.probabilities = probabilities
    self.decisions = decisions
  }
}

extension TrainedModel {
  /// The usual threshold on a probability.
  public static let defaultThreshold = Decisions.usualThreshold

  public func predict<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, threshold: Double = defaultThreshold, pool: WorkerPool = .default
  ) throws -> Predictions {
    let probabilities = try predictor.probabilities(data, pool: pool)
    return Predictions(
      scores: try predictor.scores(data, pool: pool), probabilities: probabilities,
      decisions: try predictor.decisions(
        data, probabilities: probabilities, threshold: threshold))
  }

  /// Probabilities and decisions alone, and the scores on which these rest: what an evaluation
  /// needs.
  public func evaluate<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, threshold: Double = defaultThreshold, pool: WorkerPool = .default
  ) throws -> (probabilities: [Double], decisions: [UInt8], scores: [Double]) {
    let probabilities = try predictor.probabilities(data, pool: pool)
    return (
      probabilities,
      try predictor.decisions(data, probabilities: probabilities, threshold: threshold),
      try predictor.ranking(data, probabilities: probabilities, pool: pool)
    )
  }
}
