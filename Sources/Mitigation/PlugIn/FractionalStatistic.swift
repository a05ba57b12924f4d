/// A rate of a group that is a ratio of two linear functions of who is selected.
///
/// With S_y the weight of the group's rows of label y that are selected and T_y that of all of them:
/// rate = (n₀ + n·S)/(d₀ + d·S), all divided by T = T₀ + T₁.
enum FractionalStatistic: String, CaseIterable, Sendable {
  case selectionRate = "selection_rate"
  case truePositiveRate = "true_positive_rate"
  case falsePositiveRate = "false_positive_rate"
  case trueNegativeRate = "true_negative_rate"
  case falseNegativeRate = "false_negative_rate"
  case accuracy = "accuracy_score"
  case falseDiscoveryRate = "false_discovery_rate"
  case falseOmissionRate = "false_omission_rate"
  case precision = "precision_score"
  case negativePredictiveValue = "negative_predictive_value"

  /// base + Σ_y slopes[y]·S_y
  struct Part: Sendable {
    var base: Double
    var slopes: [Double]

    func value(_ negatives: Double, _ positives: Double) -> Double {
      base + slopes[0] * negatives + slopes[1] * positives
    }
  }

  /// The labels that rows of every group must have for the rate to exist whatever is selected.
  var labels: Set<Int> {
    switch self {
    case .truePositiveRate, .falseNegativeRate: [1]
    case .falsePositiveRate, .trueNegativeRate: [0]
    default: []
    }
  }

  /// - Parameter totals: T₀ and T₁. Without weight there is no rate, and both parts are 0.
  func parts(_ totals: [Double]) -> (numerator: Part, denominator: Part) {
    let t = totals[0] + totals[1]
    guard t > 0 else {
      let nothing = Part(base: 0, slopes: [0, 0])
      return (nothing, nothing)
    }
    let t0 = totals[0] / t, t1 = totals[1] / t, s = 1 / t
    func part(_ base: Double, _ negatives: Double, _ positives: Double) -> Part {
      Part(base: base, slopes: [negatives * s, positives * s])
    }
    let all = part(1, 0, 0), selected = part(0, 1, 1), rejected = part(1, -1, -1)
    switch self {
    case .selectionRate: return (selected, all)
    case .truePositiveRate: return (part(0, 0, 1), part(t1, 0, 0))
    case .falsePositiveRate: return (part(0, 1, 0), part(t0, 0, 0))
    case .trueNegativeRate: return (part(t0, -1, 0), part(t0, 0, 0))
    case .falseNegativeRate: return (part(t1, 0, -1), part(t1, 0, 0))
    case .accuracy: return (part(t0, -1, 1), all)
    case .falseDiscoveryRate: return (part(0, 1, 0), selected)
    case .falseOmissionRate: return (part(t1, 0, -1), rejected)
    case .precision: return (part(0, 0, 1), selected)
    case .negativePredictiveValue: return (part(t0, -1, 0), rejected)
    }
  }
}
