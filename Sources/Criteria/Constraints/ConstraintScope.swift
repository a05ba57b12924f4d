import Datasets
import LinearAlgebra

/// The cells that constraints are stated on: which attributes they bind, and which are controls
/// within whose strata the rates are compared.
///
/// Control features are attributes of the same `CellIndex`, so that a cell (group, label) lies in
/// one stratum and a moment stays a sum over cells.
public struct ConstraintScope: Sendable {
  public private(set) var cells: CellIndex
  /// Attributes bound by the constraints, as indices into `cells.attributes`.
  public let sensitive: [Int]
  /// Attributes whose combinations are the strata.
  public let controls: [Int]
  /// The stratum of each joint group, and the names of the strata ("" when there are no controls).
  public let stratumOfGroup: [Int]
  public let strata: [String]
  /// Groups of each attribute of the cells that no constraint binds: their rows count, and their rates
  /// may be what they like.
  public var unbound: [Set<Int>] {
    get { cells.unbound }
    set { cells.unbound = newValue }
  }

  /// All attributes of the cells are bound, none is a control.
  public init(_ cells: CellIndex) {
    self.init(cells, sensitive: Array(cells.attributes.indices), controls: [])
  }

  public init(
    sensitive: [GroupIndex], controls: [GroupIndex] = [], labels: Buffer<UInt8>,
    sampleWeights: [Double]? = nil, multiplicities: [Int]? = nil
  ) {
    let all = sensitive + controls
    self.init(
      CellIndex(
        attributes: all, labels: labels, sampleWeights: sampleWeights,
        multiplicities: multiplicities),
      sensitive: Array(sensitive.indices), controls: Array(sensitive.count..<all.count))
  }

  private init(_ cells: CellIndex, sensitive: [Int], controls: [Int]) {
    self.cells = cells
    self.sensitive = sensitive
    self.controls = controls
    var names: [String] = [], index: [String: Int] = [:]
    stratumOfGroup = (0..<cells.groups.count).map { group in
      let name = controls.map { c in
        let attribute = cells.attributes[c]
        return "\(attribute.attribute)=\(attribute.names[cells.groupOfAttribute[c][group]])"
      }.joined(separator: ",")
      if let known = index[name] { return known }
      index[name] = names.count
      names.append(name)
      return names.count - 1
    }
    strata = names
  }

  /// How many rows each group of an attribute has.
  public func rowCounts(ofAttribute attribute: Int) -> [Int] {
    cells.rowCounts(ofAttribute: attribute)
  }

  /// The cells with weight of each group of an attribute within a stratum, for labels of an event.
  func members(attribute: Int, stratum: Int, event: (_ label: Int) -> Bool)
    -> [(group: Int, cells: [Int], weight: Double)]
  {
    var found = cells.attributes[attribute].names.indices.map { ($0, [Int](), 0.0) }
    for cell in 0..<cells.count where cells.weights[cell] > 0 {
      let joint = CellIndex.group(of: cell)
      guard stratumOfGroup[joint] == stratum, event(CellIndex.label(of: cell)) else { continue }
      let group = cells.groupOfAttribute[attribute][joint]
      found[group].1.append(cell)
      found[group].2 += cells.weights[cell]
    }
    return found.filter { $0.2 > 0 }.map { (group: $0.0, cells: $0.1, weight: $0.2) }
  }
}
