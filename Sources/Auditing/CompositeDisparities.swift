import Criteria

extension DisparityTable {
  /// Disparities that join several rates: `equalized_odds`, `average_odds`, `equal_opportunity`.
  ///
  /// Equalized odds is the larger of the gaps of the true and the false positive rate (the smaller
  /// ratio), average odds their mean, equal opportunity the gap of the true positive rate. Against a
  /// group they keep their sign: equalized odds the gap of larger size, average odds
  /// ½(ΔFPR + ΔTPR), which can cancel. Limits hold for both rates together (Bonferroni).
  func compositeRows(_ metrics: [Metric]) -> [Disparity] {
    guard let hit = metrics.first(where: { $0.name == "true_positive_rate" }),
      let alarm = metrics.first(where: { $0.name == "false_positive_rate" })
    else { return [] }
    let together = 1 - (1 - confidence) / 2
    let table = withOneReference
    let pairs = Array(
      zip(table.rows(hit, confidence: together), table.rows(alarm, confidence: together)))
    let opportunity = table.rows(hit, confidence: confidence).map { row in
      var row = row
      row.metric = OddsComposite.equalOpportunity.rawValue
      return row
    }
    let equalized = pairs.map { Self.equalized($0, $1) }
    let average = pairs.map { Self.average($0, $1) }
    return equalized + average + opportunity
  }

  /// Both rates need one reference: where each metric has its own, there is none.
  private var withOneReference: DisparityTable {
    guard reference == .least || reference == .greatest else { return self }
    var table = DisparityTable(
      attribute: attribute, groups: groups, overall: overall, reference: .none,
      confidence: confidence, comparesEach: comparesEach)
    table.tests = tests
    return table
  }

  private static func equalized(_ hit: Disparity, _ alarm: Disparity) -> Disparity {
    var row = joined(hit, alarm, .equalizedOdds)
    guard let a = hit.value, let b = alarm.value else { return row }
    let isHit = hit.kind.size(a) >= hit.kind.size(b)
    let worst = isHit ? hit : alarm
    row.lowGroup = worst.lowGroup
    row.highGroup = worst.highGroup
    guard hit.method == .betweenGroups else {
      row.low = worst.low
      row.high = worst.high
      return row
    }
    func pick(_ a: Double, _ b: Double) -> Double {
      hit.kind == .difference ? max(a, b) : min(a, b)
    }
    if let c = hit.low, let d = alarm.low { row.low = pick(c, d) }
    if let c = hit.high, let d = alarm.high { row.high = pick(c, d) }
    return row
  }

  private static func average(_ hit: Disparity, _ alarm: Disparity) -> Disparity {
    var row = joined(hit, alarm, .averageOdds)
    guard row.value != nil else { return row }
    // Groups that the rates which differ rank alike; where they do not, the mean has no side.
    let apart = [hit, alarm].filter { $0.kind.size($0.value ?? 0) > 0 }
    if let first = apart.first,
      apart.allSatisfy({ $0.lowGroup == first.lowGroup && $0.highGroup == first.highGroup })
    {
      (row.lowGroup, row.highGroup) = (first.lowGroup, first.highGroup)
    }
    if let c = hit.low, let d = alarm.low { row.low = 0.5 * (c + d) }
    if let c = hit.high, let d = alarm.high { row.high = 0.5 * (c + d) }
    return row
  }

  /// What both composites have in common: their value, and a test of both rates at once.
  private static func joined(
    _ hit: Disparity, _ alarm: Disparity, _ composite: OddsComposite
  ) -> Disparity {
    var row = hit
    row.metric = composite.rawValue
    row.groups = min(hit.groups, alarm.groups)
    (row.low, row.high, row.lowGroup, row.highGroup) = (nil, nil, nil, nil)
    (row.interval, row.pValue, row.test, row.hypothesis) = (nil, nil, nil, nil)
    row.take(composite.join(hit.found, alarm.found, hit.kind))
    row.reason = row.reason ?? hit.reason ?? alarm.reason
    guard row.value != nil else { return row }
    if hit.interval != nil && alarm.interval != nil { row.interval = "bonferroni" }
    if let p = hit.pValue, let q = alarm.pValue {
      row.pValue = min(1, 2 * min(p, q))
      row.test = "bonferroni"
      row.hypothesis = hit.hypothesis?.told("odds")
    }
    return row
  }
}
