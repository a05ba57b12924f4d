import Datasets
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

/// The mean losses of groups on the training rows, and whether all could be lower at once.
public struct GroupLosses: Sendable, Codable, Equatable {
  public struct Group: Sendable, Codable, Equatable {
    public var attribute: String
    public var value: String
    /// The mean logistic loss of the group's rows.
    public var loss: Double
    /// How much the group counts: λ_g at least 0, adding up to 1.
    public var multiplier: Double

    public init(attribute: String, value: String, loss: Double, multiplier: Double) {
      self.attribute = attribute
      self.value = value
      self.loss = loss
      self.multiplier = multiplier
    }
  }

  public var groups: [Group]
  /// No linear model with coefficients no larger, in ‖w‖, has a loss lower by more than this in
  /// every group: 0 is Pareto efficiency. Nil where that is not proved.
  public var improvableAtMost: Double?

  public init(groups: [Group], improvableAtMost: Double?) {
    self.groups = groups
    self.improvableAtMost = improvableAtMost
  }

  enum CodingKeys: String, CodingKey {
    case groups
    case improvableAtMost = "improvable_at_most"
  }
}

/// A group of few training rows, and what a rule made of it.
public struct SmallGroup: Sendable, Codable, Equatable {
  public var attribute: String
  public var group: String
  public var rows: Int
  public var fate: Fate

  public enum Fate: String, Sendable, Codable {
    /// Its rates bind those of all others.
    case binds
    /// It gets the rule of all rows as one group.
    case pooled
    /// No constraint binds it.
    case free
  }

  public init(attribute: String, group: String, rows: Int, fate: Fate) {
    self.attribute = attribute
    self.group = group
    self.rows = rows
    self.fate = fate
  }
}

extension [SmallGroup] {
  /// What a reader of a fit must know of groups of few rows, one sentence a fate.
  ///
  /// - Parameters:
  ///   - advises: whether the method can be told how many rows bind a group.
  ///   - hasOptions: whether the reader's job has the options of the method.
  public func phrases(
    of method: String, advises: Bool = true, hasOptions: Bool = true
  ) -> [Phrase] {
    [SmallGroup.Fate.binds, .pooled, .free].compactMap { fate in
      let groups = filter { $0.fate == fate }
      guard !groups.isEmpty else { return nil }
      let named = groups.prefix(Self.mostNamed).map {
        "'\($0.group)' (\($0.rows) \($0.rows == 1 ? "row" : "rows"))"
      }
      let rest = groups.count > named.count ? " and \(groups.count - named.count) more" : ""
      let which = "\(method): of '\(groups[0].attribute)' \(named.joined(separator: ", "))\(rest)"
      let isOne = groups.count == 1
      let advice: Phrase =
        !advises
        ? ""
        : hasOptions
          ? " (\(option: "least_group") says how many are enough)"
          : " (a fit by itself takes \(option: "least_group"), which says how many are enough)"
      switch fate {
      case .binds:
        let few = groups.prefix(Self.mostNamed).map {
          "\($0.rows) \($0.rows == 1 ? "row" : "rows") of '\($0.group)'"
        }
        return """
          \(method): \(few.joined(separator: ", "))\(rest) in '\(groups[0].attribute)' \
          \(isOne && groups[0].rows == 1 ? "decides" : "decide") the constraint: so few rows bind the \
          rates of all groups\(advice)
          """
      case .pooled:
        return """
          \(which) \(isOne ? "has" : "have") too few rows to bind others and \
          \(isOne ? "gets" : "get") the rule of all rows\(advice)
          """
      case .free:
        return """
          \(which) \(isOne ? "has" : "have") too few rows and \(isOne ? "is" : "are") bound by no \
          constraint\(advice)
          """
      }
    }
  }

  private static let mostNamed = 3
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
  /// The stage whose status it is, where one of several did not come to its end.
  public var stage: String?
  /// The groups' mean losses, from methods that weigh groups.
  public var groupLosses: GroupLosses?
  /// Groups of few rows, from methods that treat groups apart; nil where there are none.
  public var smallGroups: [SmallGroup]?
  /// Of status `separable`: a direction (w, b) along which no row's loss rises and some row's falls
  /// for ever.
  public var separatingDirection: [Double]?
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
