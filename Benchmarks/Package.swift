// swift-tools-version: 6.2
import PackageDescription

// A package of its own: whoever depends on Equipoise builds none of this.

let package = Package(
  name: "EquipoiseBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "Equipoise", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        .product(name: "Equipoise", package: "Equipoise"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: [.treatAllWarnings(as: .error)])
  ])
