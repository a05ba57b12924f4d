import Criteria
import Datasets
import LinearAlgebra
import Models

/// Samples rows until the cells of group and label have the sizes that independence asks for.
///
/// A cell (g, y) is to weigh W_g·W_y / W (`independence`), or as much as the heaviest cell
/// (`balance`). Every row of a cell is taken ⌊target / weight⌋ times, and the rest of the target by
/// one scheme:
///
/// - `uniform`: rows in the order of a hash of the row and the seed;
/// - `preferential`: when rows are to be repeated, those nearest to the border between the labels
///   first; when some are to go, those nearest to it go: by the probabilities of a logistic regression;
/// - `synthetic`: a cell that grows keeps its rows and gets new ones between neighbours
///   (``SyntheticRows``); one that shrinks does so uniformly.
///
/// With sample weights the last row taken of a cell counts for a part of its weight, so that each cell
/// weighs exactly its target; without, targets are rounded to whole rows.
///
/// Kamiran and Calders, *Data preprocessing techniques for classification without discrimination*,
/// Knowledge and Information Systems 33, 2012, section 4.4; Chawla, Bowyer, Hall, Kegelmeyer,
/// *SMOTE: synthetic minority over-sampling technique*, JAIR 16, 2002.
public struct Sampling: Preprocessor {
  public static let name = "sampling"
  public static let summary =
    "Repeats, drops or synthesizes rows until the label is independent of the group."
  public static let source =
    "Kamiran and Calders, Data preprocessing techniques for classification without discrimination, "
    + "KAIS 2012; Chawla et al., SMOTE, JAIR 2002"
  public var scheme = Scheme.preferential
  public var sizes = Sizes.independence
  /// Rows of the same cell that a synthetic row may lie next to.
  public var neighbors = 5

  public init() {}

  public init(
    scheme: Scheme = Sampling().scheme, sizes: Sizes = Sampling().sizes,
    neighbors: Int = Sampling().neighbors
  ) {
    self.scheme = scheme
    self.sizes = sizes
    self.neighbors = neighbors
  }

  public static let table: [OptionRecord<Sampling>] = [
    .choice(
      "scheme", \.scheme,
      "which rows: any, those nearest to the border between the labels, or new ones between "
        + "neighbours"),
    .choice(
      "sizes", \.sizes,
      "what cells of group and label are to weigh: group · label / all, or all as much as the "
        + "heaviest"),
    .integer(
      "neighbors", \.neighbors, in: 1...1000,
      "rows of the same cell that a synthetic row may lie next to"),
  ]

  /// Which rows are taken of a cell.
  public enum Scheme: String, CaseIterable, Sendable { case uniform, preferential, synthetic }

  /// What cells of group and label are to weigh.
  public enum Sizes: String, CaseIterable, Sendable { case independence, balance }

  public func fit<Scalar: KernelScalar>(
    _ rows: FitRows<Scalar>, _ context: FitContext
  ) throws -> PreprocessingFit {
    let data = rows.data
    let cells = rows.cells
    let targets = Self.targets(
      cells, balanced: sizes == .balance, whole: data.sampleWeights == nil)
    let priority =
      scheme == .preferential
      ? try rows.ownProbabilities(pool: context.pool) : [Double](repeating: 0, count: data.rows)
    let order = data.rows(orderedBy: priority, seed: context.seed)
    var members = [[Int]](repeating: [], count: cells.count)
    for row in order where data.sampleWeights?[row] ?? 1 > 0 {
      members[Int(cells.codes[row])].append(row)
    }
    var plan = SampledRows(fittedRows: data.rows)
    for cell in members.indices where cells.weights[cell] > 0 {
      let wanted = targets[cell] / cells.weights[cell] * Double(members[cell].count)
      guard wanted <= Self.mostRows(data.rows) else {
        throw DataError.option(
          "weights",
          """
          the rows of group '\(cells.groups.names[CellIndex.group(of: cell)])' with label \
          \(CellIndex.label(of: cell)) weigh so little beside the others that \(wanted) of them \
          would be needed; 'reweighing' changes the weights instead
          """)
      }
      let choice = CellSample(
        rows: members[cell], weights: data.sampleWeights, weight: cells.weights[cell],
        target: targets[cell], isPositive: CellIndex.label(of: cell) == 1)
      if scheme == .synthetic && targets[cell] > cells.weights[cell] {
        plan.take(choice.everyRow, weighted: data.sampleWeights != nil)
        plan.synthetic.append(
          SyntheticRows(
            data, rows: members[cell], weight: targets[cell] - cells.weights[cell],
            neighbors: neighbors, cell: cell, context))
      } else {
        plan.take(choice.chosen, weighted: data.sampleWeights != nil)
      }
    }
    return fitted(
      plan, FitReport(status: .converged, iterations: 1, objective: nil, seed: context.seed))
  }

  /// How many rows a cell may become: weights can ask for any number.
  private static func mostRows(_ rows: Int) -> Double { max(1e7, 100 * Double(rows)) }

  /// The weight that each cell is to have, shape `(2·G)`.
  static func targets(_ cells: CellIndex, balanced: Bool, whole: Bool) -> [Double] {
    let sums = cells.weights
    let factors = Reweighing.factors(sums)
    let largest = sums.max() ?? 0
    return sums.indices.map { cell in
      let target = balanced ? (sums[cell] > 0 ? largest : 0) : sums[cell] * factors[cell]
      return whole ? target.rounded() : target
    }
  }
}

/// Which rows of a cell to take, and how often.
struct CellSample {
  /// In ascending order of priority.
  var rows: [Int]
  var weights: [Double]?
  var weight: Double
  var target: Double
  var isPositive: Bool

  /// A row with the share of its weight that is taken.
  typealias Taken = (row: Int, share: Double)

  var everyRow: [Taken] { rows.map { ($0, 1) } }

  var chosen: [Taken] {
    let times = (target / weight).rounded(.down)
    var rest = target - times * weight
    var taken = (0..<Int(times)).flatMap { _ in everyRow }
    // Positives lie nearest to the border where their probability is smallest, negatives where it is
    // largest. Rows to repeat are taken from the border, rows to keep from the far end.
    let fromFront = isPositive == (times > 0)
    for row in fromFront ? rows : rows.reversed() where rest > Self.rounding * weight {
      let own = weights?[row] ?? 1
      let share = min(1, rest / own)
      taken.append((row, share > 1 - Self.rounding ? 1 : share))
      rest -= own
    }
    return taken
  }

  /// A rest below this share of the cell's weight is what rounding left.
  private static let rounding = 1e-12
}

/// The rows that a sample takes of those it was fitted to, and synthetic ones.
public struct SampledRows: Transform {
  public static let kind = "sampled-rows"

  public let fittedRows: Int
  /// Ascending but for repetitions.
  public private(set) var rows: [Int] = []
  /// The share of its weight that each counts for; nil: all of it.
  public private(set) var shares: [Double]?
  public var synthetic: [SyntheticRows] = []

  public var changesFeatures: Bool { false }

  init(fittedRows: Int) { self.fittedRows = fittedRows }

  mutating func take(_ taken: [CellSample.Taken], weighted: Bool) {
    rows += taken.map(\.row)
    if weighted { shares = (shares ?? []) + taken.map(\.share) }
  }

  public func training<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) throws -> Dataset<Scalar> {
    precondition(data.rows == fittedRows, "rows are taken of those that were fitted")
    let order = rows.indices.sorted { (rows[$0], $0) < (rows[$1], $1) }
    let bases = synthetic.flatMap { $0.bases }
    let chosen = data.selecting(order.map { rows[$0] } + bases)
    var weights = shares.map { shares in
      zip(order, chosen.sampleWeights ?? []).map { shares[$0] * $1 }
    }
    if weights != nil {
      for part in synthetic {
        weights! += [Double](repeating: part.weightEach, count: part.bases.count)
      }
    }
    var first = order.count
    for part in synthetic {
      part.write(data.features, into: chosen.features, from: first)
      first += part.bases.count
    }
    return chosen.replacing(sampleWeights: weights)
  }

  public func features<Scalar: KernelScalar>(
    _ data: Dataset<Scalar>, pool: WorkerPool
  ) -> DesignMatrix<Scalar> { data.features }
}
