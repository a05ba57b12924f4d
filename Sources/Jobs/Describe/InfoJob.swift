import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models

/// What a file of a model, a rule or a transform holds; without one the processor and its kernels.
public struct InfoJob: Job {
  public static let name = "info"
  public static let summary =
    "Shows what is in a model, rule or transform file, or without one the version, the processor, "
    + "the kernels in use and how fast they are."

  /// A model, rule or transform file.
  public var model: String?

  public init() {}

  public static let table: [OptionRecord<InfoJob>] = [
    .text(
      "model", \.model, kind: .input, value: "file", isPositional: true,
      "Model, rule or transform file; without one the machine is shown.")
  ]

  public struct Outcome: JobOutcome {
    public enum Document: Encodable, Sendable {
      case machine(MachineInfo)
      case file(StoredInfo)

      public func encode(to encoder: any Encoder) throws {
        switch self {
        case .machine(let info): try info.encode(to: encoder)
        case .file(let info): try info.encode(to: encoder)
        }
      }
    }

    public var document: Document
  }

  public func run(_ context: JobContext) throws -> Outcome {
    try begin()
    if let model = context.models["model"] { return Outcome(document: .file(StoredInfo(model))) }
    guard let model else {
      return Outcome(document: .machine(MachineInfo.measured(pool: context.pool)))
    }
    return Outcome(document: .file(try StoredInfo.read(model)))
  }
}
