import Foundation
import Testing

/// What the program prints fits on a page of a terminal, and its examples can be copied.
@Suite struct TerminalTests {
  /// Decisions about people of so many groups; one group has a single row.
  private func decided(_ rows: Int, groups: Int) -> String {
    let lines = (0..<rows).map { i in
      let g = i == 0 ? groups - 1 : i % max(groups - 1, 1)
      let label = (i * 53 % 97) < 40 + g % 7 ? 1 : 0, sex = i % 2 == 0 ? "f" : "m"
      let decision = (i * 37 % 101) < 45 + g % 5 ? 1 : 0
      return "\"an attribute with long names, group \(g)\",\(sex),\(label),\(decision)"
    }
    return (["kind,sex,repaid,decision"] + lines).joined(separator: "\n")
  }

  private func widest(_ text: String) -> Int {
    text.split(separator: "\n").map(\.count).max() ?? 0
  }

  @Test(arguments: [1, 2, 3, 5, 40]) func anAuditFitsOnThePage(_ groups: Int) throws {
    let program = try Program()
    try program.file("d.csv", decided(1_200, groups: groups))
    let arguments = [
      "audit", "--data", "d.csv", "--label", "repaid", "--prediction", "decision", "--sensitive",
      "kind,sex", "--quiet",
    ]
    for more in [[], ["--tau", "0.8"], ["--reference", "largest", "--tau", "0.8"]] {
      let outcome = try program.execute(arguments + more)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(widest(outcome.output) <= 80, "\(outcome.output)")
      for part in outcome.output.components(separatedBy: "\n\n") {
        #expect(part.split(separator: "\n").count <= 24, "\(part)")
      }
      #expect(outcome.output.contains("clearest gap: ") || groups == 1)
      #expect(!outcome.output.contains(" 0.0000"))
      #expect(more.isEmpty || outcome.output.contains("✓ within, ✗ outside 0.8 to 1.25"))
      #expect(more.count < 4 || outcome.output.contains("impact ratio"))
    }
    let all = try program.execute(arguments + ["--all"])
    #expect(widest(all.output) <= 80 && all.output.contains("false_negative_rate"))
    let chosen = try program.execute(arguments + ["--metrics", "tpr,equalized_odds"])
    #expect(
      chosen.output.contains("true_positive_rate") && chosen.output.contains("equalized_odds"))
    #expect(!chosen.output.contains("precision"))
    // What is shown does not touch the document.
    let json = try program.execute(arguments + ["--format", "json"])
    let less = try program.execute(arguments + ["--format", "json", "--metrics", "tpr", "--all"])
    #expect(json.output == less.output)
    let unknown = try program.execute(arguments + ["--metrics", "selection_rte"])
    #expect(unknown.code == 2 && unknown.errors.contains("did you mean 'selection_rate'"))
  }

  /// A name that is cut is cut in one way: where there is less room, its row's number stands.
  @Test func aNameIsCutInOneWay() throws {
    let program = try Program()
    try program.file("d.csv", decided(1_200, groups: 5))
    let arguments = [
      "audit", "--data", "d.csv", "--label", "repaid", "--prediction", "decision", "--sensitive",
      "kind", "--quiet",
    ]
    var count = 0
    for more in [[], ["--reference", "largest"], ["--all"], ["--metrics", "fpr"]] {
      let outcome = try program.execute(arguments + more)
      #expect(outcome.code == 0, "\(outcome.errors)")
      var forms: [Int: Set<String>] = [:]
      for line in outcome.output.split(separator: "\n") {
        // Lines of tables; sentences are looked at below.
        let cells = line.components(separatedBy: "  ").filter { !$0.isEmpty }
        for cell in cells where cells.count > 2 && cell.contains("…") {
          let name = cell.drop { $0.isNumber || $0 == " " }
          let group = try #require(name.last?.wholeNumberValue, "\(cell)")
          forms[group, default: []].insert(String(name))
        }
      }
      #expect(forms.values.allSatisfy { $0.count == 1 }, "\(outcome.output)")
      count += forms.count
      let words = outcome.output.replacing("\n", with: " ").replacing("  ", with: " ")
      let cut = Set(forms.values.joined())
      let heading = words.matches(of: /(?:of|against) (an [^,…]*…[^,…]*? \d)/).map { String($0.1) }
      #expect(heading.allSatisfy { cut.contains($0) }, "\(heading), \(cut)")
    }
    #expect(count > 5)
  }

  /// A name that no other table has needs no room there, and what there is is used.
  @Test func namesAreWholeWhereThereIsRoom() throws {
    let program = try Program()
    let lines = (0..<400).map { i in
      "\(i < 360 ? i % 2 == 0 ? "f" : "m" : ""),\(i / 2 % 2),\((i / 2 + i) % 3 == 0 ? 1 : 0)"
    }
    try program.file("d.csv", (["sex,label,decision"] + lines).joined(separator: "\n"))
    let outcome = try program.execute([
      "audit", "--data", "d.csv", "--label", "label", "--prediction", "decision", "--sensitive",
      "sex", "--quiet",
    ])
    #expect(outcome.output.contains("(missing)") && !outcome.output.contains("…"))
    #expect(outcome.output.contains("sex: 2 groups"), "\(outcome.output)")
  }

  /// Of more groups than a line names, the largest are named, and counts have marks of thousands.
  @Test func theLargestGroupsAreNamed() throws {
    let program = try Program()
    let lines = (0..<4_000).map { i in
      let group = i < 80 ? "abcdefgh".dropFirst(i / 10).first! : i % 2 == 0 ? "y" : "z"
      return "\(group),\(i % 7),\(i / 3 % 2)"
    }
    try program.file("d.csv", (["kind,x,label"] + lines).joined(separator: "\n"))
    let outcome = try program.execute([
      "compare", "--data", "d.csv", "--label", "label", "--sensitive", "kind", "--methods",
      "logistic", "--quiet",
    ])
    #expect(outcome.output.contains("groups of kind (y, z, "), "\(outcome.output)")
    #expect(outcome.output.contains("2,797 rows to train, 1,203 to test"))
    #expect(!outcome.output.contains("Pareto"))
  }

  @Test func gatesSpeakWhetherTheyHoldOrNot() throws {
    let program = try Program()
    try program.file("d.csv", decided(600, groups: 3))
    let outcome = try program.run(
      "audit", "--data", "d.csv", "--prediction", "decision", "--label", "repaid", "--sensitive",
      "sex", "--quiet", "--fail-on", "sex.disparate_impact<2", "--fail-on", "accuracy<0")
    #expect(outcome.code == 5)
    #expect(
      outcome.errors.contains("selection_rate.ratio of sex (")
        && outcome.errors.contains("the limit is 2"))
    #expect(outcome.output.contains("Gate exceeded: selection_rate.ratio of sex ("))
    #expect(outcome.output.contains("Gate held: accuracy_score is 0."))
  }

  private static let commands = [
    [], ["compare"], ["run"], ["train"], ["predict"], ["audit"], ["frontier"], ["watch"],
    ["report"], ["report", "model-card"], ["report", "datasheet"], ["report", "ll144"],
    ["report", "four-fifths"], ["report", "notes"], ["report", "rules"], ["log"],
    ["log", "append"], ["log", "verify"], ["methods"], ["generate"], ["info"], ["bench"],
    ["kernels"], ["preprocess"], ["postprocess"], ["export"],
  ]

  /// The examples of a help text, a line that ends in a backslash joined with the next.
  private func examples(_ help: String) -> [String] {
    var found: [String] = []
    var isOpen = false
    for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
      let text = line.trimmingCharacters(in: .whitespaces)
      if isOpen {
        found[found.count - 1] += " " + text
      } else if line.hasPrefix("  equipoise ") {
        found.append(text)
      } else {
        continue
      }
      isOpen = text.hasSuffix("\\")
      if isOpen { found[found.count - 1].removeLast() }
    }
    return found
  }

  /// Every example stands on lines of its own, and the parser takes it.
  @Test(arguments: commands) func examplesAreCopyable(_ command: [String]) throws {
    let program = try Program()
    let help = try program.execute(command + ["--help"])
    #expect(help.code == 0 && widest(help.output) <= 80, "\(command)")
    let found = examples(help.output)
    #expect(!found.isEmpty || command == ["report", "notes"], "\(command)")
    for line in help.output.split(separator: "\n") {
      #expect(!line.hasPrefix("--"), "a broken example of \(command): \(line)")
    }
    for example in found where !["bench", "kernels", "info"].contains(Self.words(example)[1]) {
      // The files are not there: the parser is through when that is what is wrong.
      let words = Self.words(example).dropFirst().map { $0 == "--dataset" ? "--data" : $0 }
      let outcome = try program.execute(Array(words))
      for fault in ["Unknown option", "nexpected argument", "Missing expected", "Missing value"] {
        #expect(!outcome.errors.contains(fault), "\(example): \(outcome.errors)")
      }
    }
  }

  /// The words of a shell's line, quotes grouping.
  private static func words(_ line: String) -> [String] {
    var words: [String] = [], word = "", quoted = false
    for character in line {
      if character == "'" {
        quoted.toggle()
      } else if character == " " && !quoted {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { words.append(word) }
    // What a shell does itself is no word of the program's.
    return words.firstIndex(of: ">").map { Array(words[..<$0]) } ?? words
  }
}
