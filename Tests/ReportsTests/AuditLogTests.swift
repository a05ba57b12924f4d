import Reports
import Foundation
import Testing

private final class Folder {
  let path = NSTemporaryDirectory() + "equipoise-log-" + UUID().uuidString
  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func file(_ name: String) -> String { path + "/" + name }
}

private func makeLog(_ folder: Folder, entries: Int) throws -> AuditLog {
  let log = AuditLog(folder.file("audit.log"))
  for i in 1...entries {
    try log.append(
      kind: "note", content: ["message": "entry \(i) “\u{1F600}”\n"], date: "2026-01-0\(i)")
  }
  return log
}

private func lines(_ log: AuditLog) throws -> [String] {
  try String(contentsOfFile: log.path, encoding: .utf8).split(separator: "\n").map(String.init)
}

private func write(_ text: String, _ log: AuditLog) throws {
  try text.write(toFile: log.path, atomically: false, encoding: .utf8)
}

@Suite struct AuditLogTests {
  /// A file that is no log is neither called a broken one nor added to.
  @Test(arguments: ["a,b\n1,2\n", "{\"a\":1}\n", "no line end", "<!doctype html>\n"])
  func anotherFileIsNoLog(_ text: String) throws {
    let path = FileManager.default.temporaryDirectory.path + "/other-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    for act in [
      { _ = try AuditLog(path).verify() },
      {
        _ = try AuditLog(path).append(kind: "note", content: [:])
      },
    ] {
      let error = #expect(throws: AuditLogError.self) { try act() }
      #expect(
        error?.description.contains("no audit log, but ") == true, "\(String(describing: error))")
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test func theEntriesBeforeALineAreCounted() {
    let texts = [1, 2, 3].map { AuditLogError.cutOff(file: "F", line: $0).description }
    #expect(texts[0].hasSuffix("cut off") && texts[1].hasSuffix("the entry before it holds"))
    #expect(texts[2].hasSuffix("the 2 entries before it hold together"))
  }

  @Test func aChainVerifiesAndIsTheSameBytesAgain() throws {
    let first = try Folder(), second = try Folder()
    let log = try makeLog(first, entries: 5), again = try makeLog(second, entries: 5)
    let chain = try log.verify()
    #expect(chain.entries.map(\.entry) == [1, 2, 3, 4, 5] && chain.digests.last == chain.head)
    #expect(chain.entries[0].previous == AuditLog.start)
    #expect(try lines(log) == lines(again))
  }

  /// Any single byte of the file, changed in any of a few ways, is found.
  @Test func everyChangedByteIsFound() throws {
    let folder = try Folder()
    let log = try makeLog(folder, entries: 3)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: log.path))
    let whole = try log.verify()
    for place in stride(from: 0, to: bytes.count, by: 3) {
      var changed = bytes
      changed[place] ^= 1
      try changed.write(to: URL(fileURLWithPath: log.path))
      #expect(throws: AuditLogError.self, "byte \(place)") { try log.verify() }
    }
    try bytes.write(to: URL(fileURLWithPath: log.path))
    #expect(try log.verify() == whole)
  }

  @Test func everyCutIsFoundOrLeavesAShorterChain() throws {
    let folder = try Folder()
    let log = try makeLog(folder, entries: 3)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: log.path))
    let whole = try log.verify()
    for count in stride(from: 1, to: bytes.count, by: 7) {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: log.path))
      if bytes[count - 1] == UInt8(ascii: "\n") {
        #expect(try !log.verify().digests.contains(whole.head))
      } else {
        let line = bytes.prefix(count).count { $0 == UInt8(ascii: "\n") } + 1
        #expect(throws: AuditLogError.cutOff(file: log.path, line: line)) { try log.verify() }
      }
    }
  }

  @Test func removedMovedAndForgedLinesAreNamed() throws {
    let folder = try Folder()
    let log = try makeLog(folder, entries: 4)
    let good = try lines(log)
    try write([good[0], good[2], good[3]].joined(separator: "\n") + "\n", log)
    #expect(throws: AuditLogError.broken(file: log.path, line: 2)) { try log.verify() }
    try write([good[1], good[0], good[2], good[3]].joined(separator: "\n") + "\n", log)
    #expect(throws: AuditLogError.broken(file: log.path, line: 1)) { try log.verify() }
    try write(
      [good[0], good[1].replacing("entry 2", with: "entry 9"), good[2], good[3]]
        .joined(separator: "\n") + "\n", log)
    #expect(throws: AuditLogError.edited(file: log.path, line: 2)) { try log.verify() }
    // Written anew with a matching digest, the line breaks the chain at the next one.
    let other = AuditLog(folder.file("other.log"))
    try other.append(kind: "note", content: ["message": "another"])
    try write(([try lines(other)[0]] + good.dropFirst()).joined(separator: "\n") + "\n", log)
    #expect(throws: AuditLogError.broken(file: log.path, line: 2)) { try log.verify() }
    try write("", log)
    #expect(throws: AuditLogError.empty(file: log.path)) { try log.verify() }
  }

  @Test func anInterruptedAppendLeavesTheChainAndIsRecorded() throws {
    let folder = try Folder()
    let log = try makeLog(folder, entries: 2)
    let head = try log.verify().head
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log.path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"content\":{\"mess".utf8))
    try handle.close()
    #expect(throws: AuditLogError.cutOff(file: log.path, line: 3)) { try log.verify() }
    try log.append(kind: "note", content: ["message": "after"])
    let chain = try log.verify()
    #expect(chain.entries.count == 3 && chain.entries[2].previous == head)
    #expect(chain.entries[2].content["recovered_bytes"] == "17")
  }

  @Test func aBrokenChainIsNotAppendedTo() throws {
    let folder = try Folder()
    let log = try makeLog(folder, entries: 2)
    let bad = try lines(log).joined(separator: "\n").replacing("entry 1", with: "entry x") + "\n"
    try write(bad, log)
    #expect(throws: AuditLogError.edited(file: log.path, line: 1)) {
      try log.append(kind: "note", content: [:])
    }
    #expect(try String(contentsOfFile: log.path, encoding: .utf8) == bad)
  }

  @Test func entriesAppendedAtTheSameTimeAllStayInTheChain() async throws {
    let folder = try Folder()
    let log = AuditLog(folder.file("audit.log"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for i in 0..<24 {
        group.addTask { try log.append(kind: "note", content: ["message": "\(i)"]) }
      }
      try await group.waitForAll()
    }
    let chain = try log.verify()
    #expect(chain.entries.count == 24)
    #expect(Set(chain.entries.map { $0.content["message"]! }).count == 24)
  }
}
