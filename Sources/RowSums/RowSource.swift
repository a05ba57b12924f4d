import LinearAlgebra

/// Rows somewhere: in memory, in files, in other processes or on other machines.
///
/// Whoever fits a model asks a source and nothing else, so that it does not matter where rows are.
public protocol RowSource: Sendable {
  var shape: RowShape { get }

  /// The answer of all rows.
  ///
  /// - Throws: where rows cannot be read: a lost worker, a damaged file. What is wrong with the rows
  ///   themselves is a refusal in the answer.
  func ask(_ request: Request) throws -> Answer

  /// The answer of all rows, in which a refusal is an error as well.
  func answer(_ request: Request) throws -> Answer

  /// The sums of all rows, each rounded to the nearest `Double` once; a refusal is an error.
  func values(_ request: Request) throws -> [Double]

  /// How large the numbers may be that are summed.
  ///
  /// - Parameter exact: reads all rows; otherwise a few of each block, with a margin that is enough but
  ///   for columns whose largest numbers are 2²⁴ times those of these rows.
  func scale(exact: Bool) throws -> SumScale

  /// About so many rows, in short runs spread evenly over each part, in memory of this process; nil
  /// where rows may not leave.
  func sample(rows: Int) throws -> RowSample?

  /// Whether a question costs a round to where the rows are, so that looking at a few of them here is
  /// cheaper however few there are.
  var isFar: Bool { get }

  /// The threads of this process that may work on what the rows say.
  var pool: WorkerPool { get }

  /// The same rows read on so many threads of this process at most.
  func limited(to pool: WorkerPool) -> any RowSource
}

/// Rows that can give a Gram matrix of many levels without room for all pairs of them.
public protocol BorderedSource: RowSource {
  /// Σ h·x̃x̃ᵀ with the levels of one categorical column eliminated.
  ///
  /// - Parameters:
  ///   - asked: at one set of coefficients.
  ///   - column: the categorical column.
  func borderedGram(
    _ asked: CurvatureQuestion, eliminating column: Int
  ) throws -> BorderedMatrix
}

/// Some of a source's rows.
public struct RowSample: Sendable {
  public var source: any RowSource
  /// Of each coefficient whose column few sampled rows speak for, the size of one such row; 0 of the
  /// others, the intercept's last. Shape `(width)`.
  public var rareSizes: [Double]
}

extension RowSource {
  public var isFar: Bool { false }
  public var pool: WorkerPool { .default }

  public func limited(to pool: WorkerPool) -> any RowSource { self }

  public func values(_ request: Request) throws -> [Double] { try answer(request).sums.values }

  /// The answer of all rows; a refusal, another question's answer and missing rows are errors.
  public func answer(_ request: Request) throws -> Answer {
    let answer = try ask(request)
    guard answer.question == request.mark else { throw SumsError.otherQuestion }
    if let refusal = answer.refusal { throw refusal }
    guard answer.rows == shape.rows else {
      throw MissingRows(expected: shape.rows, found: answer.rows)
    }
    return answer
  }
}
