internal import CYaml

/// The events of a YAML 1.1 text, one after the other, as libyaml finds them.
final class YAMLEvents {
  enum Kind {
    case scalar(String, isPlain: Bool)
    /// A reference to the value that bears this name.
    case alias(String)
    case list, mapping, end
    case document, documentEnd
    case streamEnd
    case other
  }

  struct Event {
    var kind: Kind
    var place: YAMLPlace
    /// The name by which aliases refer to the value.
    var anchor: String?
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// The text, which the parser reads in place.
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  init(_ text: String) throws(YAMLError) {
    parser = .allocate(capacity: 1)
    bytes = .allocate(capacity: text.utf8.count)
    _ = bytes.initialize(from: text.utf8)
    guard yaml_parser_initialize(parser) == 1 else {
      throw YAMLError(place: nil, detail: "no memory to read it")
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  func next() throws(YAMLError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    return Event(
      kind: Self.kind(event), place: Self.place(event.start_mark), anchor: Self.anchor(event))
  }

  private static func kind(_ event: yaml_event_t) -> Kind {
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      return .scalar(
        String(decoding: text, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    case YAML_ALIAS_EVENT: return .alias(String(cString: event.data.alias.anchor))
    case YAML_SEQUENCE_START_EVENT: return .list
    case YAML_MAPPING_START_EVENT: return .mapping
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
    case YAML_DOCUMENT_START_EVENT: return .document
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
    default: return .other
    }
  }

  private static func anchor(_ event: yaml_event_t) -> String? {
    let name: UnsafeMutablePointer<yaml_char_t>? =
      switch event.type {
      case YAML_SCALAR_EVENT: event.data.scalar.anchor
      case YAML_SEQUENCE_START_EVENT: event.data.sequence_start.anchor
      case YAML_MAPPING_START_EVENT: event.data.mapping_start.anchor
      default: nil
      }
    return name.map { String(cString: $0) }
  }

  private static func place(_ mark: yaml_mark_t) -> YAMLPlace {
    YAMLPlace(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  /// Why the text cannot be read on.
  private func failure() -> YAMLError {
    let found = parser.pointee
    let problem = found.problem.map { String(cString: $0) } ?? "it cannot be read"
    guard found.error != YAML_READER_ERROR else {
      return YAMLError(
        place: place(ofByte: Int(found.problem_offset)), detail: Self.invalid(problem))
    }
    let about = found.context.map { String(cString: $0) + ": " } ?? ""
    return YAMLError(
      place: Self.place(found.problem_mark), detail: Self.invalid(about + Self.explained(problem)))
  }

  private func place(ofByte offset: Int) -> YAMLPlace {
    let before = String(decoding: bytes.prefix(offset), as: UTF8.self).unicodeScalars
    let line = before.split(separator: "\n", omittingEmptySubsequences: false)
    return YAMLPlace(line: line.count, column: (line.last?.count ?? 0) + 1)
  }

  static func invalid(_ detail: String) -> String { "no valid YAML: " + detail }

  /// What the parser says of tabs helps nobody who does not see them.
  private static func explained(_ problem: String) -> String {
    problem.contains("cannot start any token")
      ? problem
        + " (tabs cannot indent; texts that begin with @, %, ` or a tab need quotes)"
      : problem
  }
}
