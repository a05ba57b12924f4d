import Foundation
import Testing

/// The lines that a newcomer copies do what they say.
@Suite struct ReadmeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The commands in the code blocks of a page.
  private func commands(of page: String) throws -> [String] {
    let text = try String(contentsOf: Self.root.appendingPathComponent(page), encoding: .utf8)
    return text.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.flatMap {
      $0.element.split(separator: "\n").map(String.init).filter { $0.hasPrefix("equipoise ") }
    }
  }

  /// Loans with an age, as the examples have them.
  private func file(_ rows: Int) -> String {
    let lines = loans(rows).split(separator: "\n")
    return
      ([lines[0] + ",age"] + lines.dropFirst().enumerated().map { "\($1),\(18 + $0 * 7 % 60)" })
      .joined(separator: "\n")
  }

  /// People with scores and the decisions of two models.
  private func decisions(_ rows: Int) -> String {
    let lines = (0..<rows).map { i in
      let p = Double(i * 37 % 101) / 100, repaid = (i * 53 % 97) < Int(30 + 40 * p) ? 1 : 0
      let race = ["a", "b", "c"][i * 7 % 3], region = ["n", "s"][i / 3 % 2]
      let sex = i % 2 == 0 ? "f" : "m"
      return "\(sex),\(race),\(region),\(repaid),\(p),\(p >= 0.5 ? 1 : 0),\(p >= 0.4 ? 1 : 0)"
    }
    return (["sex,race,region,repaid,p,old,new"] + lines).joined(separator: "\n")
  }

  @Test(arguments: [
    ("README.md", 5), ("Sources/Equipoise/Documentation.docc/CommandLine.md", 20),
  ])
  func theCommandsOfAPageRunAsPrinted(page: String, fewest: Int) throws {
    let program = try Program()
    try program.file("loans.csv", file(1_500))
    try program.file("new.csv", file(300))
    try program.file("decided.csv", decisions(900))
    try FileManager.default.createSymbolicLink(
      at: URL(fileURLWithPath: program.folder + "/Examples"),
      withDestinationURL: Self.root.appendingPathComponent("Examples"))
    let commands = try commands(of: page)
    #expect(commands.count >= fewest)
    for command in commands {
      // Quotes group as in a shell; the big file need not be big to be right.
      let words = command.replacing("1000000", with: "1000").split(separator: " ").dropFirst().map {
        String($0).replacing("'", with: "")
      }
      let outcome = try program.execute(words)
      #expect([0, 4, 5].contains(outcome.code), "\(command): \(outcome.errors)")
    }
    #expect(program.exists("m.eqp") && program.exists("scored.csv"))
  }
}
