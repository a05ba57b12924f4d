import Reports
import Auditing
import Criteria
import Datasets
import Foundation
import LinearAlgebra
import Testing

private func folder() -> String {
  NSTemporaryDirectory() + "equipoise-evidence-" + UUID().uuidString
}

private func pack(_ text: String = "x") throws -> (EvidencePack, EvidencePack.Manifest) {
  var pack = EvidencePack()
  pack.add("report.md", text)
  try pack.add(
    try OutcomeCounts(
      counting: Outcomes(
        attributes: [GroupIndex(attribute: "g", values: ["a", "b", "a"])],
        labels: Buffer([0, 1, 1]))))
  return (pack, EvidencePack.Manifest(command: "equipoise audit", version: "1.0", seed: 0))
}

@Suite struct EvidenceTests {
  @Test func aPackVerifiesAndIsTheSameAgain() throws {
    let place = folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let (pack, manifest) = try pack()
    let digest = try pack.write(manifest, to: place)
    let verified = try EvidencePack.verify(place)
    #expect(verified.files == ["counts.json", "evidence.json", "report.md"])
    #expect(verified.digest == digest)
    #expect(try pack.write(manifest, to: place) == digest, "written over itself")
  }

  @Test func everyChangeOfAPackIsNamed() throws {
    let place = folder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let (pack, manifest) = try pack()
    try pack.write(manifest, to: place)
    try "y".write(toFile: place + "/report.md", atomically: true, encoding: .utf8)
    #expect(throws: EvidenceError.changed(folder: place, name: "report.md")) {
      try EvidencePack.verify(place)
    }
    try FileManager.default.removeItem(atPath: place + "/report.md")
    #expect(throws: EvidenceError.missing(folder: place, name: "report.md")) {
      try EvidencePack.verify(place)
    }
    try "x".write(toFile: place + "/report.md", atomically: true, encoding: .utf8)
    try "z".write(toFile: place + "/more.txt", atomically: true, encoding: .utf8)
    #expect(throws: EvidenceError.added(folder: place, name: "more.txt")) {
      try EvidencePack.verify(place)
    }
    #expect(throws: DataError.self) { try pack.write(manifest, to: place) }
    try FileManager.default.removeItem(atPath: place + "/more.txt")
    try FileManager.default.removeItem(atPath: place + "/" + EvidencePack.sumsName)
    #expect(throws: EvidenceError.noList(folder: place)) { try EvidencePack.verify(place) }
  }
}
