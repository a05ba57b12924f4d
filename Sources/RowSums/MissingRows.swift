import Datasets

/// An answer that some rows had no part in, or some a part too many.
public struct MissingRows: UserError, Equatable, CustomStringConvertible {
  public var expected: Int
  public var found: Int

  public init(expected: Int, found: Int) {
    self.expected = expected
    self.found = found
  }

  public var blame: Blame { .system }
  public var description: String { "an answer is of \(found) rows, and there are \(expected)" }
}
