import Testing

/// A registry: the folder whose files it lists, the protocol that makes a file an entry, and the
/// type that holds the list.
private struct Registry: Sendable, CustomTestStringConvertible {
  var folder: String
  var entry: String
  var list: String
  /// Types that make entries of other registries' entries, or stand for an entry that there is not.
  var adapters: Set<String> = []
  var testDescription: String { list }
}

private let registries = [
  Registry(
    folder: "Sources/Criteria/Penalties", entry: "Penalty", list: "Penalties",
    adapters: ["GroupMeansPenalty"]),
  Registry(folder: "Sources/Criteria/Metrics", entry: "MetricFamily", list: "Metrics"),
  Registry(folder: "Sources/Optimization", entry: "Minimizer", list: "Minimizers"),
  Registry(folder: "Sources/Optimization/FirstOrder", entry: "Optimizer", list: "Optimizers"),
  Registry(folder: "Sources/Optimization/FirstOrder", entry: "Schedule", list: "Schedules"),
  Registry(folder: "Sources/Datasets", entry: "TableSource", list: "TableSources"),
  Registry(
    folder: "Sources/Mitigation", entry: "Mitigation", list: "Mitigations",
    adapters: [
      "PreprocessedMitigation", "PostprocessedMitigation", "PostprocessedFrontier", "OutsideScores",
    ]),
  Registry(folder: "Sources/Mitigation", entry: "Preprocessor", list: "Preprocessors"),
  Registry(folder: "Sources/Mitigation", entry: "Postprocessor", list: "Postprocessors"),
  Registry(folder: "Sources/Mitigation", entry: "Transform", list: "Preprocessors"),
  Registry(folder: "Sources/Mitigation", entry: "DecisionRule", list: "Postprocessors"),
  Registry(folder: "Sources/Mitigation", entry: "Predictor", list: "Mitigations"),
  Registry(folder: "Sources/Jobs", entry: "Job", list: "Jobs"),
  Registry(folder: "Sources/Exchange", entry: "ModelFormat", list: "ModelFormats"),
  Registry(folder: "Sources/Reports/RulePacks", entry: "RulePack", list: "RulePacks"),
]

/// The types of a text that conform to a protocol, or to one that refines it.
private func entries(_ text: String, conformingTo name: String) -> [String] {
  text.captures(
    #"^(?:public |package )?(?:final )?(?:struct|enum|class|extension) (\w+)(?:<[^>]*>)?\s*:[^{]*\b\w*"#
      + name + #"\b[^{]*\{"#)
}

/// Entries that the list does not name.
private func unregistered(_ texts: [String], conformingTo name: String, list: String) -> [String] {
  let listed = Set(list.captures(#"^\s+(\w+)(?:\(.*\)|\.self),?$"#))
  return texts.flatMap { entries($0, conformingTo: name) }.filter { !listed.contains($0) }
}

@Suite struct RegistryTests {
  let repository = Repository()

  @Test(arguments: registries)
  private func everyFileHasItsLine(registry: Registry) throws {
    let texts = try repository.swiftFiles(registry.folder).map { try repository.text($0) }
    let list = texts.filter { $0.contains("enum \(registry.list) {") }
    let found = texts.flatMap { entries($0, conformingTo: registry.entry) }
    // A list may wait for its first entry.
    #expect(found.isEmpty ? list.count <= 1 : list.count == 1, "\(registry.list) lists \(found)")
    #expect(
      unregistered(texts, conformingTo: registry.entry, list: list.joined())
        .filter { !registry.adapters.contains($0) } == [],
      "without a line in \(registry.list).all")
  }

  @Test func theOldestRegistriesAreSeen() throws {
    for (folder, entry, type) in [
      ("Sources/Criteria/Penalties", "Penalty", "CovariancePenalty"),
      ("Sources/Optimization", "Minimizer", "NewtonCG"),
    ] {
      let texts = try repository.swiftFiles(folder).map { try repository.text($0) }
      #expect(texts.flatMap { entries($0, conformingTo: entry) }.contains(type))
    }
  }

  @Test func aForgottenFileIsFound() {
    let list = "public enum Penalties {\n  static let all: [any Penalty] = [\n    A(),\n  ]\n}"
    let texts = ["public struct A: Penalty {}", "struct B<T: Sendable>: Sendable, Penalty {\n}"]
    #expect(unregistered(texts, conformingTo: "Penalty", list: list) == ["B"])
  }
}
