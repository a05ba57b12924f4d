import Datasets
import Essentials
import LinearAlgebra
import Models
import Reports

/// The cells of a suite, run in turns so that all of them see the same machine.
struct BenchSuiteRun {
  let job: BenchJob
  let methods: [BenchMethod]
  let sides: [BenchSide]
  /// For arrays and processes; it is made.
  let folder: String

  func run<Scalar: KernelScalar>(
    _ context: JobContext, as type: Scalar.Type
  ) throws -> BenchDocument {
    context.progress(.stage("reading the problems"))
    let problems = try self.problems(context, as: type)
    let machine = MachineInfo.measured(pool: context.pool)
    var cells = problems.flatMap { problem in
      ([.null] + methods).flatMap { method in
        sides.map { BenchCellRuns(problem, method, $0, job) }
      }
    }
    let load = MachineLoad(), total = cells.count * job.repetitions
    for turn in 0..<job.repetitions {
      for index in cells.indices where turn == 0 || cells[index].isOpen {
        try context.checkStopped()
        let told = cells[index].cell
        context.progress(
          .share(
            Double(turn * cells.count + index) / Double(total),
            "\(told.problem), \(told.method), \(told.adapter)"))
        try cells[index].run(job, folder: "\(folder)/cell", context)
        try Self.requireAnswer(cells[index].cell)
      }
    }
    return BenchDocument(
      version: EquipoiseVersion.current, machine: machine, seed: context.seed,
      repetitions: job.repetitions, budget: job.budget, takenByOthers: load.takenByOthers,
      problems: problems.map(\.record), cells: Self.records(cells, machine))
  }

  /// A side that cannot load and predict is no side: the mistake is in its command.
  private static func requireAnswer(_ cell: BenchCell) throws(JobError) {
    guard cell.isNull, cell.status == .failed else { return }
    throw .data(
      "\(option: "adapter") \(cell.adapter) does not answer on \(cell.problem): \(cell.reason ?? "")"
    )
  }

  private func problems<Scalar: KernelScalar>(
    _ context: JobContext, as type: Scalar.Type
  ) throws -> [BenchProblem] {
    var problems: [BenchProblem] = []
    func add(_ name: String, _ parts: (train: Dataset<Scalar>, test: Dataset<Scalar>)) throws {
      problems.append(
        try BenchProblem(
          name, parts, folder: "\(folder)/\(problems.count)", pool: context.pool))
    }
    let hasData =
      context.tables[DataInput.name] != nil || job.data.file != nil || job.data.dataset != nil
    if hasData {
      let parts = try BenchProblem.parts(job.data, job.split, context, as: type)
      try add(job.data.dataset ?? job.data.file ?? DataInput.name, parts)
    }
    let isUsual = !hasData && job.problems.isEmpty
    for text in isUsual ? BenchJob.usualProblems : job.problems {
      try add(
        text, try BenchProblem.parts(text, test: job.split.share, context, as: type))
    }
    return problems
  }

  private static func records(_ cells: [BenchCellRuns], _ machine: MachineInfo) -> [BenchCell] {
    cells.map { runs in
      let own = runs.cell
      let null = cells.first {
        $0.cell.isNull && $0.cell.problem == own.problem && $0.cell.adapter == own.adapter
      }
      return runs.record(null: null?.cell, machine)
    }
  }
}
