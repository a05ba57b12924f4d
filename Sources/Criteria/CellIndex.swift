import Datasets
import LinearAlgebra

/// The cell of each row: which group it belongs to, and which label it has. Cell = 2·group + label.
///
/// Moments, rates, penalties and reduction weights are functions of sums over cells, so a weight is
/// one number a cell and never one a row. With several attributes the groups are the observed
/// combinations, and `groupOfAttribute[a][g]` says which group of attribute a combination g is.
public struct CellIndex: Sendable {
  public let groups: GroupIndex
  /// The attributes that the combinations are made of, in the caller's order.
  public let attributes: [GroupIndex]
  /// `groupOfAttribute[a][g]`: the group of attribute `a` that the joint group `g` lies in.
  public let groupOfAttribute: [[Int]]
  /// Shape `(n)`: 2·group + label.
  public let codes: Buffer<UInt16>
  /// Σ of sample weights in each cell, shape `(2·groups)`.
  public let weights: [Double]
  /// Rows in each cell, whatever their weight.
  public let rowCounts: [Int]
  /// Groups of each attribute that nothing compares with others: their rows count, and their rates may
  /// be what they like.
  public var unbound: [Set<Int>]

  public var count: Int { 2 * groups.count }
  public var totalWeight: Double { weights.reduce(0, +) }

  /// - Parameters:
  ///   - attributes: at least one; several are crossed.
  ///   - labels: shape `(n)`, 0 or 1.
  ///   - sampleWeights: shape `(n)`, at least 0; nil means 1 for each row.
  ///   - multiplicities: shape `(n)`, how many rows each stands for; nil means 1.
  public init(
    attributes: [GroupIndex], labels: Buffer<UInt8>, sampleWeights: [Double]? = nil,
    multiplicities: [Int]? = nil
  ) {
    precondition(!attributes.isEmpty, "cells need at least one attribute")
    let joint = GroupIndex.cross(attributes)
    let n = joint.rows
    precondition(labels.count == n, "\(labels.count) labels for \(n) rows")
    precondition(sampleWeights == nil || sampleWeights!.count == n, "a weight for each row")
    var map = attributes.map { _ in Array(repeating: 0, count: joint.count) }
    let codes = Buffer<UInt16>(zeroed: n)
    var weights = Array(repeating: 0.0, count: 2 * joint.count)
    var rowCounts = Array(repeating: 0, count: 2 * joint.count)
    for i in 0..<n {
      let group = joint[i], label = Int(labels[i])
      precondition(label < 2, "a label is 0 or 1")
      codes[i] = UInt16(2 * group + label)
      weights[2 * group + label] += sampleWeights?[i] ?? 1
      rowCounts[2 * group + label] += multiplicities?[i] ?? 1
      for a in attributes.indices { map[a][group] = attributes[a][i] }
    }
    groups = joint
    self.attributes = attributes
    groupOfAttribute = map
    self.codes = codes
    self.weights = weights
    self.rowCounts = rowCounts
    unbound = attributes.map { _ in [] }
  }

  /// How many rows each group of an attribute has.
  public func rowCounts(ofAttribute attribute: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: attributes[attribute].count)
    for cell in 0..<count {
      counts[groupOfAttribute[attribute][Self.group(of: cell)]] += rowCounts[cell]
    }
    return counts
  }

  public static func group(of cell: Int) -> Int { cell >> 1 }
  public static func label(of cell: Int) -> Int { cell & 1 }
}
