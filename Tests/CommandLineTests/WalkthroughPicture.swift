import Foundation

/// A figure of a page as a picture that stands alone, for the articles.
struct WalkthroughPicture {
  /// The name of the picture among the documentation's resources.
  let name: String
  /// The page that a command of the article writes.
  let page: String
  /// The beginning of the figure's title there.
  let title: String

  static let all: [String: WalkthroughPicture] = [
    "AuditOfAdult": .init(
      name: "adult-rates", page: "audit.html", title: "Selection rate by race"),
    "HiringPipeline": .init(
      name: "hiring-tradeoff", page: "out/comparison.html", title: "Accuracy against"),
    "CreditInThreeRegions": .init(
      name: "us-rates", page: "out/us/audit.html", title: "Selection rate by sex"),
    "FromFileToDecision": .init(
      name: "loans-rates", page: "card.html", title: "Selection rate by group"),
  ]

  /// The picture with its colors written out, so that nothing else is read to draw it; nil for a page
  /// without such a figure.
  func drawn(in folder: String) throws -> String? {
    let html = try String(contentsOfFile: folder + "/" + page, encoding: .utf8)
    guard let name = html.range(of: "<title id=\"[^\"]*\">\(title)", options: .regularExpression),
      let open = html[..<name.lowerBound].range(of: "<svg ", options: .backwards),
      let head = html[open.upperBound...].range(of: ">"),
      let end = html[name.upperBound...].range(of: "</svg>")
    else { return nil }
    let body = html[head.upperBound..<end.upperBound]
    return """
      <svg xmlns="http://www.w3.org/2000/svg" \(html[open.upperBound..<head.upperBound])>
      <style>
      \(Self.style(html, of: String(body)))
      </style>\(body)

      """
  }

  /// The rules of the page by which the figure is drawn, on a light page.
  private static func style(_ html: String, of body: String) -> String {
    let css = html.components(separatedBy: "<style>")[1].components(separatedBy: "</style>")[0]
    let used = Set(body.matches(of: #/class="([^"]*)"/#).flatMap { $0.1.split(separator: " ") })
    var colors: [String: String] = [:], rules = ["svg{background:var(--page)}"]
    for rule in css.components(separatedBy: "}") {
      let parts = rule.components(separatedBy: "{")
      guard parts.count == 2 else { continue }
      let selectors = parts[0].trimmingCharacters(in: .whitespacesAndNewlines)
        .components(separatedBy: ",")
      if selectors == [":root"] {
        for pair in parts[1].split(separator: ";") {
          let value = pair.split(separator: ":").map(String.init)
          colors["var(\(value[0]))"] = value[1]
        }
      }
      let own = selectors.filter { $0.hasPrefix("svg ") }.map { String($0.dropFirst(4)) }.filter {
        $0 == "text" || used.contains($0.split(separator: ".").last ?? "")
      }
      if !own.isEmpty { rules.append("\(own.joined(separator: ",")){\(parts[1])}") }
    }
    let text = rules.joined(separator: "\n").replacing("currentColor", with: "var(--ink)")
    return colors.reduce(text) { $0.replacing($1.key, with: $1.value) }
  }
}
