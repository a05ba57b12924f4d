import Foundation
import Testing

/// Where raw memory is touched: in the rooms that the style page and the manifest name, and nowhere else.
@Suite struct RawMemoryTests {
  private let repository = Repository()

  /// Targets of the manifest with settings of a name.
  private func rooms(_ settings: String) throws -> Set<String> {
    let manifest = try repository.text("Package.swift")
    let targets = manifest.components(separatedBy: "\n    .").dropFirst()
    return Set(
      targets.filter { $0.contains("swiftSettings: \(settings)") }
        .compactMap { $0.captures(#"name: "(\w+)""#).first })
  }

  @Test func thePageNamesTheRoomsOfTheManifest() throws {
    let page = try repository.text("Sources/Equipoise/Documentation.docc/Style.md")
    let rule = try #require(page.captures(#"(?s)marks `raw` \(([^)]*)\)"#).first)
    let named = Set(rule.captures(#"`(\w+)`"#))
    #expect(try named == rooms("raw") && named.count > 4)
  }

  @Test func noOtherRoomTouchesIt() throws {
    let raw = try rooms("raw")
    let bridges = ["Sources/Optimization/ClpModel.swift"]
    for file in repository.swiftFiles("Sources") {
      let room = String(file.split(separator: "/")[1])
      guard !raw.contains(room), !bridges.contains(file) else { continue }
      #expect(try !repository.text(file).contains("Unsafe"), "\(file)")
    }
  }
}
