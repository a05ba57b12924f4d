import LinearAlgebra
import Synchronization
import Testing

@Suite struct TeamTests {
  @Test(arguments: [1, 2, 4])
  func everyTaskOfEveryPhaseRunsOnce(threads: Int) {
    WorkerPool(threads: threads).withTeam { team in
      for phase in 0..<2_000 {
        let count = phase % 7
        let done = Buffer<Int>(zeroed: 7)
        team.run(count) { task, member in
          #expect(member < threads)
          done[task] += 1
        }
        let wanted = (0..<7).map { $0 < count ? 1 : 0 }
        if done.array != wanted { Issue.record("phase \(phase) ran \(done.array)") }
      }
    }
  }

  @Test func aPhaseSeesWhatTheOneBeforeWrote() {
    let values = Buffer<Int>(zeroed: 64)
    WorkerPool(threads: 2).withTeam { team in
      for _ in 0..<500 {
        team.run(64) { task, _ in values[task] += 1 }
        team.run(1) { _, _ in values[0] += values.array.reduce(0, +) - values[0] * 64 }
      }
    }
    #expect(values.array == [Int](repeating: 500, count: 64))
  }
}
