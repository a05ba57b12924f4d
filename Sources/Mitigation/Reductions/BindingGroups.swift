import Criteria
import Datasets
import LinearAlgebra
import Models

extension MethodOption {
  static let leastGroupName = "least_group"
}

extension MethodOptions {
  /// How many rows a group must have to bind others; nil where nothing is asked for.
  var leastGroup: Int? {
    values[MethodOption.leastGroupName].flatMap { Int($0.description) }
  }
}

extension ConstraintScope {
  /// The cells of rows, without a bound on groups of few rows, nor on rows of unknown groups unless
  /// they are a group of their own.
  init<Scalar>(_ data: Dataset<Scalar>, labels: Buffer<UInt8>, leastGroup: Int = 0) {
    self.init(
      sensitive: data.attributes, controls: data.controls, labels: labels,
      sampleWeights: data.sampleWeights, multiplicities: data.multiplicities)
    for attribute in sensitive {
      if !data.unknown.compares, let level = cells.attributes[attribute].unknownLevel {
        unbound[attribute].insert(level)
      }
      guard leastGroup > 0 else { continue }
      for (group, count) in rowCounts(ofAttribute: attribute).enumerated() where count < leastGroup
      {
        unbound[attribute].insert(group)
      }
    }
  }

  /// The groups that are not bound for want of rows; nil where there are none.
  func smallGroups(_ leastGroup: Int) -> [SmallGroup]? {
    let small = sensitive.flatMap { attribute in
      let names = cells.attributes[attribute].names
      return rowCounts(ofAttribute: attribute).enumerated().filter {
        $0.element > 0 && $0.element < leastGroup
      }.map {
        SmallGroup(
          attribute: cells.attributes[attribute].attribute, group: names[$0.offset],
          rows: $0.element, fate: .free)
      }
    }
    return small.isEmpty ? nil : small
  }
}
