/// Who is to blame for an error: doors choose exit codes and statuses by it.
public enum Blame: Sendable, CaseIterable {
  /// What was asked for: an option, its value, a combination of them.
  case usage
  /// The data, or a file that is not what it should be.
  case data
  /// The system, which could not read or write.
  case system
  /// A function of the caller's that failed.
  case callback
  /// Nobody: the caller asked to stop.
  case stop
}

/// An error that a user can do something about: it says what is wrong, and each door says how.
public protocol UserError: Error {
  var blame: Blame { get }
  /// The row to blame; nil where there is none.
  var place: RowPlace? { get }
  /// The column, group or option to blame; empty where there is none.
  var culprit: String { get }

  /// A sentence for people, in the words of a door.
  func text(_ dialect: Dialect) -> String
}

extension UserError {
  public var place: RowPlace? { nil }
  public var culprit: String { "" }
}

/// Errors that name nothing that doors spell differently.
extension UserError where Self: CustomStringConvertible {
  public func text(_ dialect: Dialect) -> String { description }
}
