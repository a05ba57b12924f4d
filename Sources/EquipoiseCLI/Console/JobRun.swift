import Equipoise

extension CommonArguments {
  /// Runs a job, shows what it came to, and ends with the code that its ending has.
  ///
  /// - Parameters:
  ///   - isShown: false when standard output is taken by what the job writes.
  ///   - describe: the result as a table for people; nil prints nothing.
  func run<Work: Job>(
    _ job: Work, title: String = Work.name, isShown: Bool = true,
    describe: (Work.Outcome) throws -> String?
  ) throws {
    Interruption.watch()
    let progress = Progress(title, quiet: quiet)
    let outcome: Work.Outcome
    do {
      defer { progress.finish() }
      outcome = try job.run(context(progress))
    }
    if isShown {
      switch format {
      case .json: try Console.json(outcome.document)
      case .table: if let text = try describe(outcome) { try Console.output(text) }
      }
    }
    switch outcome.ending {
    case .done: break
    case .notConverged(let text): throw CommandFailure(.notConverged, text.text(.commandLine))
    case .exceeded(let text): throw CommandFailure(.gate, text)
    }
  }

  private func context(_ progress: Progress) -> JobContext {
    var context = JobContext(pool: pool, seed: seed)
    context.dialect = .commandLine
    context.keepsNothing = true
    context.shouldStop = Interruption.shouldStop
    context.progress = { progress.show($0) }
    context.note = { [quiet] text in
      guard !quiet else { return }
      progress.finish()
      Console.note(text)
    }
    context.command = CommandText.typed()
    context.program = ProgramFiles.executable
    context.build = { try ProgramFiles.engine.map { try EvidencePack.file($0) } }
    return context
  }
}
