import Testing

/// One spelling of a word: the field's terms end in -ize (penalized, equalized odds), and so does every
/// verb of that family.
@Suite struct SpellingTests {
  private static let stems =
    "minim|maxim|equal|standard|penal|random|optim|recogn|special|final|synthes|serial|linear|initial"
    + "|organ|summar|normal|general|regular|binar|factor|categor|discret|parallel|priorit|emphas"
    + "|local|visual"
  private static let folders = ["Sources", "Tests", "Scripts", "Examples", "Benchmarks"]
  private static let endings = [".swift", ".py", ".md", ".h", ".sh", ".yaml"]
  /// What users may type in the other spelling, and what is said of it.
  private static let read: Set<String> = ["penalised", "minimise"]

  @Test func verbsEndInIze() throws {
    let repository = Repository()
    let files = Self.folders.flatMap { repository.files($0, endings: Self.endings) }
    #expect(files.count > 800, "the folders are where they were")
    for file in files + ["README.md"] {
      let words = try repository.text(file)
        .captures("(?i)((?:\(Self.stems))is(?:e|ed|es|er|ers|ing|ations?|able))\\b")
      for word in words where !Self.read.contains(word) {
        Issue.record("\(file): '\(word)' is spelled with z")
      }
    }
  }
}
