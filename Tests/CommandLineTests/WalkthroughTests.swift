import Foundation
import Testing

/// The sessions that the documentation shows: each command runs as printed, and prints what is shown.
///
/// A block whose first line begins with `$ ` is a session: its commands run in one folder, article by
/// article, and what they print follows each. Numbers may differ a little between processors, and `…`
/// stands for any word. With `EQUIPOISE_RECORD` in the environment the articles are written anew.
@Suite struct WalkthroughTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let articles = [
    "AuditOfAdult", "HiringPipeline", "CreditInThreeRegions", "FromFileToDecision",
  ]

  /// What two printed numbers may differ by: on another processor a row near a threshold may fall on
  /// its other side.
  private static let absolute = 0.012
  private static let relative = 0.05
  /// The same where networks are trained, whose steps no two processors take alike.
  private static let ofNetworks = 0.06

  @Test(arguments: articles)
  func anArticleShowsWhatItsCommandsPrint(article: String) throws {
    let place = Self.root.appendingPathComponent(
      "Sources/Equipoise/Documentation.docc/\(article).md")
    let text = try String(contentsOf: place, encoding: .utf8)
    let program = try Program()
    try FileManager.default.createSymbolicLink(
      at: URL(fileURLWithPath: program.folder + "/Examples"),
      withDestinationURL: Self.root.appendingPathComponent("Examples"))
    var parts = text.components(separatedBy: "```"), commands = 0
    for place in stride(from: 1, to: parts.count, by: 2) {
      if let name = parts[place - 1].firstMatch(of: #/as `([^`]+)`:\s*$/#)?.1 {
        // Its first line is the language.
        let lines = parts[place].split(separator: "\n", omittingEmptySubsequences: false)
        try program.file(String(name), lines.dropFirst().joined(separator: "\n"))
      }
      guard parts[place].hasPrefix("\n$ ") else { continue }
      let session = Session(parts[place])
      var printed = "\n"
      for step in session.steps {
        let output = try run(step.command, program)
        let tolerance = article == "HiringPipeline" ? Self.ofNetworks : Self.absolute
        expectAlike(output, step.output, step.command, tolerance)
        printed += step.command.map { "\($0)\n" }.joined() + output.map { "\($0)\n" }.joined()
        commands += 1
      }
      parts[place] = printed
    }
    #expect(commands > 2)
    try expectPicture(article, text, program)
    if ProcessInfo.processInfo.environment["EQUIPOISE_RECORD"] != nil {
      try parts.joined(separator: "```").write(to: place, atomically: true, encoding: .utf8)
    }
  }

  /// What README shows of a command is what it prints on a terminal of 80 columns.
  @Test func theFrontPageShowsWhatItsCommandPrints() throws {
    let text = try String(
      contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
    let shown = try #require(text.firstMatch(of: #/The second prints[^`]*```\n([^`]*)\n```/#)).1
    let command = ["$ equipoise compare --dataset adult --sensitive sex"]
    let printed = try run(command, try Program(), columns: 80)
    let lines = Self.withoutSeconds(shown.components(separatedBy: "\n"))
    expectAlike(printed, lines, command, Self.absolute)
  }

  /// The picture of an article is the one that its commands draw.
  private func expectPicture(_ article: String, _ text: String, _ program: Program) throws {
    let picture = try #require(WalkthroughPicture.all[article])
    let drawn = try #require(try picture.drawn(in: program.folder), "\(picture.title)")
    #expect(text.firstMatch(of: #/!\[[^\]]+\]\(([^)]+)\)/#)?.1 == "\(picture.name)")
    let place = Self.root.appendingPathComponent(
      "Sources/Equipoise/Documentation.docc/Resources/\(picture.name).svg")
    if ProcessInfo.processInfo.environment["EQUIPOISE_RECORD"] != nil {
      try drawn.write(to: place, atomically: true, encoding: .utf8)
    }
    let shown = try String(contentsOf: place, encoding: .utf8)
    func labels(_ svg: String) -> [String] {
      svg.matches(of: #/<(?:text|title)[^>]*>([^<]*)</#).map { String($0.1) }
    }
    let tolerance = article == "HiringPipeline" ? Self.ofNetworks : Self.absolute
    #expect(labels(drawn).count == labels(shown).count)
    for (a, b) in zip(labels(drawn), labels(shown)) {
      #expect(
        Self.words(a).count == Self.words(b).count
          && zip(Self.words(a), Self.words(b)).allSatisfy { Self.areAlike($0, $1, 100 * tolerance) },
        "drawn: \(a), shown: \(b)")
    }
    #expect(shown.utf8.count < 20_000)
  }

  /// Commands of a block with what each prints.
  private struct Session {
    /// Lines of a command, the first of which begins with `$ `, and lines of its output.
    var steps: [(command: [String], output: [String])] = []

    init(_ block: String) {
      var continues = false
      for line in block.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
        if line.hasPrefix("$ ") {
          steps.append(([line], []))
        } else if continues {
          steps[steps.count - 1].command.append(line)
        } else if !steps.isEmpty {
          steps[steps.count - 1].output.append(line)
        }
        continues = (line.hasPrefix("$ ") || continues) && line.hasSuffix("\\")
      }
      for k in steps.indices {
        while steps[k].output.last == "" { steps[k].output.removeLast() }
      }
    }
  }

  /// The lines that a command prints on both streams, notes of progress left out.
  private func run(
    _ command: [String], _ program: Program, columns: Int = 100
  ) throws -> [String] {
    let process = Process(), pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let line = command.joined(separator: "\n").dropFirst(2)
    process.arguments = ["-c", String(line)]
    process.currentDirectoryURL = URL(fileURLWithPath: program.folder)
    var environment = ProcessInfo.processInfo.environment
    let tools = program.executable.deletingLastPathComponent().path
    environment["PATH"] = tools + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    environment["COLUMNS"] = "\(columns)"
    process.environment = environment
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    var lines = String(decoding: data, as: UTF8.self).components(separatedBy: "\n")
    while lines.last == "" { lines.removeLast() }
    return Self.withoutSeconds(lines.map { $0.replacing(#/ +$/#, with: "") })
  }

  /// Lines without what the clock says, and without digests, which hold every bit of a number.
  private static func withoutSeconds(_ lines: [String]) -> [String] {
    var end: Int?
    return lines.map { line in
      let plain = line.replacing(#/[0-9.]+ s to /#, with: "… s to ")
        .replacing(#/[0-9a-f]{64}/#, with: "…")
      let letters = Array(plain)
      if let head = plain.firstRange(of: "seconds") {
        end = plain.distance(from: plain.startIndex, to: head.upperBound)
        return plain
      }
      guard let end, letters.count >= end, end > columnWidth else { return plain }
      let cell = String(letters[(end - columnWidth)..<end]).trimmingCharacters(in: .whitespaces)
      guard Double(cell) != nil else { return plain }
      let blanks = String(repeating: " ", count: columnWidth - 1)
      return String(letters[..<(end - columnWidth)]) + blanks + "…" + String(letters[end...])
    }
  }

  /// Letters of a column of seconds.
  private static let columnWidth = 7

  private func expectAlike(
    _ printed: [String], _ shown: [String], _ command: [String], _ tolerance: Double
  ) {
    guard ProcessInfo.processInfo.environment["EQUIPOISE_RECORD"] == nil else { return }
    let name = command.joined(separator: "\n")
    #expect(printed.count == shown.count, "\(name)\n\(printed.joined(separator: "\n"))")
    for (a, b) in zip(printed, shown) {
      let (words, others) = (Self.words(a), Self.words(b))
      let areAlike = zip(words, others).allSatisfy { Self.areAlike($0, $1, tolerance) }
      #expect(
        words.count == others.count && areAlike,
        "\(name)\nprinted: \(a)\nshown:   \(b)")
    }
  }

  private static func words(_ line: String) -> [String] {
    line.split(whereSeparator: { " |[](),;:%".contains($0) }).map(String.init)
  }

  private static func areAlike(_ word: String, _ other: String, _ tolerance: Double) -> Bool {
    if word == other || other == "…" { return true }
    guard let a = Double(word), let b = Double(other) else { return false }
    return abs(a - b) <= max(tolerance, relative * max(abs(a), abs(b)))
  }
}
