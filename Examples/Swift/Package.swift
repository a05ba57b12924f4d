// swift-tools-version: 6.2
import PackageDescription

// A program that depends on Equipoise from beside its sources; from elsewhere the dependency is a URL.
let package = Package(
  name: "FairLoans",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "equipoise", path: "../..")],
  targets: [
    .executableTarget(
      name: "FairLoans", dependencies: [.product(name: "Equipoise", package: "equipoise")])
  ]
)
