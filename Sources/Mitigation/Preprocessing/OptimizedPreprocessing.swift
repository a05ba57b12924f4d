import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Models
import Optimization

/// Moves records at random, as little as need be, so that labels are alike between groups.
///
/// A few columns that say most about the label are cut into values (`FieldChoice`); `RecordMapProgram`
/// finds the map of (group, values, label) that changes their distribution least. Distortions come
/// from the columns' kinds: the number of bins between two numbers, 1 for another category, and the
/// label's own cost. The other columns stay as they are.
///
/// To fit a model, each record counts once for every place it may go to, weighted by the
/// probability: the expectation itself, without a draw; or it is drawn. New rows, whose labels nobody
/// knows, move by the map's mean over the labels of their group and values, drawn by a hash of the
/// record and the seed, so that the same record moves alike in any order and on any machine. Values
/// that a group never had stay.
///
/// Calmon, Wei, Vinzamuri, Ramamurthy and Varshney, Optimized pre-processing for discrimination
/// prevention, NIPS 2017.
public struct OptimizedPreprocessing: Preprocessor {
  public static let name = "optimized-preprocessing"
  public static let summary =
    "Learns a randomized mapping of records that equalizes label rates with least distortion."
  public static let source =
    "Calmon et al., Optimized pre-processing for discrimination prevention, NIPS 2017"
  public static let attributeUse: Set<AttributeUse> = [.training, .decision]
  /// Largest difference of the groups' shares of positive labels afterwards.
  public var discrimination = 0.05
  /// Largest expected distortion of any record.
  public var distortion = 0.4
  /// Largest distortion of a single move.
  public var reach = 2.0
  /// Distortion of changing the label.
  public var labelCost = 1.0
  /// The columns that may change; nil: those that say most about the label.
  public var columns: [String]?
  /// Most columns that are chosen.
  public var fields = 3
  /// Bins of a number.
  public var bins = 4
  /// Most combinations of the columns' values: the program has about as many squared.
  public var combinations = 150
  public var training = Training.expected

  /// What training rows become.
  public enum Training: String, Codable, CaseIterable, Sendable {
    /// They count for every place that they may go to.
    case expected
    case drawn
  }

  public init() {}

  public init(
    discrimination: Double, distortion: Double = OptimizedPreprocessing().distortion,
    columns: [String]? = nil
  ) {
    self.discrimination = discrimination
    self.distortion = distortion
    self.columns = columns
  }

  public static let table: [OptionRecord<OptimizedPreprocessing>] = [
    .number(
      "discrimination", \.discrimination, in: 0...1,
      "largest difference of the groups' shares of positive labels afterwards"),
    .number(
      "distortion", \.distortion, in: 0...1000, "largest expected distortion of any record"),
    .number("reach", \.reach, in: 0...1000, "largest distortion of a single move"),
    .number("label_cost", \.labelCost, in: 0...1000, "distortion of changing the label"),
    .names(
      "columns", \.columns,
      "the columns that may change, with commas"
    ).derived("those that say most about the label"),
    .integer("fields", \.fields, in: 1...20, "most columns that are chosen"),
    .integer("value_bins", \.bins, in: 2...100, "bins of a number")
      .spelled(OptionAliases(otherNames: ["bins"])),
    .integer(
      "combinations", \.combinations, in: 1...5_000,
      "most combinations of the columns' values: the program has about as many squared"),
    .choice(
      "training", \.training,
      "whether training rows count for every place they may go to, or are drawn one"),
  ]

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> PreprocessingFit {
    let data = rows.data
    let clock = ContinuousClock(), began = clock.now
    let chosen = try FieldChoice(
      names: columns, fields: fields, bins: bins, limit: combinations
    ).fields(rows)
    var method = self
    method.columns = chosen.names
    let groups = rows.cells.groups
    let cells = Self.cells(rows, chosen, groups)
    let program = RecordMapProgram(
      cells: cells, combinations: chosen.combinations.count, distortion: distortion,
      discrimination: discrimination, reach: reach, labelCost: labelCost,
      cost: { chosen.distortion($0, $1) })
    let solution = program.solve()
    let transform = RecordTransform(
      fields: chosen, attributes: data.attributes.map(\.attribute), groups: groups.names,
      cells: cells, moves: solution.moves, training: training, key: context.seed)
    return method.fitted(
      transform,
      Self.report(solution, seconds: (clock.now - began) / .seconds(1), seed: context.seed))
  }

  private static func report(
    _ solution: RecordMapProgram.Solution, seconds: Double, seed: UInt64
  ) -> FitReport {
    let gap = abs(solution.objective - solution.dualObjective)
    let status: FitStatus =
      solution.status != .optimal
      ? (solution.status == .iterationLimit ? .iterationLimit : .stalled)
      : solution.excess > RecordMapProgram.negligible ? .infeasible : .converged
    return FitReport(
      status: status, iterations: solution.pivots, objective: solution.objective,
      certificate: Certificate(kind: .dualityGap, value: gap, boundOnSuboptimality: gap),
      passes: 2, seconds: seconds,
      stopReason: status == .infeasible
        ? "the distortions allow no smaller difference than \(solution.excess.brief()) above the bound"
        : "records move by a total variation of \(solution.objective.brief()), the "
          + "least to within \(gap.brief())", seed: seed)
  }

  /// The records that occur, with their weights.
  private static func cells<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ fields: RecordFields, _ groups: GroupIndex
  ) -> [RecordMapProgram.Cell] {
    let data = rows.data, codes = fields.codes(data.features), labels = rows.labels
    let m = fields.combinations.count
    var weights = [Double](repeating: 0, count: 2 * m * groups.count)
    for row in 0..<data.rows where codes[row] >= 0 {
      weights[2 * (groups[row] * m + codes[row]) + Int(labels[row])] +=
        data.sampleWeights?[row] ?? 1
    }
    return weights.indices.filter { weights[$0] > 0 }.map { k in
      RecordMapProgram.Cell(
        group: k / (2 * m), combination: k / 2 % m, label: k % 2, weight: weights[k])
    }
  }
}

/// The map with what it takes to use it on rows.
struct RecordTransform: Transform {
  static let kind = "record-map"

  let fields: RecordFields
  let attributes: [String]
  let groups: [String]
  /// For group·combinations + combination and label 0 or 1 where a record goes; empty stays.
  let known: [[RecordMapProgram.Move]]
  /// The same for rows without a label: combinations with their chances.
  let unlabelled: [[RecordMapProgram.Move]]
  let training: OptimizedPreprocessing.Training
  /// As text: JSON numbers lose the last bits of 64.
  private let keyText: String

  var key: UInt64 { UInt64(keyText) ?? 0 }
  var needsAttributes: Bool { true }
  var changesFeatures: Bool { true }

  init(
    fields: RecordFields, attributes: [String], groups: [String],
    cells: [RecordMapProgram.Cell], moves: [[RecordMapProgram.Move]],
    training: OptimizedPreprocessing.Training, key: UInt64
  ) {
    self.fields = fields
    self.attributes = attributes
    self.groups = groups
    self.training = training
    keyText = "\(key)"
    let m = fields.combinations.count
    var known = [[RecordMapProgram.Move]](repeating: [], count: 2 * m * groups.count)
    var weights = [Double](repeating: 0, count: known.count)
    for (cell, moves) in zip(cells, moves) {
      let place = 2 * (cell.group * m + cell.combination) + cell.label
      known[place] = moves
      weights[place] = cell.weight
    }
    self.known = known
    unlabelled = (0..<m * groups.count).map { place in
      var chances: [Int: Double] = [:]
      let total = weights[2 * place] + weights[2 * place + 1]
      for label in 0...1 {
        for move in known[2 * place + label] {
          chances[move.combination, default: 0] +=
            weights[2 * place + label] / total * move.probability
        }
      }
      return chances.sorted { $0.key < $1.key }.map {
        RecordMapProgram.Move(combination: $0.key, label: 0, probability: $0.value)
      }
    }
  }

  /// Each row's group and combination as one number, −1 for a combination that never occurred.
  private func places<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>
  ) throws -> (places: [Int], combinations: [Int]) {
    let group = try data.codes(of: attributes, as: groups)
    let codes = fields.codes(data.features), m = fields.combinations.count
    return (codes.indices.map { codes[$0] < 0 ? -1 : group[$0] * m + codes[$0] }, codes)
  }

  func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> DesignMatrix<Scalar> {
    let (places, codes) = try places(data)
    let draws = data.uniformDraws(key: key)
    let to = places.indices.map { row -> Int in
      guard places[row] >= 0 else { return codes[row] }
      return Self.drawn(unlabelled[places[row]], draws[row])?.combination ?? codes[row]
    }
    return fields.moved(data.features, from: codes, to: to)
  }

  /// The move that a number in [0, 1) falls on.
  static func drawn(_ moves: [RecordMapProgram.Move], _ draw: Double) -> RecordMapProgram.Move? {
    var sum = 0.0
    for move in moves {
      sum += move.probability
      if draw < sum { return move }
    }
    return moves.last
  }

  func training<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    let (places, codes) = try places(data)
    let labels = try data.requireLabels(Self.kind)
    let draws = training == .drawn ? data.uniformDraws(key: key) : []
    var rows: [Int] = [], to: [Int] = [], newLabels: [UInt8] = [], weights: [Double] = []
    for row in 0..<data.rows {
      let weight = data.sampleWeights?[row] ?? 1
      let moves = places[row] < 0 ? [] : known[2 * places[row] + Int(labels[row])]
      let taken =
        training == .drawn
        ? Self.drawn(moves, draws[row]).map { [($0, 1.0)] } ?? []
        : moves.map { ($0, $0.probability) }
      if taken.isEmpty {
        rows.append(row)
        to.append(codes[row])
        newLabels.append(labels[row])
        weights.append(weight)
      }
      for (move, share) in taken {
        rows.append(row)
        to.append(move.combination)
        newLabels.append(UInt8(move.label))
        weights.append(weight * share)
      }
    }
    let chosen = data.selecting(rows)
    return chosen.replacing(
      features: fields.moved(chosen.features, from: rows.map { codes[$0] }, to: to),
      labels: Buffer(newLabels), sampleWeights: weights)
  }
}
