import Criteria
import Datasets
import Reports

/// Variants side by side: those with the same rows and groups are compared with each other.
public struct PipelineComparison: Sendable {
  /// Variants with the same rows, columns and split.
  public struct Section: Sendable {
    /// Places among the outcomes.
    public var outcomes: [Int]
    /// Their fits, with unprocessed ones after their own; labelled with the variants' names.
    public var runs: RunsDocument
  }

  /// What an unprocessed fit is called, after its variant's name.
  public static let unprocessedEnd = ", unprocessed"

  public let outcomes: [PipelineOutcome]
  /// The metric that 'Pareto' takes for fairness.
  public let disparity: MeasureName
  public let sections: [Section]

  public init(_ outcomes: [PipelineOutcome], disparity: MeasureName) {
    self.outcomes = outcomes
    self.disparity = disparity
    var places: [[Int]] = []
    for (index, outcome) in outcomes.enumerated() {
      if let same = places.firstIndex(where: {
        outcomes[$0[0]].plan.rows.isComparable(with: outcome.plan.rows)
      }) {
        places[same].append(index)
      } else {
        places.append([index])
      }
    }
    sections = places.map { group in
      let runs = group.flatMap { place -> [FitRecord] in
        let outcome = outcomes[place]
        return [(outcome.fit, ""), (outcome.unprocessed, Self.unprocessedEnd)].compactMap {
          run, end in
          run.map {
            var labelled = $0
            labelled.label = outcome.plan.name + end
            return labelled
          }
        }
      }
      return Section(
        outcomes: group, runs: RunsDocument(runs, disparity: disparity, tellsApart: true))
    }
  }

  /// All fits in the order of the variants.
  public var runs: [FitRecord] { sections.flatMap(\.runs.runs) }

  /// Whether no comparable variant is at least as accurate and as fair, and better in one.
  public func isPareto(_ outcome: PipelineOutcome) -> Bool {
    runs.first { $0.label == outcome.plan.name }?.pareto == true
  }
}

extension PipelineRows {
  public typealias Part = DataReader.TestRows

  /// Whether numbers of both are of the same rows and groups: features and storage may differ.
  func isComparable(with other: PipelineRows) -> Bool {
    // Which rows a missing value takes out depends on every column that is read.
    let readsAlike = options.missing != .drop || options == other.options
    return readsAlike && region == other.region && options.condition == other.options.condition
      && location == other.location && test == other.test
      && (test != nil || validation == other.validation)
      && unknown == other.unknown && options.label == other.options.label
      && options.positive == other.options.positive
      && options.sensitive == other.options.sensitive && options.bins == other.options.bins
      && options.weights == other.options.weights && options.missing == other.options.missing
      && options.missingTexts == other.options.missingTexts
  }
}
