import ArgumentParser
import Equipoise

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Shows the version, the processor, the kernels in use and how fast they are.",
    discussion: """
      Example:
        equipoise info
      """)

  @OptionGroup var common: CommonArguments

  func run() throws {
    let info = MachineInfo.measured(pool: common.pool)
    if common.format == .json { return try Console.json(info) }
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
    try Console.output(Tables.text(["what", "value"], rows, alignedRight: []))
    for warning in info.warnings { Console.note("warning: \(warning)") }
  }
}
