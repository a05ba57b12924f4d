import Foundation
import Testing

/// What happens when a process is stopped, or cannot write, half-way.
@Suite struct InterruptionTests {
  /// Rows that nobody waits for: a test that fails to stop the process kills it.
  private static let endless = [
    "generate", "--rows", "2000000000", "--features", "20", "--quiet", "--output",
  ]

  private func started(_ program: Program, _ arguments: [String]) throws -> Process {
    let process = program.process(arguments)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Waits until a condition holds or a process ends.
  private func wait(for process: Process, until condition: () -> Bool) {
    while process.isRunning && !condition() { usleep(2_000) }
  }

  @Test(arguments: ["big.csv", "arrays"], [1, 2])
  func aStoppedGeneratorLeavesNoHalfFile(name: String, signals: Int) throws {
    let program = try Program()
    let process = try started(program, Self.endless + [name])
    defer { kill(process.processIdentifier, SIGKILL) }
    func files() -> [String] {
      let inside = try? FileManager.default.contentsOfDirectory(atPath: program.folder + "/arrays")
      return program.names.filter { $0 != "arrays" } + (inside ?? [])
    }
    wait(for: process) { files().contains { $0.hasPrefix(".equipoise-") } }
    #expect(process.isRunning && !files().isEmpty)
    for _ in 0..<signals {
      kill(process.processIdentifier, SIGINT)
      usleep(1_000)
    }
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    #expect(files().isEmpty, "\(files())")
  }

  /// Whenever the signal comes, the model is whole or absent, and so is the answer.
  @Test func aStoppedFitWritesAWholeModelOrNone() throws {
    let program = try Program()
    let made = try program.run(
      "generate", "--rows", "60000", "--features", "8", "--output", "d.csv", "--quiet")
    #expect(made.code == 0)
    let arguments = [
      "train", "reductions", "--data", "d.csv", "--label", "label", "--sensitive", "group",
      "--algorithm", "faithful", "--bound", "0.001", "--model", "m.eqp", "--quiet",
    ]
    for delay in [20_000, 60_000, 120_000, 200_000] {
      try? FileManager.default.removeItem(atPath: program.folder + "/m.eqp")
      let process = try started(program, arguments)
      usleep(UInt32(delay))
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      let finished =
        process.terminationReason == .exit && [0, 4].contains(process.terminationStatus)
      #expect(program.names == (finished ? ["d.csv", "m.eqp"] : ["d.csv"]))
      if finished {
        let read = try program.run(
          "predict", "--model", "m.eqp", "--data", "d.csv", "--output", "p.csv")
        #expect(read.code == 0, "\(read.errors)")
        try FileManager.default.removeItem(atPath: program.folder + "/p.csv")
      }
    }
  }

  /// A fit with more epochs than anybody waits for ends by the signal alone, and leaves nothing.
  @Test(arguments: [0, 3_000, 6_000, 9_000, 50_000, 400_000]) func aStoppedFitLeavesNothing(
    delay: UInt32
  ) throws {
    let program = try Program()
    let process = try started(
      program,
      [
        "train", "adversarial", "--dataset", "german", "--pretraining", "0", "--epochs",
        "1000000", "--model", "m.eqp", "--quiet",
      ])
    defer { kill(process.processIdentifier, SIGKILL) }
    usleep(delay)
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(
      process.terminationReason == .uncaughtSignal || process.terminationStatus == 130)
    #expect(program.names == [])
  }

  /// A limit on the size of files is a disk that fills up half-way.
  @Test func aDiskThatFillsUpIsNamedAndLeavesNothing() throws {
    let program = try Program()
    let process = Process(), errors = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let command = ([program.executable.path] + Self.endless + ["big.csv"]).joined(separator: " ")
    process.arguments = ["-c", "ulimit -f 8192; exec \(command)"]
    process.currentDirectoryURL = URL(fileURLWithPath: program.folder)
    process.standardError = errors
    try process.run()
    let message = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 3)
    #expect(message.contains("big.csv: cannot be written"), "\(message)")
    #expect(program.names == [])
  }

  #if os(Linux)
    @Test(arguments: [
      ["train", "logistic", "--dataset", "german", "--model", "/dev/full"],
      ["predict", "--dataset", "german", "--model", "m.eqp", "--output", "/dev/full"],
      ["generate", "--rows", "5", "--output", "/dev/full"],
    ])
    func aFullDeviceIsSaidToBeFull(arguments: [String]) throws {
      let program = try Program()
      _ = try program.run("train", "logistic", "--dataset", "german", "--model", "m.eqp")
      let outcome = try program.execute(arguments)
      if arguments[0] == "generate" {
        #expect(outcome.code == 3 && outcome.errors.contains("/dev/full"), "\(outcome.errors)")
      } else {
        #expect(outcome.code == 3 && outcome.errors.contains("the disk is full"))
      }
    }

    @Test func fullStandardOutputIsNoFaultOfOurs() throws {
      let program = try Program()
      let process = program.process(["audit", "--dataset", "german", "--quiet"]), errors = Pipe()
      process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
      process.standardError = errors
      try process.run()
      let message = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 3)
      #expect(message.contains("standard output: cannot be written: the disk is full"))
    }
  #endif

  @Test func predictionsGoToAStandardOutputThatIsAFile() throws {
    let program = try Program()
    _ = try program.run("train", "logistic", "--dataset", "german", "--model", "m.eqp", "--quiet")
    try program.file("out.csv", "")
    let process = program.process(
      ["predict", "--dataset", "german", "--model", "m.eqp", "--output", "-", "--quiet"])
    process.standardOutput = FileHandle(forWritingAtPath: program.folder + "/out.csv")
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let lines = try program.text("out.csv").split(separator: "\n")
    #expect(lines.count == 1_001 && lines[0] == "score,probability,prediction")
    #expect(program.names == ["m.eqp", "out.csv"])
  }

  @Test func aLinkKeepsPointingAtTheModel() throws {
    let program = try Program()
    try FileManager.default.createSymbolicLink(
      atPath: program.folder + "/link.eqp", withDestinationPath: "real.eqp")
    try program.file("real.eqp", "old")
    let outcome = try program.run(
      "train", "logistic", "--dataset", "german", "--model", "link.eqp", "--quiet")
    #expect(outcome.code == 0)
    let target = try FileManager.default.destinationOfSymbolicLink(
      atPath: program.folder + "/link.eqp")
    #expect(target == "real.eqp")
    #expect(try Data(contentsOf: URL(fileURLWithPath: program.folder + "/real.eqp")).count > 1_000)
  }
}
