import Testing

/// Rates and criteria are values of one list each, and nobody else names them as cases of a type.
@Suite struct DefinitionTests {
  let repository = Repository()

  /// The names in `Rate.all` and `Criterion.all`, as their definitions spell them.
  private func defined(_ type: String) throws -> (members: [String], names: [String]) {
    let text = try repository.swiftFiles("Sources/Criteria/Rates")
      .map { try repository.text($0) }.joined(separator: "\n")
    return (
      text.captures(#"^  public static let (\w+) = \#(type)\("#),
      text.captures(#"^  public static let \w+ = \#(type)\(\s*"(\w+)""#)
    )
  }

  @Test(arguments: [("Rate", "Rates"), ("Criterion", "CriterionList")])
  func everyDefinitionHasItsLine(type: String, file: String) throws {
    let text = try repository.text("Sources/Criteria/Rates/\(file).swift")
    let list = text.captures(#"public static let all: \[\w+\] = \[([^\]]*)\]"#)
    let listed = try #require(list.first).captures(#"(\w+),"#)
    #expect(try Set(listed) == Set(defined(type).members) && listed.count > 10)
  }

  /// Below the jobs a rate or a criterion is never a case or a text of its own. An adversary's goals
  /// are kept by name in checkpoints.
  @Test func noOtherTypeDefinesARate() throws {
    let names = try Set(defined("Rate").names + defined("Criterion").names)
    #expect(names.count > 20)
    var found: [String] = []
    for folder in ["Models", "Mitigation", "Optimization", "Datasets"] {
      for file in repository.swiftFiles("Sources/\(folder)") {
        let texts = try repository.text(file).captures(#""(\w+)""#)
        if texts.contains(where: names.contains) { found.append(file) }
      }
    }
    #expect(found == ["Sources/Models/NeuralNetwork/AdversaryInput.swift"])
  }

  @Test func aRateInAnEnumIsSeen() {
    let text = "enum Other: String { case selection = \"selection_rate\" }"
    #expect(text.captures(#""(\w+)""#) == ["selection_rate"])
  }
}
