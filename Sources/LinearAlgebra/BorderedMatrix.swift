/// A symmetric matrix with a run of columns that have nothing to do with one another:
///
///     [ D  B ]    D diagonal, shape (E, E),
///     [ Bᵀ C ]    B of shape (E, R), C of shape (R, R).
///
/// The levels of one categorical column are such a run in any Hessian of a sum over rows, since no
/// row has two of them: then a factor costs the cube of R alone.
public struct BorderedMatrix: Sendable {
  /// The numbers of the columns of D; the others keep their order in C.
  public let eliminated: Range<Int>
  /// D, shape `(E)`.
  public let diagonal: Buffer<Double>
  /// B, shape `(E, R)`.
  public let border: Matrix<Double>
  /// C, shape `(R, R)`, of which the lower triangle counts.
  public let rest: Matrix<Double>

  /// A matrix of zeros.
  public init(dimension: Int, eliminated: Range<Int>) {
    precondition(
      eliminated.lowerBound >= 0 && eliminated.upperBound <= dimension,
      "columns \(eliminated) of a matrix of \(dimension)")
    self.eliminated = eliminated
    let others = dimension - eliminated.count
    diagonal = Buffer(zeroed: eliminated.count)
    border = Matrix(rows: eliminated.count, columns: others)
    rest = Matrix(rows: others, columns: others)
  }

  public var dimension: Int { eliminated.count + rest.rows }

  /// The number in C of a column that is not in D.
  public func place(_ j: Int) -> Int { j < eliminated.lowerBound ? j : j - eliminated.count }

  /// Adds to the diagonal's entry of column `j`.
  public func addToDiagonal(_ j: Int, _ value: Double) {
    if eliminated.contains(j) {
      diagonal[j - eliminated.lowerBound] += value
    } else {
      rest[place(j), place(j)] += value
    }
  }

  /// Makes column `j` of C a column of the identity.
  public func isolate(_ j: Int) {
    let k = place(j)
    for e in 0..<eliminated.count { border[e, k] = 0 }
    for i in 0..<k { rest[k, i] = 0 }
    for i in k..<rest.rows { rest[i, k] = 0 }
    rest[k, k] = 1
  }

  /// The diagonal, shape `(dimension)`.
  public var fullDiagonal: [Double] {
    let others = (0..<rest.rows).map { rest[$0, $0] }
    return others[..<eliminated.lowerBound] + diagonal.array + others[eliminated.lowerBound...]
  }
}
