import Testing

/// Options of the command line in string literals of a Swift source: a library does not know how its
/// callers spell things. Comments and custom properties of style sheets are no options.
private func spelledOptions(_ text: String) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
    let code = line.drop { $0 == " " }
    guard !code.hasPrefix("//") else { return [] }
    return String(code).captures(#"(?<![\w(-])(--[a-z][a-z-]*)"#)
  }
}

/// Sources whose literals hold no sentences: style sheets.
private let exempt: Set<String> = ["Sources/Reports/Rendering/HTMLStyle.swift"]

@Suite struct OptionNameTests {
  @Test func onlyTheCommandLineSpellsOptionsOfTheCommandLine() throws {
    let repository = Repository()
    var looked = 0
    for file in repository.swiftFiles("Sources")
    where !file.hasPrefix("Sources/EquipoiseCLI/") && !exempt.contains(file) {
      looked += 1
      #expect(spelledOptions(try repository.text(file)) == [], "\(file)")
    }
    #expect(looked > 300)
  }

  @Test func anOptionInALiteralIsFound() {
    #expect(spelledOptions(#"throw bad("use --target-gap 0.1")"#) == ["--target-gap"])
    #expect(spelledOptions("    \"--label\",\n  x - -y, a --> b") == ["--label"])
    #expect(spelledOptions("  /// As `--label` says.\n// --label\nlet y = x--1") == [])
    #expect(spelledOptions("h1{color:var(--soft)}") == [])
  }
}
