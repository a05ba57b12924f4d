import Auditing
import Datasets
import Foundation
import Jobs
import LinearAlgebra
import Testing

/// A watch of sixteen rows as version 0.1.0 kept it.
private let stored = #"""
  {"alpha":0.05,"attribute":"sex","groups":["a","b"],"metric":"selection_rate",
  "schema":"equipoise.watch\/1","watches":[{"alpha":0.05,"bettors":[
  {"bet":0.2773501312000361,"logWealth":-0.6931471805599453,"squares":8},
  {"bet":0,"logWealth":-0.2876820724517809,"squares":7.444444444444445}],
  "first":"a","logPeak":1.1102230246251565e-16,"pairs":8,"records":[8,8],"second":"b",
  "successes":[5,5],"waiting":[{"count":0,"sum":0},{"count":0,"sum":0}],"weightLimit":1}]}
  """#

@Suite struct WatchStateTests {
  private func read(_ text: String) throws -> WatchState? {
    let path = NSTemporaryDirectory() + "equipoise-watch-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try WatchState.read(path)
  }

  @Test func statesOfVersion010AreRead() throws {
    let state = try #require(try read(stored))
    let gap = try #require(state.report.gaps.first)
    #expect(gap.records == 16 && gap.pairs == 8 && gap.gap == 0 && !gap.isRaised)
    let path = NSTemporaryDirectory() + "equipoise-watch-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try state.write(path)
    #expect(try WatchState.read(path) == state)
  }

  @Test func whatIsNoStateIsRefused() {
    for text in ["", "{}", stored.replacing("watch\\/1", with: "watch\\/9"), "[1]"] {
      let error = #expect(throws: WatchError.self) { try read(text) }
      #expect(error?.blame == .data)
    }
  }

  @Test func errorsOfAWatchNameOptionsAsDoorsDo() {
    let error = WatchError.newGroup("c", known: ["a", "b"])
    #expect(error.text(.commandLine).hasSuffix("begin a new watch with another --state"))
    #expect(error.text(.python).hasSuffix("begin a new watch with another state"))
    #expect(WatchError.needsLabel("tpr").text(.c) == "tpr needs option 'label'")
  }
}
