import Optimization

/// Squared gaps of group means for a criterion: for each of its rates (m₁ − m₀)² for two groups and
/// Σ_g (m_g − m)² for more, m_g the mean of σ(z) or of z over the rows of group g that count.
///
/// The mean of σ(z) over the rows that a rate divides by is the rate of decisions drawn with
/// probability σ(z), or 1 − that: gaps are the same up to their sign, so that only the rows matter.
/// Gaps of z are convex in the coefficients.
///
/// σ(z): Berk et al., A Convex Framework for Fair Regression, 2017, section 2. z: Bechavod and Ligett,
/// Penalizing Unfairness in Binary Classification, 2017, section 3.
public struct GroupMeansPenalty: Penalty {
  /// Whose means are compared.
  public enum Form: String, Sendable, CaseIterable {
    /// σ(z).
    case probability
    /// z.
    case linear

    var channel: ScoreChannel { self == .linear ? .linear : .probability }
  }

  public let form: Form
  public let criterion: Criterion

  /// - Parameter criterion: whose rates count one decision each, as `comparesPredictions` says.
  public init(_ form: Form, _ criterion: Criterion) {
    precondition(criterion.comparesPredictions, "no mean of predictions is a rate of \(criterion)")
    self.form = form
    self.criterion = criterion
  }

  static let linearPrefix = "linear_"

  public var name: String {
    form == .linear ? Self.linearPrefix + criterion.name : criterion.name
  }

  public var summary: String {
    let rows = rates.compactMap { rate in
      rate.labels == [1] ? "among the positives" : rate.labels == [0] ? "among the negatives" : nil
    }
    let mean = form == .linear ? "the linear score" : "the probability"
    return (["Group means of \(mean) are alike"] + rows.prefix(1)).joined(separator: " ")
      + rows.dropFirst().map { " and " + $0 }.joined() + "."
  }

  public var source: String {
    form == .linear
      ? "Bechavod and Ligett, Penalizing Unfairness in Binary Classification, 2017, section 3."
      : "Squared gaps of group mean scores: Berk et al., A Convex Framework for Fair Regression, 2017, "
        + "section 2."
  }

  public var comparedLabels: Set<Int> { criterion.labelsNeeded }
  public var bindsFewRows: Bool { true }

  private var rates: [Rate] { criterion.rates.sorted { $0.event < $1.event } }

  public func terms(_ cells: CellIndex) -> [any ScoreTerm] {
    cells.attributes.indices.flatMap { attribute in
      rates.map { rate in
        SquaredGaps(
          channel: form.channel,
          cells.meanGaps(attribute: attribute, event: rate.counts))
      }
    }
  }
}
