import Dispatch
import Essentials
import Synchronization

/// Threads that stay awake for a long run of short phases: a phase of a few tens of microseconds
/// is over before a sleeping thread would have woken.
///
/// The leader, who made the team, runs a phase at a time; helpers look for its tasks. A helper that
/// the system never starts only makes a phase slower: the leader does every task that nobody took.
/// Which member does a task is chance, so a task may depend on its number alone; the member's number
/// serves to choose scratch memory.
public final class Team: Sendable {
  public typealias Body = (_ task: Int, _ member: Int) -> Void

  /// Looks at the phase this often before it gives the core away: about ten microseconds.
  private static let spins = 4_000
  /// A phase in one word, so that it is taken and read at once: its number, tasks, next task.
  private static let taskBits = 20
  private static let taskMask: UInt64 = (1 << 20) - 1
  /// The number of a phase that ends the team.
  private static let over: UInt64 = .max

  public let size: Int
  private let phase = Atomic<UInt64>(0)
  private let finished = Atomic<Int>(0)
  private let helpers = DispatchGroup()
  // SAFETY: written by the leader while no task is open, read by whoever took a task of the phase
  // that was published afterwards.
  nonisolated(unsafe) private var body: Body = { _, _ in }

  fileprivate init(size: Int) {
    self.size = size
    for member in 1..<max(1, size) {
      DispatchQueue.global(qos: .userInitiated).async(group: helpers) { self.help(member) }
    }
  }

  /// Calls `body` once for each task in `0..<count`; returns when all are done. For the leader only.
  ///
  /// - Parameter body: kept until the next phase; a stored closure makes a phase free of allocation.
  public func run(_ count: Int, _ body: @escaping Body) {
    precondition(count <= Int(Self.taskMask), "more than \(Self.taskMask) tasks in a phase")
    guard size > 1, count > 1 else {
      for task in 0..<count { body(task, 0) }
      return
    }
    self.body = body
    finished.store(0, ordering: .relaxed)
    let number = (phase.load(ordering: .relaxed) >> UInt64(2 * Self.taskBits)) &+ 1
    let word = (number << UInt64(2 * Self.taskBits)) | (UInt64(count) << UInt64(Self.taskBits))
    phase.store(word & (Self.over >> 1), ordering: .releasing)
    while let task = take() {
      body(task, 0)
      finished.wrappingAdd(1, ordering: .releasing)
    }
    var spins = 0
    while finished.load(ordering: .acquiring) < count { Self.pause(&spins) }
  }

  /// The next task of the phase, nil when none is left.
  private func take() -> Int? {
    var word = phase.load(ordering: .relaxed)
    while true {
      let task = word & Self.taskMask
      guard word != Self.over, task < (word >> UInt64(Self.taskBits)) & Self.taskMask else {
        return nil
      }
      let (taken, now) = phase.weakCompareExchange(
        expected: word, desired: word &+ 1, ordering: .acquiringAndReleasing)
      if taken { return Int(task) }
      word = now
    }
  }

  private func help(_ member: Int) {
    var spins = 0
    while phase.load(ordering: .relaxed) != Self.over {
      guard let task = take() else {
        Self.pause(&spins)
        continue
      }
      spins = 0
      body(task, member)
      finished.wrappingAdd(1, ordering: .releasing)
    }
  }

  private static func pause(_ spins: inout Int) {
    spins += 1
    if spins > Self.spins { sched_yield() }
  }

  fileprivate func end() {
    phase.store(Self.over, ordering: .releasing)
    helpers.wait()
  }
}

extension WorkerPool {
  /// Runs `work` with a team of the pool's threads, which ends with it.
  public func withTeam<Result>(_ work: (Team) throws -> Result) rethrows -> Result {
    let team = Team(size: threads)
    defer { team.end() }
    return try work(team)
  }
}
