import Datasets
import Essentials

/// A process that answers one question in a folder of its own, and what that took.
///
/// Its standard input, output and errors are files of the folder, so that nobody waits for a full
/// pipe. It leads a process group, which ends with it.
struct CellProcess {
  let words: [String]
  /// Variables beside those of this process.
  var environment: [String: String] = [:]
  let folder: String
  /// Seconds after which it is ended.
  let budget: Double

  enum Ending: Equatable {
    case exited(Int32)
    /// By a signal that is not ours: on Linux the system ends who takes more memory than there is.
    case killed(Int32)
    case outOfTime
    case stopped
  }

  struct Outcome {
    var ending: Ending
    var seconds: Double
    var processorSeconds: Double
    var memory: ProcessMemory.Peaks
    /// What it printed.
    var output: String
    /// The last line of its errors.
    var complaint: String?
  }

  private static let files = (input: "request.json", output: "answer.json", errors: "errors.txt")
  /// Microseconds between two looks at the process: often at first, for short ones.
  private static let looks = (first: 500.0, last: 10_000.0, growth: 1.1)

  func run(_ question: String, shouldStop: () -> Bool) throws -> Outcome {
    try AtomicFile.write(Array((question + "\n").utf8), to: path(Self.files.input))
    let clock = ContinuousClock(), began = clock.now
    let process = try start()
    var ending = Ending.outOfTime, memory = ProcessMemory.Peaks(), usage = rusage()
    var status: Int32 = 0, pause = Self.looks.first
    while true {
      memory.look(at: process)
      let ended = unsafe wait4(process, &status, WNOHANG, &usage)
      let seconds = (clock.now - began) / .seconds(1)
      if ended == process {
        ending = Self.ending(status)
        break
      }
      let isStopped = shouldStop()
      if isStopped || seconds > budget {
        ending = isStopped ? .stopped : .outOfTime
        kill(-process, SIGKILL)
        _ = unsafe wait4(process, &status, 0, &usage)
        break
      }
      usleep(UInt32(pause))
      pause = min(Self.looks.last, pause * Self.looks.growth)
    }
    let seconds = (clock.now - began) / .seconds(1)
    // Whoever it left behind ends with it.
    kill(-process, SIGKILL)
    return Outcome(
      ending: ending, seconds: seconds, processorSeconds: usage.processorSeconds, memory: memory,
      output: text(Self.files.output), complaint: complaint)
  }

  private static func ending(_ status: Int32) -> Ending {
    let signal = status & 0x7f
    return signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal)
  }

  private func path(_ name: String) -> String { folder + "/" + name }

  private func text(_ name: String) -> String {
    (try? FileBytes.open(path(name))).map {
      String(decoding: $0.array(0..<$0.count), as: UTF8.self)
    }
      ?? ""
  }

  private static let longestComplaint = 200

  private var complaint: String? {
    text(Self.files.errors).split(separator: "\n").last { !$0.allSatisfy { $0 == " " } }
      .map { String($0.prefix(Self.longestComplaint)) }
  }

  private func start() throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    let made = O_WRONLY | O_CREAT | O_TRUNC
    for (descriptor, name, flags) in [
      (STDIN_FILENO, Self.files.input, O_RDONLY), (STDOUT_FILENO, Self.files.output, made),
      (STDERR_FILENO, Self.files.errors, made),
    ] {
      unsafe posix_spawn_file_actions_addopen(&actions, descriptor, path(name), flags, 0o600)
    }
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let variables = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
    var process: pid_t = 0
    // SAFETY: copies of the texts with a nil behind the last, alive until the process has started.
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    var environment = unsafe variables.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer { unsafe (arguments + environment).forEach { unsafe free($0) } }
    let failure = unsafe posix_spawnp(
      &process, words[0], &actions, &attributes, &arguments, &environment)
    guard failure == 0 else {
      throw JobError.data(
        "\(words[0]) cannot be started: \(unsafe String(cString: strerror(failure)))")
    }
    return process
  }
}
