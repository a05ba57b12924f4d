import Testing

/// What each room may import directly; what those may import is allowed as well. A room that is
/// not here is refused, so that a new one is placed on purpose.
private let mayImport: [String: [String]] = [
  "COpenBLAS": [], "CClp": [], "CKernels": [], "CZlib": [], "CText": [], "CBundledData": [],
  "CPages": [],
  "Essentials": ["CKernels"],
  "LinearAlgebra": ["COpenBLAS", "CKernels", "Essentials"],
  "Optimization": ["LinearAlgebra", "CClp"],
  "Datasets": ["LinearAlgebra", "CText", "CBundledData", "CZlib"],
  "RowSums": ["Datasets"],
  "Models": ["Optimization", "Datasets", "RowSums"],
  "Criteria": ["Optimization", "Datasets"],
  "Mitigation": ["Models", "Criteria"],
  "Auditing": ["Criteria", "Models"],
  "Explorer": ["CPages", "Mitigation", "Auditing"],
  "Monitoring": ["Essentials"],
  "Reports": ["Mitigation", "Auditing"],
  "Rounds": ["Essentials", "Datasets", "RowSums", "Models", "Mitigation"],
  "Jobs": [
    "Mitigation", "Auditing", "Explorer", "Monitoring", "Reports", "Exchange", "Rounds",
  ],
  "PlanFiles": ["Jobs"],
  "Equipoise": [
    "Mitigation", "Auditing", "Explorer", "Monitoring", "Reports", "Jobs", "PlanFiles", "Rounds",
  ],
  "Exchange": ["Mitigation"],
  "EquipoiseCLI": ["Equipoise", "Exchange"],
  "CEquipoise": [],
  "EquipoiseABI": ["Jobs", "CEquipoise"],
  "EquipoiseLibrary": ["EquipoiseABI"],
  "TestSupport": [],
  "SwiftDoor": ["Equipoise"],
]

private struct Target: Equatable {
  var name: String
  /// Targets of this package and products of others.
  var dependencies: [String]
  var folder: String

  init(_ name: String, _ dependencies: [String], folder: String? = nil) {
    self.name = name
    self.dependencies = dependencies
    self.folder = folder ?? "Sources/\(name)"
  }
}

/// The targets of a manifest.
private func targets(manifest: String) -> [Target] {
  let kinds = "(?:target|testTarget|executableTarget|systemLibrary)"
  return manifest.captures(#"\."# + kinds + #"\(\s*name: "(\w+)""#).map { name in
    let start = manifest.range(of: "name: \"\(name)\"", options: .backwards)!.upperBound
    let rest = manifest[start...]
    let end = rest.range(of: #"\n    \."# + kinds + #"\("#, options: .regularExpression)
    let body = String(rest[..<(end?.lowerBound ?? rest.endIndex)])
    let list = body.captures(#"dependencies: \[([^\]]*)\]"#).first ?? ""
    let names = list.replacing(/package: "[\w-]+"/, with: "")
    let path = body.captures(#"path: "([^"]+)""#).first
    return Target(
      name, names.captures(#""([\w-]+)""#),
      folder: path ?? (name.hasSuffix("Tests") ? "Tests/\(name)" : nil))
  }
}

/// Modules that come with the toolchain and the system.
private let toolchain: Set = [
  "Foundation", "FoundationEssentials", "Glibc", "Darwin", "Dispatch", "Synchronization", "Testing",
]

/// What a source imports, the toolchain's modules left out.
private func imports(_ text: String) -> [String] {
  text.captures(
    #"^\s*(?:@\w+ |internal |private |public |package )*import (?:(?:struct|func|enum) )?(\w+)"#
  ).filter { !toolchain.contains($0) }
}

/// Dependencies that no source of the target imports, and modules that it imports undeclared.
private func differences(_ target: Target, _ sources: [String]) -> [String] {
  let declared = Set(target.dependencies), used = Set(sources.flatMap { imports($0) })
  return declared.subtracting(used).sorted().map { "\(target.name) declares \($0) in vain" }
    + used.subtracting(declared).sorted().map { "\(target.name) imports \($0) undeclared" }
}

/// Dependencies that are there to be built: tests that run the program import nothing of it.
private let builtOnly = ["CommandLineTests declares EquipoiseCLI in vain"]

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
  targets.filter { !$0.name.hasSuffix("Tests") }.flatMap { target -> [String] in
    guard mayImport[target.name] != nil else { return ["\(target.name) has no place"] }
    let below = reachable(from: target.name)
    return target.dependencies.filter { mayImport[$0] != nil && !below.contains($0) }
      .map { "\(target.name) → \($0)" }
  }
}

@Suite struct ArchitectureTests {
  let repository = Repository()

  @Test func arrowsOfTheManifestPointDown() throws {
    let found = targets(manifest: try repository.text("Package.swift"))
    #expect(
      found.contains(
        Target("LinearAlgebra", ["COpenBLAS", "CKernels", "Essentials"])))
    #expect(found.contains { $0.name == "EquipoiseCLI" && $0.dependencies.first == "Equipoise" })
    #expect(found.contains { $0.name == "HouseTests" && $0.dependencies.isEmpty })
    #expect(violations(found) == [])
  }

  @Test func whatIsImportedIsDeclaredAndNothingElse() throws {
    let found = try targets(manifest: try repository.text("Package.swift")).flatMap { target in
      let files = try repository.swiftFiles(target.folder).map { try repository.text($0) }
      return files.isEmpty ? [] : differences(target, files)
    }
    #expect(found == builtOnly)
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

  @Test func vainAndMissingDependenciesAreFound() {
    let manifest = """
          .target(
            name: "Reports",
            dependencies: [
              "Pipelines", "Auditing", .product(name: "Yams", package: "Yams"),
              .product(name: "Mustache", package: "swift-mustache"),
            ]),
          .testTarget(name: "ReportsTests", dependencies: ["Reports"]),
      """.replacing("      .t", with: "    .t")
    let found = targets(manifest: manifest)
    #expect(
      found.map(\.dependencies) == [["Pipelines", "Auditing", "Yams", "Mustache"], ["Reports"]])
    let sources = [
      "import Auditing\nimport Foundation\ninternal import Yams\n@_exported import Criteria\n",
      "#if os(Linux)\n  import Pipelines\n#endif\nimport struct Models.Digest\n// import Mitigation\n",
    ]
    #expect(
      differences(found[0], sources) == [
        "Reports declares Mustache in vain", "Reports imports Criteria undeclared",
        "Reports imports Models undeclared",
      ])
    #expect(differences(found[1], ["@testable import Reports\nimport Testing"]) == [])
  }

  @Test func noRoomOfTheDiskIsMissing() throws {
    let known = Set(targets(manifest: try repository.text("Package.swift")).map(\.name))
    let rooms = Set(repository.swiftFiles("Sources").map { String($0.split(separator: "/")[1]) })
    #expect(rooms.subtracting(known) == [])
  }
}
