// swift-tools-version: 6.2
import PackageDescription

// Rooms, bottom up. Arrows point down only; a test reads this manifest and fails on any other.

let strict: [SwiftSetting] = [.strictMemorySafety(), .treatAllWarnings(as: .error)]
/// Rooms whose work is raw memory: the BLAS and kernel bridges, system-library bridges and files.
let raw: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "Equipoise",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Equipoise", targets: ["Equipoise"]),
    .library(name: "EquipoiseExchange", targets: ["Exchange"]),
    .executable(name: "equipoise", targets: ["EquipoiseCLI"]),
    .library(name: "EquipoiseC", type: .dynamic, targets: ["EquipoiseLibrary"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
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
    .target(
      name: "CText",
      linkerSettings: [
        .linkedLibrary("m", .when(platforms: [.linux])),
        .linkedLibrary("stdc++", .when(platforms: [.linux])),
      ]),
    .target(name: "CBundledData", exclude: ["data"]),
    .target(
      name: "LinearAlgebra", dependencies: ["COpenBLAS", "CKernels", "Essentials"],
      swiftSettings: raw,
      linkerSettings: [.linkedLibrary("lapacke", .when(platforms: [.linux]))]),
    .target(
      name: "Optimization", dependencies: ["LinearAlgebra", "CClp"], swiftSettings: strict),
    .target(
      name: "Datasets", dependencies: ["LinearAlgebra", "CText", "CBundledData", "CZlib"],
      swiftSettings: raw),
    .target(
      name: "Models", dependencies: ["Optimization", "Datasets"], swiftSettings: raw),
    .target(name: "Criteria", dependencies: ["Optimization", "Datasets"], swiftSettings: strict),
    .target(name: "Mitigation", dependencies: ["Models", "Criteria"], swiftSettings: strict),
    .target(name: "Auditing", dependencies: ["Criteria", "Models"], swiftSettings: strict),
    .target(name: "Reports", dependencies: ["Mitigation", "Auditing"], swiftSettings: strict),
    .target(
      name: "Jobs", dependencies: ["Mitigation", "Auditing", "Reports"], swiftSettings: strict),
    // Outside the shared library: Yams brings all of Foundation with it.
    .target(
      name: "PlanFiles", dependencies: ["Jobs", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(
      name: "Equipoise", dependencies: ["Jobs", "Reports", "PlanFiles"], swiftSettings: strict),
    .target(
      name: "Exchange", dependencies: ["Datasets", "Mitigation", "Models"], swiftSettings: raw),
    .executableTarget(
      name: "EquipoiseCLI",
      dependencies: [
        "Equipoise", "Essentials", "Exchange",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .target(name: "CEquipoise"),
    .target(
      name: "EquipoiseABI",
      dependencies: [
        "CEquipoise", "LinearAlgebra", "Optimization", "Datasets", "Models", "Criteria",
        "Mitigation",
        "Auditing",
      ],
      swiftSettings: raw),
    .target(
      name: "EquipoiseLibrary", dependencies: ["EquipoiseABI"], exclude: ["exports.map"],
      swiftSettings: strict,
      linkerSettings: [
        .unsafeFlags(
          [
            "-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims", "-Xlinker",
            "--gc-sections", "-Xlinker", "-soname=libequipoise.so.1",
            // Libraries that a self-contained wheel carries lie beside this one, those that they
            // need as well: only the old kind of path is handed on.
            "-Xlinker", "-rpath=$ORIGIN", "-Xlinker", "--disable-new-dtags", "-Xlinker",
            "--version-script=\(Context.packageDirectory)/Sources/EquipoiseLibrary/exports.map",
          ], .when(platforms: [.linux]))
      ]),
    .target(
      name: "TestSupport", dependencies: ["LinearAlgebra"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(name: "EssentialsTests", dependencies: ["Essentials", "CKernels"]),
    // The door of the differential suite into Swift: no product.
    .executableTarget(
      name: "SwiftDoor", dependencies: ["Equipoise"], path: "Tests/SwiftDoor",
      swiftSettings: strict),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "TestSupport"]),
    .testTarget(name: "OptimizationTests", dependencies: ["Optimization", "TestSupport"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "CText", "TestSupport"]),
    .testTarget(
      name: "ModelsTests", dependencies: ["Models", "TestSupport"],
      resources: [.copy("Golden")]),
    .testTarget(name: "CriteriaTests", dependencies: ["Criteria", "TestSupport"]),
    .testTarget(
      name: "MitigationTests", dependencies: ["Mitigation", "TestSupport"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "AuditingTests", dependencies: ["Auditing", "TestSupport"],
      resources: [.copy("Golden")]),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "TestSupport"],
      resources: [.copy("Golden")]),
    .testTarget(name: "JobsTests", dependencies: ["Jobs", "TestSupport"]),
    .testTarget(name: "PlanFilesTests", dependencies: ["PlanFiles", "TestSupport"]),
    .testTarget(
      name: "CommandLineTests", dependencies: ["EquipoiseCLI", "TestSupport"],
      resources: [.copy("Schemas")]),
    .testTarget(
      name: "ExchangeTests",
      dependencies: ["Exchange", "Datasets", "LinearAlgebra", "Mitigation", "Models"]),
    .testTarget(name: "EquipoiseTests", dependencies: ["Equipoise"]),
    .testTarget(name: "HouseTests"),
  ],
  cxxLanguageStandard: .cxx17
)
