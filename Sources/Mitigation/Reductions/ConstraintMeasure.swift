import Criteria
import Datasets
import LinearAlgebra

/// How far a predictor is from constraints on some rows.
public struct ConstraintMeasure: Sendable, Encodable, Equatable {
  /// The largest γ − bound; at most 0 when all constraints hold. Nil where nothing is compared.
  public var violation: Double?
  public var differenceToOverall: Double?
  public var differenceBetweenGroups: Double?
  public var ratioToOverall: Double?
  public var ratioBetweenGroups: Double?

  enum CodingKeys: String, CodingKey {
    case violation
    case differenceToOverall = "difference_to_overall"
    case differenceBetweenGroups = "difference_between_groups"
    case ratioToOverall = "ratio_to_overall"
    case ratioBetweenGroups = "ratio_between_groups"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(violation, forKey: .violation)
    try container.encode(differenceToOverall, forKey: .differenceToOverall)
    try container.encode(differenceBetweenGroups, forKey: .differenceBetweenGroups)
    try container.encode(ratioToOverall, forKey: .ratioToOverall)
    try container.encode(ratioBetweenGroups, forKey: .ratioBetweenGroups)
  }
}

/// A method whose fits are to meet constraints that can be measured on any rows.
public protocol ConstrainedMitigation: TypedMitigation {
  /// The constraints.
  var reduction: ReductionSettings { get }
  /// A group of fewer rows is not bound.
  var leastGroup: Int? { get }

  /// How a fitted model's decisions meet the constraints of its options on some rows.
  ///
  /// - Parameter mixture: the decisions that rows may get, each with its probability.
  static func measure<Scalar>(
    _ data: Dataset<Scalar>, options: MethodOptions, probabilities: [Double],
    mixture: [(weight: Double, decisions: [UInt8])]
  ) throws -> ConstraintMeasure?
}

extension ConstrainedMitigation {
  public var leastGroup: Int? { nil }

  public static func measure<Scalar>(
    _ data: Dataset<Scalar>, options: MethodOptions, probabilities: [Double],
    mixture: [(weight: Double, decisions: [UInt8])]
  ) throws -> ConstraintMeasure? {
    try measure(data, options) { specification, labels, cells, sums in
      for i in 0..<data.rows {
        let weight = data.sampleWeights?[i] ?? 1, cell = Int(cells.codes[i])
        if specification.isRegression {
          sums[cell] +=
            weight
            * specification.loss.groupLoss.value(
              label: Double(labels[i]), prediction: probabilities[i])
        } else {
          for part in mixture where part.decisions[i] == 1 { sums[cell] += weight * part.weight }
        }
      }
    }
  }

  /// How decisions of whatever origin meet the constraints of some options; nil for constraints on the
  /// losses of a regression.
  ///
  /// - Parameter selected: shape `(n)`, the probability with which each row is selected.
  public static func measure<Scalar>(
    _ data: Dataset<Scalar>, options: MethodOptions, selected: [Double]
  ) throws -> ConstraintMeasure? {
    guard try !ReductionSpecification(Self(options).reduction).isRegression else { return nil }
    return try measure(data, options) { _, _, cells, sums in
      for i in 0..<data.rows {
        sums[Int(cells.codes[i])] += (data.sampleWeights?[i] ?? 1) * selected[i]
      }
    }
  }

  /// - Parameter add: adds to the sums of the cells what each row brings.
  private static func measure<Scalar>(
    _ data: Dataset<Scalar>, _ options: MethodOptions,
    _ add: (ReductionSpecification, Buffer<UInt8>, CellIndex, inout [Double]) -> Void
  ) throws -> ConstraintMeasure? {
    guard let labels = data.labels, data.rows > 0, data.totalWeight > 0 else { return nil }
    let method = Self(options)
    let specification = try ReductionSpecification(method.reduction)
    let scope = ConstraintScope(data, labels: labels, leastGroup: method.leastGroup ?? 0)
    var sums = [Double](repeating: 0, count: scope.cells.count)
    add(specification, labels, scope.cells, &sums)
    var all = LinearConstraints(cellCount: scope.cells.count)
    for requirement in specification.requirements {
      all.append(
        requirement.compile(
          scope, form: .pairwise, sums: specification.isRegression ? .losses : .positives))
    }
    let apart = all.disparities(sums)
    return ConstraintMeasure(
      violation: zip(all.moments(sums), all.bounds).map { $0 - $1 }.max(),
      differenceToOverall: apart.toOverall, differenceBetweenGroups: apart.betweenGroups,
      ratioToOverall: apart.ratioToOverall, ratioBetweenGroups: apart.ratioBetweenGroups)
  }
}
