/// The documents of a YAML 1.1 text (`---` parts them), as trees.
///
/// Aliases stand for a copy of the value that they name; tags are passed over.
public enum YAMLDocuments {
  /// - Parameters:
  ///   - text: most texts have one document, and an empty one none.
  ///   - count: no more documents are read.
  ///   - deepest: values lie within values at most this deep.
  public static func parse(
    _ text: String, atMost count: Int, deepest: Int
  ) throws(YAMLError) -> [YAMLNode] {
    var composer = Composer(events: try YAMLEvents(text), deepest: deepest)
    var documents: [YAMLNode] = []
    while documents.count < count, let document = try composer.document() {
      documents.append(document)
    }
    return documents
  }
}

/// Trees from events.
private struct Composer {
  let events: YAMLEvents
  let deepest: Int
  /// The values that aliases may stand for; a later one of the same name takes the place of an earlier.
  private var named: [String: YAMLNode] = [:]

  init(events: YAMLEvents, deepest: Int) {
    self.events = events
    self.deepest = deepest
  }

  /// The next document; nil at the end of the text.
  mutating func document() throws(YAMLError) -> YAMLNode? {
    while true {
      switch try events.next().kind {
      case .document: return try node(try events.next(), depth: 0)
      case .streamEnd: return nil
      default: continue
      }
    }
  }

  private mutating func node(
    _ event: YAMLEvents.Event, depth: Int
  ) throws(YAMLError) -> YAMLNode {
    guard depth <= deepest else {
      throw YAMLError(
        place: event.place, detail: "values within values, more than \(deepest) deep")
    }
    let content: YAMLNode.Content
    switch event.kind {
    case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
    case .list: content = .list(try items(depth: depth + 1))
    case .mapping: content = .mapping(try entries(depth: depth + 1))
    case .alias(let name):
      guard let known = named[name] else {
        throw YAMLError(place: event.place, detail: YAMLEvents.invalid("found undefined alias"))
      }
      return known
    default: throw YAMLError(place: event.place, detail: YAMLEvents.invalid("a value is missing"))
    }
    let node = YAMLNode(content: content, place: event.place)
    if let name = event.anchor { named[name] = node }
    return node
  }

  private mutating func items(depth: Int) throws(YAMLError) -> [YAMLNode] {
    var items: [YAMLNode] = []
    while true {
      let event = try events.next()
      if case .end = event.kind { return items }
      items.append(try node(event, depth: depth))
    }
  }

  private mutating func entries(
    depth: Int
  ) throws(YAMLError) -> [(key: YAMLNode, value: YAMLNode)] {
    var entries: [(key: YAMLNode, value: YAMLNode)] = []
    var places: [String: YAMLPlace] = [:], doubled: Set<String> = []
    while true {
      let event = try events.next()
      if case .end = event.kind { break }
      let key = try node(event, depth: depth)
      if let text = key.text, places.updateValue(places[text] ?? key.place, forKey: text) != nil {
        doubled.insert(text)
      }
      entries.append((key, try node(try events.next(), depth: depth)))
    }
    guard let first = doubled.min() else { return entries }
    throw YAMLError(place: places[first], detail: Self.doubled(doubled))
  }

  private static func doubled(_ names: Set<String>) -> String {
    let quoted = names.sorted().map { $0.count > 60 ? "'\($0.prefix(60))…'" : "'\($0)'" }
    return "\(quoted.joined(separator: ", ")) more than once in one place"
  }
}
