import LinearAlgebra

/// A choice of rows, the same for every column of a data set.
public enum RowChoice: Sendable {
  /// Neighbours, over the same memory.
  case range(Range<Int>)
  /// Any rows in any order, copied; a row may come several times.
  case rows([Int])

  public var count: Int {
    switch self {
    case .range(let range): range.count
    case .rows(let rows): rows.count
    }
  }

  public func of<Element>(_ column: [Element]) -> [Element] {
    switch self {
    case .range(let range): Array(column[range])
    case .rows(let rows): rows.map { column[$0] }
    }
  }

  public func of<Element>(_ column: Buffer<Element>) -> Buffer<Element> {
    switch self {
    case .range(let range): column.slice(range)
    case .rows(let rows): Buffer(rows.map { column[$0] })
    }
  }

  public func of(_ column: CodeColumn) -> CodeColumn {
    CodeColumn(codes: of(column.codes), levels: column.levels)
  }

  public func of(_ groups: GroupIndex) -> GroupIndex {
    GroupIndex(attribute: groups.attribute, codes: of(groups.codes), names: groups.names)
  }

  public func of<Scalar>(_ features: DesignMatrix<Scalar>) -> DesignMatrix<Scalar> {
    let categorical = features.categorical.map { of($0) }
    switch self {
    case .range(let range):
      return DesignMatrix(dense: features.dense.slice(rows: range), categorical: categorical)
    case .rows(let rows):
      let block = Matrix<Scalar>(rows: rows.count, columns: features.dense.columns)
      for (k, i) in rows.enumerated() {
        precondition(i >= 0 && i < features.rows, "row out of range")
        block.pointer(row: k).update(
          from: features.dense.pointer(row: i), count: features.dense.columns)
      }
      return DesignMatrix(dense: block, categorical: categorical)
    }
  }

  /// The exchanges that put marked rows behind the others. Only rows on the wrong side move.
  ///
  /// - Returns: how many rows are not marked.
  @discardableResult
  static func exchanges(_ marked: [Bool], _ exchange: (Int, Int) -> Void) -> Int {
    let front = marked.count { !$0 }
    var back = front
    for i in 0..<front where marked[i] {
      while marked[back] { back += 1 }
      exchange(i, back)
      back += 1
    }
    return front
  }
}
