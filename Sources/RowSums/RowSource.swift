/// Rows somewhere: in memory, in files, in other processes or on other machines.
///
/// Whoever fits a model asks a source and nothing else, so that it does not matter where rows are.
public protocol RowSource: Sendable {
  /// How many rows there are in all.
  var rows: Int { get }

  /// The answer of all rows.
  ///
  /// - Throws: where rows cannot be read: a lost worker, a damaged file. What is wrong with the rows
  ///   themselves is a refusal in the answer.
  func ask(_ request: Request) throws -> Answer
}

extension RowSource {
  /// The answer of all rows; a refusal, another question's answer and missing rows are errors.
  public func answer(_ request: Request) throws -> Answer {
    let answer = try ask(request)
    guard answer.question == request.mark else { throw SumsError.otherQuestion }
    if let refusal = answer.refusal { throw refusal }
    guard answer.rows == rows else { throw MissingRows(expected: rows, found: answer.rows) }
    return answer
  }
}
