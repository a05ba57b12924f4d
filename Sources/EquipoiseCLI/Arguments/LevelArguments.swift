import ArgumentParser
import Equipoise

/// How sure intervals are.
struct LevelArguments: ParsableArguments {
  @Option(help: "Level of the intervals.") var confidence = AuditOptions.defaultConfidence

  func validate() throws {
    guard confidence > 0 && confidence < 1 else {
      throw ValidationError("--confidence must lie between 0 and 1")
    }
  }
}

/// How many attributes are crossed.
struct CrossArguments: ParsableArguments {
  @Option(help: "Looks at all crosses of up to this many attributes.") var intersections = 1

  func validate() throws {
    guard intersections >= 1 else { throw ValidationError("--intersections must be at least 1") }
  }
}
