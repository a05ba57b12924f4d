/// A rate as each method reads it, all from the one definition.
extension Rate {
  /// The data that the rate is a function of.
  public var needs: Inputs { part.inputs.union(whole.inputs) }

  /// Whether predictions matter: not for the base rate.
  public var isOfDecisions: Bool { needs.contains(.predictions) }

  /// Whether the rate is linear in decisions: which rows are divided by is settled by their labels.
  /// Otherwise both parts of the fraction depend on decisions.
  public var isLinear: Bool { isOfDecisions && !whole.inputs.contains(.predictions) }

  /// The labels, 0 or 1, of the rows that count.
  public var labels: Set<Int> { Set([0, 1].filter(counts)) }

  /// Whether rows of a label count.
  public func counts(label: Int) -> Bool {
    !whole.isDisjoint(with: label == 1 ? .positives : .negatives)
  }

  /// The labels that rows of every group must have for the rate to exist whatever is decided: none
  /// where any row will do, or no row can guarantee it.
  public var labelsNeeded: Set<Int> { isLinear && labels.count == 1 ? labels : [] }

  /// The rate of the rest of the whole: 1 − this rate, whose differences between groups are as large.
  public var complement: Rate? {
    Self.all.first { $0.whole == whole && $0.part == whole.subtracting(part) }
  }

  /// What a row of this label adds by a negative and by a positive prediction, 0 or 1; nil where such
  /// a row does not count. For rates that are linear in decisions.
  public func utility(ofLabel label: Int) -> (ifNegative: Double, ifPositive: Double)? {
    guard isLinear, counts(label: label) else { return nil }
    return (
      part.contains(label: label, prediction: 0) ? 1 : 0,
      part.contains(label: label, prediction: 1) ? 1 : 0
    )
  }

  /// The prediction, 0 or 1, that the rate counts in every row that counts; nil where that depends
  /// on the label, as for errors, or where the rate is not linear.
  public var countedPrediction: Int? {
    let utilities = labels.compactMap { utility(ofLabel: $0) }
    guard let first = utilities.first, first.ifNegative != first.ifPositive,
      utilities.allSatisfy({ $0 == first })
    else { return nil }
    return first.ifPositive == 1 ? 1 : 0
  }

  /// The rate of given weights; nil where its denominator is empty.
  ///
  /// - Parameters:
  ///   - truePositives: selected weight of positives.
  ///   - falsePositives: selected weight of negatives.
  ///   - positives: weight of all positives.
  ///   - negatives: weight of all negatives.
  public func value(
    truePositives: Double, falsePositives: Double, positives: Double, negatives: Double
  ) -> Double? {
    func weight(_ set: OutcomeSet) -> Double {
      set.weight(ofLabel: 1, selected: truePositives, of: positives)
        + set.weight(ofLabel: 0, selected: falsePositives, of: negatives)
    }
    let denominator = weight(whole)
    return denominator > 0 ? weight(part) / denominator : nil
  }

  /// The rate of a group, or why there is none.
  public func measure(_ tally: Tally) -> MetricValue { Metric(self).measure(tally) }

  /// What reductions call the rows that count.
  var event: String {
    switch labels {
    case [0]: "label=0"
    case [1]: "label=1"
    default: "all"
    }
  }
}

/// base + Σ_y slopes[y]·S_y, a function of how much weight of each label y is selected.
public struct SelectionForm: Sendable, Equatable {
  public var base: Double
  /// Shape `(2)`.
  public var slopes: [Double]

  public init(base: Double, slopes: [Double]) {
    self.base = base
    self.slopes = slopes
  }

  /// - Parameters:
  ///   - negatives: S₀.
  ///   - positives: S₁.
  public func value(_ negatives: Double, _ positives: Double) -> Double {
    base + slopes[0] * negatives + slopes[1] * positives
  }
}

extension Rate {
  /// The rate as a ratio of two linear functions of who is selected.
  ///
  /// With S_y the weight of the group's rows of label y that are selected and T_y that of all of
  /// them: rate = (n₀ + n·S)/(d₀ + d·S), both divided by T = T₀ + T₁.
  ///
  /// - Parameter totals: T₀ and T₁. Without weight there is no rate, and both forms are 0.
  public func fraction(_ totals: [Double]) -> (numerator: SelectionForm, denominator: SelectionForm)
  {
    (part.share(of: totals), whole.share(of: totals))
  }
}

extension OutcomeSet {
  func contains(label: Int, prediction: Int) -> Bool {
    contains(OutcomeSet(rawValue: 1 << (2 * label + prediction)))
  }

  /// Whether the set looks at labels, at predictions, or at both.
  fileprivate var inputs: Inputs {
    var inputs: Inputs = []
    // Bit 2·label + prediction of one half against the other.
    if rawValue & 0b0011 != (rawValue >> 2) & 0b0011 { inputs.insert(.labels) }
    if rawValue & 0b0101 != (rawValue >> 1) & 0b0101 { inputs.insert(.predictions) }
    return inputs
  }

  /// Why a rate among these outcomes is absent where there are none.
  var whenEmpty: String {
    switch self {
    case .positives: "no positive labels"
    case .negatives: "no negative labels"
    case .selected: "no positive predictions"
    case .rejected: "no negative predictions"
    default: "no rows"
    }
  }

  /// The weight in the set of the rows of one label.
  fileprivate func weight(ofLabel label: Int, selected: Double, of all: Double) -> Double {
    switch (contains(label: label, prediction: 0), contains(label: label, prediction: 1)) {
    case (true, true): all
    case (true, false): all - selected
    case (false, true): selected
    case (false, false): 0
    }
  }

  /// The weight in the set, as a share of all weight, as a function of what is selected.
  fileprivate func share(of totals: [Double]) -> SelectionForm {
    let all = totals[0] + totals[1]
    guard all > 0 else { return SelectionForm(base: 0, slopes: [0, 0]) }
    let counted = [0, 1].filter { contains(label: $0, prediction: 0) }
    let scale = 1 / all
    return SelectionForm(
      // All of it is 1, without the rounding of a sum of shares.
      base: counted.count == 2 ? 1 : counted.reduce(0) { $0 + totals[$1] / all },
      slopes: [0, 1].map { label in
        let before = contains(label: label, prediction: 0) ? 1.0 : 0
        let after = contains(label: label, prediction: 1) ? 1.0 : 0
        return (after - before) * scale
      })
  }
}
