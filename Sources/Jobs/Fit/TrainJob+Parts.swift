import Datasets
import LinearAlgebra
import Mitigation
import Models
import Rounds

/// The same fit to rows that lie in several parts, of which nothing is asked but sums.
extension TrainJob {
  /// Fits to all parts and writes the model where one is asked for.
  ///
  /// The options are those of the job, without those that name rows: each part has its own.
  public func fit(
    toParts parts: @escaping AskParts, _ context: JobContext
  ) throws -> TrainedModel {
    try begin()
    try requireNoRows()
    guard let name = method.name else { throw JobError.usage("a METHOD is needed") }
    let mitigation = try Mitigations.named(name)
    let options = try method.checked(mitigation.options, of: mitigation.name, Self.self)
    var fitContext = FitContext(
      seed: context.seed, pool: context.pool, shouldStop: context.shouldStop)
    fitContext.progress = { context.progress(.share($0, $1)) }
    let fit = RoundsFit(
      try data.options(), precision: data.precision == .double ? .double : .float,
      unknown: unknown.policy, context: fitContext
    ) { request in
      try context.checkStopped()
      return try parts(request)
    }
    let fitted = try fit.fit(mitigation, options)
    try context.checkStopped()
    if let model { try ModelStore.write(fitted, to: model) }
    return fitted
  }

  private func requireNoRows() throws(JobError) {
    let others: [(name: String, isSet: Bool)] = [
      ("data", data.file != nil), ("dataset", data.dataset != nil), ("test", split.share != nil),
      ("test_data", split.file != nil), ("checkpoint", checkpoint != nil),
      (MemoryInput.name, memory.bytes != nil),
    ]
    guard let other = others.first(where: \.isSet) else { return }
    throw .usage(
      "\(option: other.name) has no use in a fit to parts: the parts are all the rows there are")
  }
}

extension DataInput {
  /// One part of the rows of a fit, which these options say how to read.
  ///
  /// - Parameters:
  ///   - partition: which part this is, counted from 0.
  ///   - isEmpty: whether it has no row, so that there is nothing to read.
  public func part(
    _ partition: Int, isEmpty: Bool = false, _ context: JobContext
  ) throws -> PartRows {
    try check()
    return PartRows(
      partition: partition, isEmpty ? nil : try location(context), try options(),
      pool: context.pool)
  }
}
