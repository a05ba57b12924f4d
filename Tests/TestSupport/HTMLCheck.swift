/// What is wrong with a page, told by a reader of its own that knows nothing of how it was made.
public enum HTMLCheck {
  private static let empty: Set = [
    "meta", "link", "br", "hr", "img", "input", "col", "area", "base", "source", "wbr",
  ]

  /// Tags that do not match, identifiers that occur twice, references to nowhere or to the outside,
  /// scripts and event handlers.
  public static func problems(_ page: String) -> [String] {
    var problems: [String] = []
    var open: [String] = []
    var identifiers = Set<String>(), references: [String] = []
    for tag in tags(page, &problems) {
      if tag.isEnd {
        if open.popLast() != tag.name { problems.append("</\(tag.name)> closes another") }
        continue
      }
      if tag.name == "script" { problems.append("a script") }
      for (name, value) in tag.attributes {
        if name.hasPrefix("on") { problems.append("a handler \(name)") }
        if name == "id" && !identifiers.insert(value).inserted {
          problems.append("the identifier \(value) twice")
        }
        if ["src", "href", "action", "data", "srcset", "xlink:href"].contains(name) {
          if value.hasPrefix("#") {
            references.append(String(value.dropFirst()))
          } else if !value.hasPrefix("data:") {
            problems.append("\(name) goes outside: \(value)")
          }
        }
        if name == "aria-labelledby" || name == "headers" || name == "for" {
          references += value.split(separator: " ").map(String.init)
        }
      }
      if !tag.isClosed && !empty.contains(tag.name) { open.append(tag.name) }
    }
    if !open.isEmpty { problems.append("never closed: \(open)") }
    for reference in references where !identifiers.contains(reference) {
      problems.append("nothing has the identifier \(reference)")
    }
    for scheme in ["http://", "https://", "url(", "@import"] where page.contains(scheme) {
      problems.append("the page holds \(scheme)")
    }
    return problems
  }

  private struct Tag {
    var name: String
    var attributes: [(String, String)] = []
    var isEnd = false
    var isClosed = false
  }

  private static func tags(_ page: String, _ problems: inout [String]) -> [Tag] {
    var tags: [Tag] = []
    var rest = page.unicodeScalars[...]
    while let start = rest.firstIndex(of: "<") {
      rest = rest[rest.index(after: start)...]
      if rest.first == "!" {
        rest = rest.drop { $0 != ">" }.dropFirst()
        continue
      }
      guard let tag = tag(&rest) else {
        problems.append("a stray <: \(String(rest.prefix(30)))")
        continue
      }
      tags.append(tag)
      guard tag.name == "style", !tag.isEnd else { continue }
      while !rest.isEmpty, !String(rest.prefix(8)).hasPrefix("</style>") { rest = rest.dropFirst() }
    }
    return tags
  }

  private static func tag(_ rest: inout Substring.UnicodeScalarView) -> Tag? {
    var tag = Tag(name: "")
    if rest.first == "/" {
      tag.isEnd = true
      rest = rest.dropFirst()
    }
    tag.name = word(&rest)
    guard !tag.name.isEmpty else { return nil }
    while let next = rest.first {
      switch next {
      case ">":
        rest = rest.dropFirst()
        return tag
      case "/":
        tag.isClosed = true
        rest = rest.dropFirst()
      case " ", "\n": rest = rest.dropFirst()
      default:
        let name = word(&rest)
        guard !name.isEmpty else { return nil }
        var value = ""
        if rest.first == "=" {
          rest = rest.dropFirst()
          guard rest.first == "\"" else { return nil }
          rest = rest.dropFirst()
          value = String(rest.prefix { $0 != "\"" })
          rest = rest.drop { $0 != "\"" }.dropFirst()
        }
        tag.attributes.append((name, value))
      }
    }
    return nil
  }

  private static func word(_ rest: inout Substring.UnicodeScalarView) -> String {
    let word = rest.prefix {
      ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
        || "-:_".unicodeScalars.contains($0)
    }
    rest = rest.dropFirst(word.count)
    return String(word)
  }
}
