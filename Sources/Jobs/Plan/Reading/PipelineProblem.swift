import Datasets

/// Something wrong with a pipeline file, with its place where it has one.
public struct PipelineProblem: Sendable, Equatable {
  public var place: TextPlace?
  public var detail: String

  public init(_ place: TextPlace?, _ detail: String) {
    self.place = place
    self.detail = detail
  }
}

/// A pipeline file that cannot be run, with everything that was found wrong with it.
public struct PipelineFileError: UserError, Equatable, CustomStringConvertible {
  public var file: String
  public var problems: [PipelineProblem]

  /// Errors say this many problems; the rest are counted.
  static let mostProblems = 20

  public init(file: String, _ problems: [PipelineProblem]) {
    self.file = file
    self.problems = problems
  }

  /// One problem a line, as compilers write them: `file:line:column: what is wrong`.
  public var blame: Blame { .data }

  public var description: String {
    let shown = problems.prefix(Self.mostProblems).map { problem in
      let place = problem.place.map { ":\($0.line):\($0.column)" } ?? ""
      return "\(file)\(place): \(problem.detail)"
    }
    let rest = problems.count - shown.count
    return (shown + (rest > 0 ? ["\(file): and \(rest) more"] : [])).joined(separator: "\n")
  }
}

/// Problems as they are found, in the order of their places.
final class ProblemList {
  private(set) var problems: [PipelineProblem] = []

  /// Adds a problem unless the very same is there: variants share what they do not override.
  func add(_ place: TextPlace?, _ detail: String) {
    let problem = PipelineProblem(place, detail)
    if !problems.contains(problem) { problems.append(problem) }
  }

  func throwIfAny(file: String) throws(PipelineFileError) {
    guard !problems.isEmpty else { return }
    let sorted = problems.enumerated().sorted { a, b in
      let first = a.element.place, second = b.element.place
      return (first?.line ?? 0, first?.column ?? 0, a.offset)
        < (second?.line ?? 0, second?.column ?? 0, b.offset)
    }
    throw PipelineFileError(file: file, sorted.map(\.element))
  }
}
