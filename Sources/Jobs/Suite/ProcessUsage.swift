import Essentials

extension rusage {
  /// On all cores, in the program and for it in the system.
  var processorSeconds: Double {
    [ru_utime, ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }
}

extension ProcessMemory {
  /// The most that another process was seen to hold; nil where the system does not tell.
  package struct Peaks: Sendable, Equatable {
    /// Files that it shares with others included.
    var all: Int?
    /// What is its own.
    var anonymous: Int?

    mutating func look(at process: Int32) {
      #if canImport(Glibc)
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        else { return }
        for line in text.split(separator: "\n") {
          if line.hasPrefix("VmHWM:") { all = max(all ?? 0, Self.bytes(line)) }
          if line.hasPrefix("RssAnon:") { anonymous = max(anonymous ?? 0, Self.bytes(line)) }
        }
      #endif
    }

    /// Of a line such as `RssAnon:     1234 kB`.
    package static func bytes(_ line: some StringProtocol) -> Int {
      1024 * (Int(String(line.filter(\.isNumber))) ?? 0)
    }
  }
}

/// How busy the machine's cores are, by its own count since it started.
package struct MachineLoad {
  private let clock = ContinuousClock()
  private let began: ContinuousClock.Instant
  private let busyBefore: Double?
  private let ownBefore: Double

  init() {
    began = clock.now
    busyBefore = Self.system?.busy
    ownBefore = Self.ownSeconds
  }

  /// The share of all cores that others took since then, 0…1; nil where the system does not tell.
  var takenByOthers: Double? {
    guard let before = busyBefore, let now = Self.system, now.cores > 0 else { return nil }
    let elapsed = (clock.now - began) / .seconds(1) * Double(now.cores)
    guard elapsed > 0 else { return nil }
    let others = now.busy - before - (Self.ownSeconds - ownBefore)
    return min(1, max(0, others / elapsed))
  }

  /// Processor seconds of this process and of those that it started and that ended.
  private static var ownSeconds: Double {
    #if canImport(Glibc)
      let parts = [RUSAGE_SELF.rawValue, RUSAGE_CHILDREN.rawValue]
    #else
      let parts = [RUSAGE_SELF, RUSAGE_CHILDREN]
    #endif
    return parts.reduce(0) { sum, part in
      var usage = rusage()
      return unsafe getrusage(part, &usage) == 0 ? sum + usage.processorSeconds : sum
    }
  }

  /// Seconds that all cores were busy, and how many there are.
  private static var system: (busy: Double, cores: Int)? {
    #if canImport(Glibc)
      guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else {
        return nil
      }
      let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
      return load(text, ticksPerSecond: ticks)
    #else
      return nil
    #endif
  }

  /// From the text of `/proc/stat`: user, nice, system, and after idle and waiting the interrupts and
  /// what other machines on the same hardware took.
  package static func load(
    _ text: String, ticksPerSecond: Double
  ) -> (busy: Double, cores: Int)? {
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("cpu") }
    guard let all = lines.first(where: { $0.hasPrefix("cpu ") }), ticksPerSecond > 0 else {
      return nil
    }
    let counts = all.split(separator: " ").dropFirst().compactMap { Double($0) }
    guard counts.count >= 8 else { return nil }
    let busy = counts[0] + counts[1] + counts[2] + counts[5] + counts[6] + counts[7]
    return (busy / ticksPerSecond, lines.count - 1)
  }
}
