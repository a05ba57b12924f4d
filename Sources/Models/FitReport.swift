import Optimization

/// What a fit proves about itself.
public struct Certificate: Sendable, Codable, Equatable {
  public enum Kind: String, Sendable, Codable {
    case gradientNorm = "gradient_norm"
    case dualityGap = "duality_gap"
  }

  public var kind: Kind
  public var value: Double
  /// An upper bound on F − F*, absent when none can be proved.
  public var boundOnSuboptimality: Double?

  public init(kind: Kind, value: Double, boundOnSuboptimality: Double? = nil) {
    self.kind = kind
    self.value = value
    self.boundOnSuboptimality = boundOnSuboptimality
  }
}

/// How a fit went: the same record for every method.
public struct FitReport: Sendable, Codable {
  public var status: FitStatus
  public var iterations: Int
  /// Fits of the base learner; 0 for methods that have none.
  public var oracleCalls: Int
  public var objective: Double?
  public var certificate: Certificate?
  /// Times that the features were read from end to end, a sample counted by its share.
  public var passes: Double
  public var seconds: Double
  /// Why a search ended, in words; nil where the status says all.
  public var stopReason: String?
  public var seed: UInt64

  public init(
    status: FitStatus, iterations: Int, oracleCalls: Int = 0, objective: Double?,
    certificate: Certificate? = nil, passes: Double = 0, seconds: Double = 0,
    stopReason: String? = nil, seed: UInt64 = 0
  ) {
    self.status = status
    self.iterations = iterations
    self.oracleCalls = oracleCalls
    self.objective = objective
    self.certificate = certificate
    self.passes = passes
    self.seconds = seconds
    self.stopReason = stopReason
    self.seed = seed
  }
}
