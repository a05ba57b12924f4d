import Datasets
import LinearAlgebra
import RowSums

/// The cells (combination of groups, label) that rows of the parts lie in.
struct PartCells {
  /// 2·combination + label of each cell: both labels of each combination that has rows.
  let kept: [Int]
  /// Σ w of each cell.
  let weights: [Double]
  /// How many rows each has.
  private let counts: [Int]
  private let attributes: [TableSurvey.Attribute]

  var labels: [Double] { kept.map { Double($0 & 1) } }

  /// - Parameter sums: Σ w of each (combination, label), then how many rows it has.
  init(
    _ sums: [Double], combinations: Int, _ attributes: [TableSurvey.Attribute]
  ) throws(SumsError) {
    guard sums.count == 4 * combinations else { throw .otherQuestion }
    let counts = sums[(2 * combinations)...]
    let used = (0..<combinations).filter { g in
      counts[2 * combinations + 2 * g] + counts[2 * combinations + 2 * g + 1] > 0
    }
    kept = used.flatMap { [2 * $0, 2 * $0 + 1] }
    weights = kept.map { sums[$0] }
    self.counts = kept.map { Int(counts[2 * combinations + $0]) }
    self.attributes = attributes
  }

  /// One row a cell, with the cell's weight: what is asked of groups and labels is asked of these.
  func rows<Scalar: KernelScalar>(
    _ encoder: FeatureEncoder, called source: String, as type: Scalar.Type
  ) -> Dataset<Scalar> {
    let features = DesignMatrix<Scalar>(
      dense: Matrix(rows: kept.count, columns: encoder.numeric.count),
      categorical: encoder.levelCounts.map {
        CodeColumn(codes: Buffer(zeroed: kept.count), levels: $0)
      })
    let all = Dataset(
      source: source, encoder: encoder, features: features,
      labels: Buffer(kept.map { UInt8($0 & 1) }), sampleWeights: weights, attributes: groups,
      multiplicities: counts)
    return all.part(Array(0..<kept.count))
  }

  private var groups: [GroupIndex] {
    var stride = 1
    var found: [GroupIndex] = []
    for attribute in attributes.reversed() {
      let codes = kept.map { UInt16($0 / 2 / stride % attribute.groups.count) }
      found.append(
        GroupIndex(attribute: attribute.name, codes: Buffer(codes), names: attribute.groups))
      stride *= attribute.groups.count
    }
    return found.reversed()
  }
}
