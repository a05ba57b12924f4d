import LinearAlgebra

/// What a model decides as it stands, by group: selected rows, true and false positives.
struct StatedCounts: Sendable {
  /// In weights.
  struct Counts: Sendable, Encodable {
    var selected: Double
    /// nil without labels.
    var truePositives: Double?
    var falsePositives: Double?

    enum CodingKeys: String, CodingKey {
      case selected
      case truePositives = "true_positives"
      case falsePositives = "false_positives"
    }
  }

  /// In the order of the partition's listed groups; nil where they are not told.
  var counts: [Counts?]

  init(_ model: ExploredModel, _ table: ExploredTable, _ partition: Partition, least: Int) {
    let groups = partition.listed.count
    let tally = DecisionTally(model, table, places: partition.places(), groups: groups)
    let withheld = SmallCells(least: least).withheld(
      tally.cells, lines: partition.lines, already: partition.withheld.map { $0 != nil })
    counts = (0..<groups).map {
      withheld[$0] ? nil : tally.counts($0, hasLabels: table.labels != nil)
    }
  }
}

/// Rows and weights by place, label and decision.
struct DecisionTally {
  /// Rows by place: true positives, false negatives, false positives, true negatives.
  private(set) var cells: [[Int]]
  private(set) var weights: [[Double]]

  /// - Parameter places: of each row, −1 for none.
  init(_ model: ExploredModel, _ table: ExploredTable, places: [Int32], groups: Int) {
    cells = [[Int]](repeating: [0, 0, 0, 0], count: groups)
    weights = [[Double]](repeating: [0, 0, 0, 0], count: groups)
    for row in 0..<table.rows where places[row] >= 0 && table.isThere(row) {
      let isPositive = table.labels.map { $0[row] == 1 } ?? false
      let cell = (isPositive ? 0 : 2) + (model.selects(row) ? 0 : 1)
      cells[Int(places[row])][cell] += 1
      weights[Int(places[row])][cell] += table.weights?[row] ?? 1
    }
  }

  func counts(_ place: Int, hasLabels: Bool) -> StatedCounts.Counts {
    let weight = weights[place]
    return StatedCounts.Counts(
      selected: weight[0] + weight[2], truePositives: hasLabels ? weight[0] : nil,
      falsePositives: hasLabels ? weight[2] : nil)
  }
}
