import Datasets
import Essentials
import YAML

/// YAML or JSON text to nodes with places.
package enum ConfigurationText {
  /// The one value of a text.
  ///
  /// JSON is YAML but for some escapes, so that a text is read as whichever it can be; where it is
  /// neither, the error is that of the reading that came further.
  package static func parse(
    _ text: String, file: String
  ) throws(PipelineFileError) -> ConfigurationNode {
    guard let first = text.first(where: { !$0.isWhitespace }), first == "{" || first == "[" else {
      return try parseYAML(text, file: file)
    }
    let asJSON: PipelineFileError
    do throws(PipelineFileError) {
      return try ConfigurationJSON.parse(text, file: file)
    } catch { asJSON = error }
    do throws(PipelineFileError) { return try parseYAML(text, file: file) } catch {
      throw asJSON.isFurther(than: error) ? asJSON : error
    }
  }

  private static func parseYAML(
    _ text: String, file: String
  ) throws(PipelineFileError) -> ConfigurationNode {
    func failure(_ place: TextPlace?, _ detail: String) -> PipelineFileError {
      PipelineFileError(file: file, [PipelineProblem(place, detail)])
    }
    let documents: [YAMLNode]
    do throws(YAMLError) {
      documents = try YAMLDocuments.parse(text, atMost: 2, deepest: ConfigurationLimits.deepest)
    } catch {
      throw failure(error.place.map(TextPlace.init), error.detail)
    }
    guard let root = documents.first else { throw failure(nil, "the file is empty") }
    guard documents.count == 1 else {
      throw failure(
        TextPlace(documents[1].place), "a second document: a file has one")
    }
    var builder = TreeBuilder()
    do throws(TreeBuilder.Failure) { return try builder.node(root, depth: 0) } catch {
      throw failure(error.problem.place, error.problem.detail)
    }
  }
}

extension TextPlace {
  init(_ place: YAMLPlace) { self.init(line: place.line, column: place.column) }
}

extension PipelineFileError {
  /// Whether its first problem lies further down in the text than another's.
  fileprivate func isFurther(than other: PipelineFileError) -> Bool {
    guard let own = problems.first?.place, let others = other.problems.first?.place else {
      return false
    }
    return (own.line, own.column) > (others.line, others.column)
  }
}

/// Nodes from the parser's, with merge keys resolved.
private struct TreeBuilder {
  struct Failure: Error {
    var problem: PipelineProblem

    init(_ place: TextPlace, _ detail: String) { problem = PipelineProblem(place, detail) }
  }

  private var count = 0

  mutating func node(_ node: YAMLNode, depth: Int) throws(Failure) -> ConfigurationNode {
    let place = TextPlace(node.place)
    count += 1
    guard count <= ConfigurationLimits.mostNodes else {
      throw Failure(place, "more than \(ConfigurationLimits.mostNodes) values, aliases counted out")
    }
    guard depth <= ConfigurationLimits.deepest else {
      throw Failure(
        place, "values within values, more than \(ConfigurationLimits.deepest) deep")
    }
    switch node.content {
    case .scalar(let text, let isPlain):
      let isEmpty = isPlain && ["", "~", "null", "Null", "NULL"].contains(text)
      return ConfigurationNode(
        content: isEmpty ? .empty : .scalar(text, isPlain: isPlain), place: place)
    case .list(let items):
      var list: [ConfigurationNode] = []
      for item in items { list.append(try self.node(item, depth: depth + 1)) }
      return ConfigurationNode(content: .list(list), place: place)
    case .mapping(let entries):
      return ConfigurationNode(
        content: .mapping(try self.entries(entries, depth: depth)), place: place)
    }
  }

  /// Own keys, then those of `<<` that are not there yet.
  private mutating func entries(
    _ given: [(key: YAMLNode, value: YAMLNode)], depth: Int
  ) throws(Failure) -> [ConfigurationEntry] {
    var entries: [ConfigurationEntry] = []
    var merged: [ConfigurationNode] = []
    for (key, value) in given {
      let place = TextPlace(key.place)
      guard let name = key.text else { throw Failure(place, "a key that is not a text") }
      let built = try node(value, depth: depth + 1)
      if name == "<<" && key.isPlain {
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
        throw Failure(node.place, "'<<' takes keys with values, not \(node.kind)")
      }
      let own = Set(entries.map(\.key))
      entries += others.filter { !own.contains($0.key) }
    }
    return entries
  }
}
