import ArgumentParser
import Equipoise

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ExportJob.name, abstract: ExportJob.summary,
    usage: "equipoise export <model> --format <format> --output <file> [<options>]",
    discussion: """
      Example:
        equipoise export m.eqp --format onnx --output m.onnx

      An ONNX graph takes raw columns: "numbers" (rows, d) in the order of its metadata entry \
      "numbers", each category as texts under its name, and the groups where decisions need them.
      """)

  @OptionGroup var job: TableArguments<ExportJob>

  func validate() throws {
    let job = try job.value()
    guard job.model != nil else { throw ValidationError.missing("<model>") }
    guard job.output != nil else { throw ValidationError.missing("--output <file>") }
  }

  func run() throws {
    let job = try job.value()
    let told = try job.run(JobContext()).document
    try Console.output(
      "\(NumberText.counted(told.bytes, "byte")) of \(told.format) written to \(job.output ?? "")")
  }
}
