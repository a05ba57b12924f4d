/// A JSON Schema, as far as the schemas of this project use the language: a keyword that is not
/// understood is reported, never passed over.
public struct JSONSchema: Sendable {
  private let root: JSONValue

  public init(_ text: String) throws { root = try JSONValue(text) }

  /// What is wrong with a document, each with its place; nothing when it is valid.
  public func problems(of document: JSONValue) -> [String] { check(document, root, "$") }

  private static let annotations: Set = ["$schema", "title", "description", "deprecated", "$defs"]

  private func check(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    guard case .object(let rules) = schema else { return ["\(place): the schema is no object"] }
    return rules.sorted { $0.key < $1.key }.flatMap { keyword, rule in
      Self.annotations.contains(keyword) ? [] : check(value, keyword, rule, rules, place)
    }
  }

  private func check(
    _ value: JSONValue, _ keyword: String, _ rule: JSONValue, _ rules: [String: JSONValue],
    _ place: String
  ) -> [String] {
    switch keyword {
    case "$ref":
      return resolve(rule, place).map { check(value, $0, place) } ?? ["\(place): \(rule)"]
    case "type":
      let names = rule.array.isEmpty ? [rule] : rule.array
      return names.contains { Self.matches(value, $0.string ?? "") }
        ? [] : ["\(place): \(value) is not of type \(names.compactMap(\.string))"]
    case "const": return value == rule ? [] : ["\(place): \(value) is not \(rule)"]
    case "enum": return rule.array.contains(value) ? [] : ["\(place): \(value) is not listed"]
    case "required":
      guard case .object(let members) = value else { return [] }
      return rule.array.compactMap(\.string).filter { members[$0] == nil }.map {
        "\(place): '\($0)' is missing"
      }
    case "minimum":
      guard let number = value.number, let least = rule.number, number < least else { return [] }
      return ["\(place): \(number) is below \(least)"]
    case "maximum":
      guard let number = value.number, let most = rule.number, number > most else { return [] }
      return ["\(place): \(number) is above \(most)"]
    case "minItems":
      guard case .array(let items) = value, Double(items.count) < rule.number ?? 0 else {
        return []
      }
      return ["\(place): only \(items.count) items"]
    case "items":
      return value.array.enumerated().flatMap { check($1, rule, "\(place)[\($0)]") }
    case "properties":
      return value.keys.flatMap { key in
        rule[key].map { check(value[key]!, $0, "\(place).\(key)") } ?? []
      }
    case "additionalProperties":
      let known = Set(rules["properties"]?.keys ?? [])
      return value.keys.filter { !known.contains($0) }.flatMap { key in
        rule == .bool(false)
          ? ["\(place): '\(key)' is not allowed"] : check(value[key]!, rule, "\(place).\(key)")
      }
    case "anyOf":
      let results = rule.array.map { check(value, $0, place) }
      return results.contains { $0.isEmpty } ? [] : Array(results.joined())
    case "oneOf":
      let results = rule.array.map { check(value, $0, place) }
      let fitting = results.count { $0.isEmpty }
      return fitting == 1
        ? [] : ["\(place): \(fitting) of \(results.count) alternatives fit"] + results.joined()
    default: return ["\(place): the schema's '\(keyword)' is not understood"]
    }
  }

  private func resolve(_ reference: JSONValue, _ place: String) -> JSONValue? {
    guard let path = reference.string, path.hasPrefix("#/") else { return nil }
    return path.dropFirst(2).split(separator: "/").reduce(root as JSONValue?) {
      $0?[String($1)]
    }
  }

  private static func matches(_ value: JSONValue, _ type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.bool, "boolean"), (.number, "number"), (.string, "string"),
      (.array, "array"), (.object, "object"):
      true
    case (.number(let number), "integer"): number == number.rounded()
    default: false
    }
  }
}
