import ArgumentParser
import Equipoise
import Exchange

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a model for other programs to run.",
    discussion: """
      Example:
        equipoise export m.eqp --format onnx --output m.onnx

      An ONNX graph takes raw columns: "numbers" (rows, d) in the order of its metadata entry
      "numbers", each category as texts under its name, and the groups where decisions need them.
      """)

  @Argument(help: ArgumentHelp("Model file.", valueName: "model")) var model: String
  @Option(
    help: ArgumentHelp(
      "\(ModelFormats.all.map { $0.name }.joined(separator: " or ")).", valueName: "format"))
  var format: String
  @Option(help: ArgumentHelp("File to write.", valueName: "file")) var output: String
  @Option(help: "A probability at least this is positive, for models without own thresholds.")
  var threshold = Decisions.usualThreshold

  func run() throws {
    try Destinations.check([output], against: [model])
    guard let format = ModelFormats.all.first(where: { $0.name == format }) else {
      throw ValidationError(
        "--format \(format): one of "
          + "\(ModelFormats.all.map { $0.name }.joined(separator: ", ")) is needed")
    }
    let bytes = try format.encode(try ModelStore.read(model), threshold: threshold)
    try AtomicFile.write(bytes, to: output)
    try Console.output("\(bytes.count) bytes of \(format.name) written to \(output)")
  }
}
