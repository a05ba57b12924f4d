import ArgumentParser
import Equipoise

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: InfoJob.name, abstract: InfoJob.summary,
    usage: "equipoise info [<file>] [<options>]",
    discussion: """
      Examples:
        equipoise info
        equipoise info m.eqp
        equipoise info rule.json
        equipoise info loans.eqp

      Of a model the coefficients are shown, the strongest first: of a number what one standard \
      deviation adds to the score, of a category what its level adds. Every block of a packed table \
      is compared with its digest.
      """)

  @OptionGroup var job: TableArguments<InfoJob>
  @OptionGroup var common: CommonArguments

  func run() throws {
    try common.run(try job.value()) { outcome in
      switch outcome.document {
      case .file(let info): return InfoText.describe(info)
      case .packed(let info): return PackedText.describe(info)
      case .machine(let info):
        defer { for warning in info.warnings { Console.note("warning: \(warning)") } }
        return describe(info)
      }
    }
  }

  private func describe(_ info: MachineInfo) -> String {
    let rows = [
      ["version", EquipoiseVersion.current],
      ["processor", info.processor],
      ["vector instructions", info.vectorInstructions],
      ["OpenBLAS kernels", "\(info.openblasCore) (\(info.coreReason))"],
      ["OpenBLAS build", info.openblasConfiguration],
      ["threads", "\(info.threads) of \(info.cores) cores"],
      ["matrix product, Float", "\(Tables.number(info.gigaflops, decimals: 0)) GFLOP/s"],
      ["memory read", "\(Tables.number(info.gigabytesPerSecond, decimals: 0)) GB/s"],
    ]
    return Tables.text(["what", "value"], rows, alignedRight: [])
  }
}
