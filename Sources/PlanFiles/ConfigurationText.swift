import Essentials
import Jobs
internal import Yams

/// YAML text to nodes with places.
enum ConfigurationText {
  /// The one document of a text.
  static func parse(_ text: String, file: String) throws(PipelineFileError) -> ConfigurationNode {
    var composed: [Node] = []
    do {
      // It ends where the parser fails, and keeps the reason: in itself, not in a copy.
      var documents = try Yams.compose_all(yaml: text)
      while composed.count < 2, let node = documents.next() { composed.append(node) }
      if let error = documents.error { throw error }
    } catch let error as YamlError {
      throw PipelineFileError(file: file, [problem(error, in: text)])
    } catch {
      throw PipelineFileError(file: file, [PipelineProblem(nil, "\(error)")])
    }
    guard let root = composed.first else {
      throw PipelineFileError(file: file, [PipelineProblem(nil, "the file is empty")])
    }
    guard composed.count == 1 else {
      throw PipelineFileError(
        file: file,
        [PipelineProblem(place(composed[1]), "a second document: a file has one pipeline")])
    }
    var builder = TreeBuilder()
    do {
      return try builder.node(root, depth: 0)
    } catch {
      throw PipelineFileError(file: file, [error.problem])
    }
  }

  static func place(_ node: Node) -> TextPlace {
    TextPlace(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private static func problem(_ error: YamlError, in text: String) -> PipelineProblem {
    func placed(_ mark: Mark, _ detail: String, _ context: YamlError.Context?) -> PipelineProblem {
      let about = context.map { "\($0.text): " } ?? ""
      return PipelineProblem(
        TextPlace(line: mark.line, column: mark.column), "no valid YAML: \(about)\(detail)")
    }
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      return placed(mark, explained(problem), context)
    case .duplicatedKeysInMapping(let names, let context):
      let first = context.mark
      let listed = names.sorted().map { "'\(ConfigurationNode.shortened($0))'" }
      return PipelineProblem(
        TextPlace(line: first.line, column: first.column),
        "\(listed.joined(separator: ", ")) more than once in one place")
    case .reader(let problem, let offset, _, _):
      guard let offset, offset <= text.count else {
        return PipelineProblem(nil, "no valid YAML: \(problem)")
      }
      let before = text.prefix(offset)
      let line = before.unicodeScalars.count { $0 == "\n" } + 1
      let last = before.unicodeScalars.lastIndex(of: "\n").map {
        before.unicodeScalars.distance(from: $0, to: before.unicodeScalars.endIndex)
      }
      return PipelineProblem(
        TextPlace(line: line, column: last ?? before.unicodeScalars.count + 1),
        "no valid YAML: \(problem)")
    default: return PipelineProblem(nil, "no valid YAML: \(error)")
    }
  }

  /// What the parser says of tabs helps nobody who does not see them.
  private static func explained(_ problem: String) -> String {
    problem.contains("cannot start any token")
      ? problem + " (tabs cannot indent; texts that begin with @, %, ` or a tab need quotes)"
      : problem
  }
}

/// Nodes from the parser's, with merge keys resolved.
private struct TreeBuilder {
  struct Failure: Error {
    var problem: PipelineProblem
  }

  private var count = 0

  mutating func node(_ node: Node, depth: Int) throws(Failure) -> ConfigurationNode {
    let place = ConfigurationText.place(node)
    count += 1
    guard count <= ConfigurationLimits.mostNodes else {
      throw Failure(
        problem: PipelineProblem(
          place, "more than \(ConfigurationLimits.mostNodes) values, aliases counted out"))
    }
    guard depth <= ConfigurationLimits.deepest else {
      throw Failure(
        problem: PipelineProblem(
          place, "values within values, more than \(ConfigurationLimits.deepest) deep"))
    }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain
      let isEmpty = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return ConfigurationNode(
        content: isEmpty ? .empty : .scalar(scalar.string, isPlain: isPlain), place: place)
    case .sequence(let items):
      var list: [ConfigurationNode] = []
      for item in items { list.append(try self.node(item, depth: depth + 1)) }
      return ConfigurationNode(content: .list(list), place: place)
    case .mapping(let mapping):
      return ConfigurationNode(
        content: .mapping(try entries(mapping, depth: depth)), place: place)
    case .alias:
      throw Failure(problem: PipelineProblem(place, "an alias that stands for nothing"))
    }
  }

  /// Own keys, then those of `<<` that are not there yet.
  private mutating func entries(
    _ mapping: Node.Mapping, depth: Int
  ) throws(Failure) -> [ConfigurationEntry] {
    var entries: [ConfigurationEntry] = []
    var merged: [ConfigurationNode] = []
    for (key, value) in mapping {
      let place = ConfigurationText.place(key)
      guard let name = key.scalar?.string else {
        throw Failure(problem: PipelineProblem(place, "a key that is not a text"))
      }
      let built = try node(value, depth: depth + 1)
      if name == "<<" && key.scalar?.style == .plain {
        switch built.content {
        case .list(let items): merged += items
        default: merged.append(built)
        }
      } else {
        entries.append(ConfigurationEntry(key: name, place: place, value: built))
      }
    }
    for node in merged {
      guard let others = node.entries else {
        throw Failure(
          problem: PipelineProblem(node.place, "'<<' takes keys with values, not \(node.kind)"))
      }
      let own = Set(entries.map(\.key))
      entries += others.filter { !own.contains($0.key) }
    }
    return entries
  }
}

extension PipelineFile {
  /// Reads YAML, which JSON is as well.
  ///
  /// - Parameter seed: nil: 0 unless the file names one.
  public static func read(_ path: String, seed: UInt64? = nil) throws(PipelineFileError)
    -> PipelineFile
  {
    let (text, bytes) = try ConfigurationLimits.read(path)
    return try checked(
      try ConfigurationText.parse(text, file: path), path: path, seed: seed,
      digest: Digest.sha256(of: bytes))
  }

  /// - Parameter path: what errors name, and whose folder relative paths begin at.
  public static func parse(
    _ text: String, path: String, seed: UInt64? = nil
  ) throws(PipelineFileError) -> PipelineFile {
    try checked(
      try ConfigurationText.parse(text, file: path), path: path, seed: seed,
      digest: Digest.sha256(of: text.utf8))
  }
}
