import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Reports

/// One cell of a suite with the processes that ran for it so far.
struct BenchCellRuns {
  let problem: BenchProblem
  let method: BenchMethod
  let side: BenchSide
  private(set) var cell: BenchCell
  private var seconds: [String: [Double]] = [:]
  private var processorSeconds: [Double] = []

  init(_ problem: BenchProblem, _ method: BenchMethod, _ side: BenchSide, _ suite: BenchJob) {
    self.problem = problem
    self.method = method
    self.side = side
    cell = BenchCell(
      problem: problem.record.name, method: method.name, options: method.options,
      criterion: suite.criterion.name, bound: suite.bound, adapter: side.name, status: .ok,
      reason: nil)
  }

  /// Whether another process can bring anything.
  var isOpen: Bool { cell.isSolved }

  /// Runs one process.
  ///
  /// - Parameter folder: for what it reads and writes; it is made, and removed.
  mutating func run(_ suite: BenchJob, folder: String, _ context: JobContext) throws {
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: folder) }
    let request = BenchRequest(
      train: problem.trainFolder, test: problem.testFolder, output: folder, method: method.name,
      options: method.options, criterion: cell.criterion, bound: cell.bound,
      precision: suite.data.precision.rawValue, seed: context.seed, threads: context.pool.threads,
      budget: suite.budget)
    var process = CellProcess(words: side.words, folder: folder, budget: suite.budget)
    if case .command = side.start {
      for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
        process.environment[name] = "\(context.pool.threads)"
      }
    }
    let outcome = try process.run(
      try CanonicalJSON.text(request), shouldStop: context.shouldStop)
    guard outcome.ending != .stopped else { throw JobError.stopped }
    take(outcome)
    guard cell.isSolved else { return }
    do {
      cell.train = try quality(problem.train, request.decisions(.train))
      cell.test = try quality(problem.test, request.decisions(.test))
    } catch let error as DataError {
      cell.status = .failed
      cell.reason = error.text(context.dialect)
    }
  }

  private mutating func take(_ outcome: CellProcess.Outcome) {
    seconds["process", default: []].append(outcome.seconds)
    processorSeconds.append(outcome.processorSeconds)
    cell.peakMemoryBytes = Self.most(cell.peakMemoryBytes, outcome.memory.all)
    cell.peakAnonymousBytes = Self.most(cell.peakAnonymousBytes, outcome.memory.anonymous)
    let answer = Self.answer(outcome)
    cell.status = answer.status
    cell.reason = answer.reason
    cell.version = answer.version ?? cell.version
    cell.core = answer.core ?? cell.core
    cell.iterations = answer.iterations
    cell.oracleCalls = answer.oracleCalls
    cell.readings = answer.readings
    cell.objective = answer.objective
    cell.certificate = answer.certificate
    let parts = answer.seconds
    for (name, value) in [("load", parts?.load), ("fit", parts?.fit), ("predict", parts?.predict)] {
      if let value { seconds[name, default: []].append(value) }
    }
    cell.seconds = seconds.compactMapValues { BenchCell.Spread($0) }
    cell.processorSeconds = BenchCell.Spread(processorSeconds)
  }

  private static func most(_ first: Int?, _ second: Int?) -> Int? {
    [first, second].compactMap(\.self).max()
  }

  /// What a process answered, or what its end says.
  private static func answer(_ outcome: CellProcess.Outcome) -> BenchAnswer {
    switch outcome.ending {
    case .outOfTime: return BenchAnswer(.timeout)
    case .killed(SIGKILL): return BenchAnswer(.outOfMemory, reason: "ended by the system")
    case .killed(let signal):
      return BenchAnswer(.failed, reason: outcome.complaint ?? "ended by signal \(signal)")
    case .exited(let code):
      if code == 0, let answer = BenchAnswer(printed: outcome.output) { return answer }
      return BenchAnswer(.failed, reason: outcome.complaint ?? "no answer; exit code \(code)")
    case .stopped: return BenchAnswer(.failed)
    }
  }

  /// - Parameter file: of each row the probability of being selected.
  private func quality(_ rows: Dataset<Float>, _ file: String) throws -> BenchCell.Quality {
    let selected = try NPYArray(file).doubles
    guard selected.count == rows.rows, selected.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw DataError.corruptArray(
        file: file, detail: "expected \(rows.rows) probabilities of being selected")
    }
    var wrong = 0.0, total = 0.0
    for (i, p) in selected.enumerated() {
      let weight = rows.sampleWeights?[i] ?? 1
      wrong += weight * (rows.labels?[i] == 1 ? 1 - p : p)
      total += weight
    }
    let options = try MethodOptions(
      [
        "criterion": cell.criterion, "bound": "\(cell.bound)", "compared": "to_overall",
      ], of: Reductions.self)
    return BenchCell.Quality(
      error: wrong / total,
      constraint: rows.attributes.isEmpty
        ? nil : try Reductions.measure(rows, options: options, selected: selected))
  }

  /// The record, with what follows from the other cells and the machine.
  ///
  /// - Parameter null: the null cell of the same side and problem.
  func record(null: BenchCell?, _ machine: MachineInfo) -> BenchCell {
    var record = cell
    record.roof = BenchCell.Roof(
      readings: cell.readings, bytes: problem.record.bytesAReading,
      gigabytesPerSecond: machine.gigabytesPerSecond, fit: cell.seconds["fit"]?.median)
    guard let null, !cell.isNull else { return record }
    func rest<Number: Numeric & Comparable>(_ own: Number?, _ other: Number?) -> Number? {
      guard let own, let other else { return nil }
      return max(0, own - other)
    }
    record.aboveNull = BenchCell.AboveNull(
      processorSeconds: rest(cell.processorSeconds?.median, null.processorSeconds?.median),
      peakAnonymousBytes: rest(cell.peakAnonymousBytes, null.peakAnonymousBytes))
    return record
  }
}
