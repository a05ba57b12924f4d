import Foundation
import Testing

/// A page from the command line, and the rule that it leads to.
@Suite struct ExploreCommandTests {
  private static func scored(_ rows: Int) -> String {
    var text = "sex,p,paid\n"
    for i in 0..<rows {
      let p = Double(i * 37 % 997) / 997
      text += "\(i % 3 == 0 ? "f" : "m"),\(p),\((i * 53 % 100) < Int(20 + 60 * p) ? 1 : 0)\n"
    }
    return text
  }

  @Test func aPageIsWritten() throws {
    let program = try Program()
    try program.file("t.csv", Self.scored(900))
    let outcome = try program.run(
      "explore", "--data", "t.csv", "--label", "paid", "--sensitive", "sex", "--score", "p",
      "--snapshot", "page.html")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(program.exists("page.html") && outcome.output.contains("sex: 2 groups"))
  }

  @Test func theDocumentIsPrinted() throws {
    let program = try Program()
    try program.file("t.csv", Self.scored(900))
    let json = try program.run(
      "explore", "--data", "t.csv", "--label", "paid", "--sensitive", "sex", "--score", "p",
      "--format", "json"
    ).json
    #expect(json["schema"] as? String == "equipoise.exploration/1")
    #expect((json["models"] as? [[String: Any]])?.first?["kind"] as? String == "scores")
  }

  @Test func whatIsMissingIsSaid() throws {
    let program = try Program()
    try program.file("t.csv", Self.scored(90))
    let outcome = try program.run("explore", "--data", "t.csv", "--score", "p")
    #expect(outcome.code == 2 && outcome.errors.contains("--snapshot"))
  }
}
