import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models

/// What a file of a model, a rule, a transform or a packed table holds; without one the processor and its kernels.
public struct InfoJob: Job {
  public static let name = "info"
  public static let summary =
    "Shows what is in a model, rule, transform or packed file, or without one the version, the "
    + "processor, the kernels in use and how fast they are."

  /// A model, rule, transform or packed file.
  public var model: String?

  public init() {}

  public static let table: [OptionRecord<InfoJob>] = [
    .text(
      "model", \.model, kind: .input, value: "file", isPositional: true,
      "Model, rule, transform or packed file; without one the machine is shown.")
  ]

  public struct Outcome: JobOutcome {
    public enum Document: Encodable, Sendable {
      case machine(MachineInfo)
      case file(StoredInfo)
      case packed(PackedInfo)

      public func encode(to encoder: any Encoder) throws {
        switch self {
        case .machine(let info): try info.encode(to: encoder)
        case .file(let info): try info.encode(to: encoder)
        case .packed(let info): try info.encode(to: encoder)
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
    if try PackedSummary.isPacked(model) {
      let summary = try PackedSummary.read(model, pool: context.pool)
      return Outcome(document: .packed(PackedInfo(summary)))
    }
    return Outcome(document: .file(try StoredInfo.read(model)))
  }
}
