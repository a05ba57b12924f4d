import Datasets
import LinearAlgebra

/// The processor, the kernels in use and how fast they are.
public struct InfoJob: Job {
  public static let name = "info"
  public static let summary =
    "Shows the version, the processor, the kernels in use and how fast they are."
  public static let table: [OptionRecord<InfoJob>] = []

  public init() {}

  public struct Outcome: JobOutcome {
    public var document: MachineInfo
  }

  public func run(_ context: JobContext) throws -> Outcome {
    Outcome(document: MachineInfo.measured(pool: context.pool))
  }
}
