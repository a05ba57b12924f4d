import Jobs
import Reports
import Testing

@Suite struct NotesFileTests {
  @Test func yamlAndJSONSayTheSame() throws {
    let yaml = """
      system:
        name: Scorer
        version: 1.10
        owners:
          - {name: Ada, contact: ada@example.org}
      use:
        purpose: >
          Helps to rank
          applications.
        users: [recruiters]
        out_of_scope: dismissals
      limitations: ["one", "two"]
      signoff:
        preparer:
      """
    let json = """
      {"system": {"name": "Scorer", "version": "1.10", "owners": [{"name": "Ada",
      "contact": "ada@example.org"}]}, "use": {"purpose": "Helps to rank applications.\\n",
      "users": ["recruiters"], "out_of_scope": ["dismissals"]}, "limitations": ["one", "two"]}
      """
    let notes = try NotesFile.parse(yaml, file: "n.yaml")
    #expect(try notes == NotesFile.parse(json, file: "n.json"))
    #expect(notes.text("system.version") == "1.10", "a version is no number")
    #expect(notes.list("use.out_of_scope") == ["dismissals"])
    #expect(notes.stated("signoff.preparer") == OwnerNotes.notStated)
  }

  @Test func mistakesAreNamed() {
    for (text, part) in [
      ("use:\n  purpos: x", "did you mean 'use.purpose'"), ("- a", "keys with values"),
      ("use:\n  purpose: [a]", "is to be a text"), ("a: [", "n.yaml"),
      ("system:\n  owners: [{name: a, phone: b}]", "no field 'phone'"),
      ("limitations: [a, {b: c}]", "mixes"),
    ] {
      do {
        _ = try NotesFile.parse(text, file: "n.yaml")
        Issue.record("\(text) was accepted")
      } catch {
        let told = "\(error)"
        #expect(told.hasPrefix("n.yaml:") && told.contains(part), "\(told)")
      }
    }
  }

  @Test func theFormIsValidWhenFilledInAndWhenNot() throws {
    #expect(try NotesFile.parse(OwnerNotes.template, file: "n.yaml") == OwnerNotes())
    let filled = OwnerNotes.template.split(separator: "\n").map { line -> String in
      guard let mark = line.firstIndex(of: "#") else { return String(line) }
      let isHelp = line[mark...].hasPrefix("# ") && !line[mark...].hasPrefix("#  - ")
      if isHelp { return String(line) }
      return line.replacing("#", with: "", maxReplacements: 1).replacing("[ ]", with: "[x]")
        .replacing(": …", with: ": x") + (line.hasSuffix(": ") ? "x" : "")
    }.joined(separator: "\n")
    let notes = try NotesFile.parse(filled, file: "n.yaml")
    #expect(notes.entries.count == OwnerNotes.keys.count)
  }
}
