import Auditing
import Criteria

/// The counts that an audit's shares are quotients of, as JSON for people and other programs.
struct EvidenceCounts: Encodable {
  struct Cell: Encodable {
    /// The group of each attribute.
    var groups: [String: String]
    var rows: Outcomes
    /// Σ w, where rows have weights.
    var weights: Outcomes?
  }

  /// With no labels or no decisions, all rows count as negative in them.
  struct Outcomes: Encodable {
    var trueNegative, falsePositive, falseNegative, truePositive: Double

    enum CodingKeys: String, CodingKey {
      case trueNegative = "true_negative"
      case falsePositive = "false_positive"
      case falseNegative = "false_negative"
      case truePositive = "true_positive"
    }

    init(_ slots: SIMD4<Double>) {
      (trueNegative, falsePositive) = (slots[0], slots[1])
      (falseNegative, truePositive) = (slots[2], slots[3])
    }
  }

  let schema = "equipoise.counts/1"
  var threshold: Double
  var hasLabels: Bool
  var hasDecisions: Bool
  var cells: [Cell]

  enum CodingKeys: String, CodingKey {
    case schema, threshold, cells
    case hasLabels = "has_labels"
    case hasDecisions = "has_decisions"
  }

  init(_ counts: OutcomeCounts) {
    threshold = counts.threshold
    hasLabels = counts.inputs.contains(.labels)
    hasDecisions = counts.inputs.contains(.predictions)
    cells = zip(counts.combinations, counts.tallies).map { key, tally in
      Cell(
        groups: Dictionary(
          zip(counts.attributes, zip(counts.levels, key).map { $0[$1] }),
          uniquingKeysWith: { first, _ in first }),
        rows: Outcomes(SIMD4<Double>(tally.rows)),
        weights: counts.weighted ? Outcomes(tally.weights) : nil)
    }
  }
}
