import Criteria
import Datasets
import LinearAlgebra
import Models

extension MethodOption {
  static let leastGroupName = "least_group"
}

extension OptionRecord {
  /// How many training rows bind a group, of methods whose groups bind each other.
  static func leastGroup(_ path: WritableKeyPath<Root, Int?> & Sendable) -> Self {
    .integer(
      MethodOption.leastGroupName, path, in: 0...Int.max,
      "a group of fewer training rows is not bound"
    ).derived("0")
  }
}

extension Mitigations {
  /// Whether a method that tells of groups of few rows has an option that keeps them from binding;
  /// true of rules after a model, whose stage has it.
  public static func takesLeastGroup(
    _ method: String, options: [String: OptionValue]
  ) -> Bool {
    guard let found = all.first(where: { $0.name == method }),
      found.bindsFewRows(MethodOptions(recorded: options))
    else { return true }
    return found.options.contains { $0.name == MethodOption.leastGroupName }
  }
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
    unbound = cells.unbound(
      of: sensitive, fewerThan: leastGroup, isUnknownGroup: data.unknown.compares)
  }
}

extension CellIndex {
  /// Groups that nothing is to bind: those of few rows, and of rows whose group is unknown.
  ///
  /// - Parameter isUnknownGroup: whether unknown rows are a group like any other.
  fileprivate func unbound(
    of sensitive: [Int], fewerThan leastGroup: Int, isUnknownGroup: Bool
  ) -> [Set<Int>] {
    attributes.indices.map { attribute in
      guard sensitive.contains(attribute) else { return [] }
      let unknown = isUnknownGroup ? nil : attributes[attribute].unknownLevel
      let counts = leastGroup > 0 ? rowCounts(ofAttribute: attribute) : []
      return Set(counts.indices.filter { counts[$0] < leastGroup } + (unknown.map { [$0] } ?? []))
    }
  }
}

extension FitRows {
  /// The cells of the joint groups, without a bound on groups of few rows.
  func cells(leastGroup: Int) -> CellIndex {
    var cells = cells
    cells.unbound = cells.unbound(
      of: Array(cells.attributes.indices), fewerThan: leastGroup,
      isUnknownGroup: data.unknown.compares)
    return cells
  }

  /// Groups of so few rows that a reader must know of them: those that are not bound, and those that
  /// bind the others.
  func smallGroups(leastGroup: Int) -> [SmallGroup] {
    data.attributes.flatMap { attribute in
      var counts = [Int](repeating: 0, count: attribute.count)
      for row in 0..<count { counts[attribute[row]] += data.multiplicities?[row] ?? 1 }
      let few = max(leastGroup, GroupPolicy.fewRows)
      let isUnknown = data.unknown.compares ? nil : attribute.unknownLevel
      guard counts.count(where: { $0 > 0 }) > 1 else { return [SmallGroup]() }
      return counts.indices.filter { counts[$0] > 0 && counts[$0] < few && $0 != isUnknown }.map {
        SmallGroup(
          attribute: attribute.attribute, group: attribute.names[$0], rows: counts[$0],
          fate: counts[$0] < leastGroup ? .free : .binds)
      }
    }
  }
}
