import ArgumentParser

@main
struct EquipoiseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "equipoise",
    abstract: "Trains models that treat groups alike, and audits any model.")
}
