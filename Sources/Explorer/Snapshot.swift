import CPages
import Essentials

/// A page in one file: scripts, styles and a document inline, which asks for nothing from anywhere.
public enum Snapshot {
  /// The page of a document.
  ///
  /// - Parameters:
  ///   - json: the document; each `<` is escaped, so that no text of it ends its element.
  ///   - title: what the page is called.
  public static func html(_ json: String, title: String) -> String {
    let recipe = asset("explorer/recipe.txt").split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 1)
      return line.hasPrefix("#") || words.count < 2 ? nil : (kind: words[0], name: words[1])
    }
    func joined(_ kind: String) -> String {
      recipe.filter { $0.kind == kind }.map { asset(String($0.name)) }.joined()
    }
    let style = joined("style")
    let script = "(() => {\"use strict\";\n" + joined("script") + "})();\n"
    let policy =
      "default-src 'none'; script-src 'sha256-\(digest(script))'; "
      + "style-src 'sha256-\(digest(style))'; img-src data: blob:; base-uri 'none'; "
      + "form-action 'none'"
    return filled(
      asset("explorer/page.html"),
      [
        "policy": policy, "title": escaped(title), "style": style,
        "document": json.replacing("<", with: "\\u003c"), "script": script,
      ])
  }

  private static func asset(_ name: String) -> String {
    var count = 0
    // SAFETY: the bytes are constants of the binary, as many as are counted; they are only read.
    guard let start = unsafe eqp_page_asset(name, &count) else {
      preconditionFailure("the page '\(name)' is not in the program")
    }
    return String(decoding: (0..<count).map { unsafe start[$0] }, as: UTF8.self)
  }

  /// The SHA-256 of a text, in base64, as a browser computes it.
  private static func digest(_ text: String) -> String {
    let digits = Array(Digest.sha256(of: text.utf8).utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).map { k in
      UInt8(String(decoding: digits[k..<k + 2], as: UTF8.self), radix: 16) ?? 0
    }
    return Packed.text(bytes: bytes)
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// What is put in is not looked at again.
  private static func filled(_ page: String, _ parts: [String: String]) -> String {
    var made = "", rest = page[...]
    while let open = rest.firstRange(of: "{{") {
      made += rest[..<open.lowerBound]
      rest = rest[open.upperBound...]
      guard let close = rest.firstRange(of: "}}") else { break }
      made += parts[String(rest[..<close.lowerBound])] ?? ""
      rest = rest[close.upperBound...]
    }
    return made + rest
  }
}
