import Testing

/// What each room may import directly; what those may import is allowed as well. A room that is
/// not here is refused, so that a new one is placed on purpose.
private let mayImport: [String: [String]] = [
  "COpenBLAS": [], "CClp": [], "CKernels": [], "CZlib": [], "CText": [], "CBundledData": [],
  "Essentials": ["CKernels"],
  "LinearAlgebra": ["COpenBLAS", "CKernels", "Essentials"],
  "Optimization": ["LinearAlgebra", "CClp"],
  "Datasets": ["LinearAlgebra", "CText", "CBundledData", "CZlib"],
  "Models": ["Optimization", "Datasets"],
  "Criteria": ["Optimization", "Datasets"],
  "Mitigation": ["Models", "Criteria"],
  "Auditing": ["Criteria", "Models"],
  "Reports": ["Mitigation", "Auditing"],
  "Jobs": ["Mitigation", "Auditing", "Reports"],
  "PlanFiles": ["Jobs"],
  "Equipoise": ["Mitigation", "Auditing", "Reports", "Jobs", "PlanFiles"],
  "Exchange": ["Mitigation"],
  "EquipoiseCLI": ["Equipoise", "Exchange"],
  "CEquipoise": [],
  "EquipoiseABI": ["Mitigation", "Auditing", "CEquipoise"],
  "EquipoiseLibrary": ["EquipoiseABI"],
  "TestSupport": ["LinearAlgebra"],
  "SwiftDoor": ["Equipoise"],
]

private struct Target: Equatable {
  var name: String
  var dependencies: [String]
}

/// The targets of a manifest that are no tests, with the targets of this package they depend on.
private func targets(manifest: String) -> [Target] {
  let declaration = #"\.(?:target|executableTarget|systemLibrary)\(\s*name: "(\w+)""#
  let names = manifest.captures(declaration)
  return names.map { name in
    let start = manifest.range(of: "name: \"\(name)\"", options: .backwards)!.upperBound
    let rest = manifest[start...]
    let end = rest.range(
      of: #"\n    \.(target|testTarget|executableTarget|systemLibrary)\("#,
      options: .regularExpression)
    let body = String(rest[..<(end?.lowerBound ?? rest.endIndex)])
    let list = body.captures(#"dependencies: \[([^\]]*)\]"#).first ?? ""
    let products = Set(list.captures(#"\.product\(name: "(\w+)""#)).union(
      list.captures(#"package: "([\w-]+)""#))
    return Target(
      name: name, dependencies: list.captures(#""([\w-]+)""#).filter { !products.contains($0) })
  }
}

private func reachable(from room: String) -> Set<String> {
  var found: Set<String> = []
  var open = mayImport[room] ?? []
  while let next = open.popLast() {
    if found.insert(next).inserted { open += mayImport[next] ?? [] }
  }
  return found
}

/// The arrows of a manifest that do not point down, and the rooms that nobody has placed.
private func violations(_ targets: [Target]) -> [String] {
  targets.flatMap { target -> [String] in
    guard mayImport[target.name] != nil else { return ["\(target.name) has no place"] }
    let below = reachable(from: target.name)
    return target.dependencies.filter { !below.contains($0) }.map { "\(target.name) → \($0)" }
  }
}

@Suite struct ArchitectureTests {
  let repository = Repository()

  @Test func arrowsOfTheManifestPointDown() throws {
    let found = targets(manifest: try repository.text("Package.swift"))
    #expect(
      found.contains(
        Target(name: "LinearAlgebra", dependencies: ["COpenBLAS", "CKernels", "Essentials"])))
    #expect(found.contains { $0.name == "EquipoiseCLI" && $0.dependencies.first == "Equipoise" })
    #expect(violations(found) == [])
  }

  @Test func importsInTheSourcesPointDown() throws {
    var imports = 0
    for room in mayImport.keys {
      let below = reachable(from: room)
      for file in repository.swiftFiles("Sources/\(room)") {
        let names = try repository.text(file).captures(
          #"^(?:\s*)(?:@\w+ |internal |private |public |package )*import (?:\w+ )?(\w+)"#)
        for name in names where mayImport[name] != nil {
          imports += 1
          #expect(below.contains(name), "\(file) imports \(name)")
        }
      }
    }
    #expect(imports > 50, "the pattern still finds imports")
  }

  /// The whole of Foundation would bring 30 MB of locale data into the shared library.
  @Test func theSharedLibraryTakesTheEssentialsOfFoundationOnly() throws {
    for room in reachable(from: "EquipoiseLibrary").subtracting(["Essentials"]) {
      for file in repository.swiftFiles("Sources/\(room)") {
        let names = try repository.text(file).captures(#"^\s*(?:\w+ )?import (\w+)"#)
        #expect(!names.contains("Foundation"), "\(file): import Essentials instead")
      }
    }
  }

  @Test func anUpwardArrowIsFound() {
    let manifest = """
          .target(name: "LinearAlgebra", dependencies: ["COpenBLAS", "Models"]),
          .target(
            name: "Criteria",
            dependencies: [
              "Datasets", "Mitigation", .product(name: "Collections", package: "swift-collections"),
            ]),
          .target(name: "Attic", dependencies: []),
      """.replacing("      .target", with: "    .target")
    #expect(
      violations(targets(manifest: manifest))
        == ["LinearAlgebra → Models", "Criteria → Mitigation", "Attic has no place"])
  }

  @Test func noRoomOfTheDiskIsMissing() throws {
    let known = Set(targets(manifest: try repository.text("Package.swift")).map(\.name))
    let rooms = Set(repository.swiftFiles("Sources").map { String($0.split(separator: "/")[1]) })
    #expect(rooms.subtracting(known) == [])
  }
}
