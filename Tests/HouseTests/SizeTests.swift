import Testing

/// A function or initializer of a text, with how many lines its body has.
private struct FunctionBody: Equatable {
  var line: Int
  var lines: Int
}

/// The bodies of a formatted text: a closing brace stands where the declaration begins.
private func bodies(_ text: String) -> [FunctionBody] {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  return lines.indices.compactMap { start in
    guard isDeclaration(lines[start]) else { return nil }
    let indent = lines[start].prefix { $0 == " " }
    // A requirement of a protocol has no body: the next declaration comes first.
    guard
      let open = lines[start...].firstIndex(where: { line in
        line.hasSuffix("{")
          || (line.hasPrefix(indent) && line.dropFirst(indent.count).hasPrefix("}"))
          || line.isEmpty
      }), lines[open].hasSuffix("{"),
      !lines[start...open].dropFirst().contains(where: isDeclaration),
      let close = lines[(open + 1)...].firstIndex(where: { $0 == indent + "}" })
    else { return nil }
    return FunctionBody(line: start + 1, lines: close - open - 1)
  }
}

private func isDeclaration(_ line: Substring) -> Bool {
  var words = line.split(separator: " ").drop {
    $0.hasPrefix("@") || modifiers.contains(String($0))
  }
  guard let first = words.popFirst() else { return false }
  return first == "func" || first.hasPrefix("init(") || first.hasPrefix("init?(")
    || first.hasPrefix("init<")
}

private let modifiers: Set<String> = [
  "public", "package", "private", "fileprivate", "internal", "static", "mutating", "override",
  "final", "nonisolated", "convenience", "required", "(set)",
]

@Suite struct SizeTests {
  let repository = Repository()
  /// What a reader takes in at once.
  static let longestBody = 40
  /// A file of more lines holds more than one concept.
  static let longestFile = 400

  @Test func functionsFitOnAScreen() throws {
    var seen = 0
    for file in repository.swiftFiles("Sources") {
      let found = bodies(try repository.text(file))
      seen += found.count
      for body in found where body.lines > Self.longestBody {
        Issue.record("\(file):\(body.line) has \(body.lines) lines")
      }
    }
    #expect(seen > 2000, "the pattern still finds functions")
  }

  @Test func filesHoldOneConcept() throws {
    for file in repository.swiftFiles("Sources") {
      let lines = try repository.text(file).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count - 1 <= Self.longestFile, "\(file)")
    }
  }

  @Test func aLongBodyIsFound() {
    let text = """
      protocol P {
        func requirement(
          _ x: Int
        ) -> Int

        var other: Int { get }
      }
      struct S {
        @inlinable public static func long(
          _ x: Int
        ) -> Int {
          let y = x
          return y
        }
        init?(_ x: Int) { return nil }
        func closure() {
          run {
          }
        }
      }
      """
    #expect(
      bodies(text) == [FunctionBody(line: 9, lines: 2), FunctionBody(line: 16, lines: 2)])
  }
}
