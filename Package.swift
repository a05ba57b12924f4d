// swift-tools-version: 6.2
import PackageDescription

// Rooms, bottom up. Arrows point down only; a test reads this manifest and fails on any other.

let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]
/// Rooms whose work is raw memory: the BLAS and kernel bridges, system-library bridges and files.
let raw: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// Of what users run and load: Swift's own libraries are inside, functions that nothing calls are not.
/// Nothing is thrown through Swift's frames: the index by which exceptions find their handlers would be a
/// fiftieth of the library.
let selfContained = [
  "-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims", "-Xlinker", "--gc-sections",
  "-Xlinker", "--icf=safe", "-Xlinker", "--no-eh-frame-hdr",
]

let package = Package(
  name: "Equipoise",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Equipoise", targets: ["Equipoise"]),
    .library(name: "EquipoiseExchange", targets: ["Exchange"]),
    .executable(name: "equipoise", targets: ["EquipoiseProgram"]),
    .executable(name: "equipoise-launcher", targets: ["EquipoiseLauncher"]),
    .library(name: "EquipoiseC", type: .dynamic, targets: ["EquipoiseLibrary"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CClp", pkgConfig: "clp",
      providers: [.apt(["coinor-libclp-dev"]), .brew(["clp"])]),
    .target(
      name: "CKernels",
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(name: "Essentials", dependencies: ["CKernels"], swiftSettings: raw),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CYaml", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .target(
      name: "CText",
      linkerSettings: [
        .linkedLibrary("m", .when(platforms: [.linux])),
        .linkedLibrary("stdc++", .when(platforms: [.linux])),
      ]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    .target(name: "CBundledData", exclude: ["data"]),
    .target(name: "CPages", exclude: ["ui"]),
    .target(
      name: "LinearAlgebra", dependencies: ["COpenBLAS", "CKernels", "Essentials"],
      swiftSettings: raw,
      linkerSettings: [.linkedLibrary("lapacke", .when(platforms: [.linux]))]),
    .target(
      name: "Optimization", dependencies: ["CClp", "Essentials", "LinearAlgebra"],
      swiftSettings: strict),
    .target(
      name: "Datasets",
      dependencies: ["CZlib", "CText", "CBundledData", "Essentials", "LinearAlgebra"],
      swiftSettings: raw),
    .target(name: "YAML", dependencies: ["CYaml"], swiftSettings: raw),
    .target(
      name: "RowSums", dependencies: ["LinearAlgebra", "Datasets"], swiftSettings: raw),
    .target(
      name: "Models",
      dependencies: [
        "CKernels", "Essentials", "LinearAlgebra", "Optimization", "Datasets", "RowSums",
      ], swiftSettings: raw),
    .target(
      name: "Criteria", dependencies: ["Essentials", "LinearAlgebra", "Optimization", "Datasets"],
      swiftSettings: strict),
    .target(
      name: "Mitigation",
      dependencies: [
        "Essentials", "LinearAlgebra", "Optimization", "Datasets", "RowSums", "Models", "Criteria",
      ], swiftSettings: strict),
    .target(
      name: "Rounds",
      dependencies: ["Essentials", "LinearAlgebra", "Datasets", "RowSums", "Models", "Mitigation"],
      swiftSettings: strict),
    .target(
      name: "Auditing",
      dependencies: ["Essentials", "LinearAlgebra", "Datasets", "RowSums", "Models", "Criteria"],
      swiftSettings: strict),
    .target(
      name: "Explorer",
      dependencies: [
        "CPages", "Essentials", "LinearAlgebra", "Datasets", "Models", "Criteria", "Mitigation",
        "Auditing",
      ], swiftSettings: strict),
    .target(name: "Monitoring", dependencies: ["Essentials"], swiftSettings: strict),
    .target(
      name: "Store", dependencies: ["CSQLite", "Essentials", "Monitoring"], swiftSettings: raw),
    .target(
      name: "Reports",
      dependencies: [
        "Essentials", "LinearAlgebra", "Datasets", "Models", "Criteria", "Mitigation", "Auditing",
      ], swiftSettings: strict),
    .target(
      name: "Jobs",
      dependencies: [
        "Essentials", "LinearAlgebra", "Optimization", "Datasets", "RowSums", "Models", "Criteria",
        "Mitigation", "Auditing", "Explorer", "Monitoring", "Store", "Reports", "Exchange",
        "Rounds", "YAML",
      ], swiftSettings: strict),
    .target(
      name: "Equipoise",
      dependencies: [
        "Essentials", "LinearAlgebra", "Optimization", "Datasets", "RowSums", "Models", "Criteria",
        "Mitigation", "Auditing", "Explorer", "Monitoring", "Store", "Reports", "Jobs",
        "Rounds",
      ], swiftSettings: strict),
    .target(
      name: "Exchange", dependencies: ["Datasets", "Models", "Mitigation"], swiftSettings: raw),
    .target(
      name: "EquipoiseCLI",
      dependencies: [
        "Equipoise", "Essentials",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "EquipoiseProgram", dependencies: ["Essentials", "EquipoiseCLI"], swiftSettings: strict,
      linkerSettings: [.unsafeFlags(selfContained, .when(platforms: [.linux]))]),
    // The program where the shared library lies beside it.
    .executableTarget(
      name: "EquipoiseLauncher",
      linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "CEquipoise"),
    .target(
      name: "EquipoiseABI",
      dependencies: [
        "CEquipoise", "Essentials", "LinearAlgebra", "Optimization", "Datasets", "RowSums",
        "Models", "Criteria", "Mitigation", "Auditing", "Reports", "Jobs", "Rounds",
      ],
      swiftSettings: raw),
    .target(
      name: "EquipoiseLibrary", dependencies: ["CEquipoise", "EquipoiseABI", "EquipoiseCLI"],
      exclude: ["exports.map"], swiftSettings: raw,
      linkerSettings: [
        .unsafeFlags(
          selfContained + [
            "-Xlinker", "-soname=libequipoise.so.1",
            // Libraries that a self-contained wheel carries lie beside this one, those that they
            // need as well: only the old kind of path is handed on.
            "-Xlinker", "-rpath=$ORIGIN", "-Xlinker", "--disable-new-dtags", "-Xlinker",
            "--version-script=\(Context.packageDirectory)/Sources/EquipoiseLibrary/exports.map",
          ], .when(platforms: [.linux]))
      ]),
    .target(
      name: "TestSupport", path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(name: "EssentialsTests", dependencies: ["CKernels", "Essentials"]),
    // The door of the differential suite into Swift: no product.
    .executableTarget(
      name: "SwiftDoor", dependencies: ["Equipoise"], path: "Tests/SwiftDoor",
      swiftSettings: strict),
    .testTarget(
      name: "LinearAlgebraTests", dependencies: ["CKernels", "LinearAlgebra", "TestSupport"]),
    .testTarget(
      name: "OptimizationTests", dependencies: ["LinearAlgebra", "Optimization", "TestSupport"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["CText", "LinearAlgebra", "Datasets", "TestSupport"]),
    .testTarget(
      name: "RowSumsTests", dependencies: ["LinearAlgebra", "Datasets", "RowSums", "TestSupport"]),
    .testTarget(
      name: "ModelsTests",
      dependencies: [
        "LinearAlgebra", "Optimization", "Datasets", "RowSums", "Models", "TestSupport",
      ],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "CriteriaTests",
      dependencies: ["LinearAlgebra", "Optimization", "Datasets", "Criteria", "TestSupport"]),
    .testTarget(
      name: "MitigationTests",
      dependencies: [
        "LinearAlgebra", "Optimization", "Datasets", "RowSums", "Models", "Criteria", "Mitigation",
        "TestSupport",
      ],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "RoundsTests",
      dependencies: [
        "LinearAlgebra", "Datasets", "RowSums", "Models", "Mitigation", "Rounds", "TestSupport",
      ]),
    .testTarget(
      name: "AuditingTests",
      dependencies: ["LinearAlgebra", "Datasets", "Criteria", "Auditing", "TestSupport"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "ExplorerTests",
      dependencies: [
        "Essentials", "LinearAlgebra", "Datasets", "Models", "Criteria", "Mitigation", "Explorer",
        "TestSupport",
      ]),
    .testTarget(
      name: "MonitoringTests", dependencies: ["Essentials", "Monitoring", "TestSupport"]),
    .testTarget(name: "StoreTests", dependencies: ["Essentials", "Monitoring", "Store"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "LinearAlgebra", "Datasets", "Criteria", "Mitigation", "Auditing", "Reports", "TestSupport",
      ],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "JobsTests",
      dependencies: [
        "LinearAlgebra", "Datasets", "Models", "Criteria", "Mitigation", "Auditing", "Monitoring",
        "Reports", "Jobs", "TestSupport",
      ]),
    .testTarget(
      name: "CommandLineTests", dependencies: ["TestSupport"],
      resources: [.copy("Schemas")]),
    .testTarget(
      name: "ExchangeTests",
      dependencies: ["LinearAlgebra", "Datasets", "Models", "Mitigation", "Exchange"]),
    .testTarget(name: "EquipoiseTests", dependencies: ["Equipoise"]),
    .testTarget(name: "HouseTests"),
  ],
  cxxLanguageStandard: .cxx17
)
