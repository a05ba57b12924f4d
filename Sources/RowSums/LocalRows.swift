import Datasets
import LinearAlgebra
import Synchronization

/// One part of the rows, in the memory of this process.
public struct LocalRows<Scalar: KernelScalar>: RowSource {
  public let data: ScoreRows<Scalar>
  /// Continuous attributes, centred and weighted: shape `(n)` each.
  let attributes: [Buffer<Scalar>]
  /// Which part this is: refusals name it.
  public let partition: Int
  public private(set) var pool: WorkerPool
  let kept = KeptScale()

  public init(
    _ data: ScoreRows<Scalar>, attributes: [Buffer<Scalar>] = [], partition: Int = 0,
    pool: WorkerPool = .default
  ) {
    precondition(
      attributes.allSatisfy { $0.count == data.rows }, "an attribute's value for each row")
    self.data = data
    self.attributes = attributes
    self.partition = partition
    self.pool = pool
  }

  public var shape: RowShape {
    RowShape(
      rows: data.rows, denseColumns: data.features.dense.columns,
      levels: data.features.categorical.map(\.levels), labels: data.labels,
      cellWeights: data.cellWeights, hasOffset: data.offset != nil,
      attributes: attributes.count, resolution: Double(Scalar.ulpOfOne) / 2)
  }

  public func limited(to pool: WorkerPool) -> any RowSource {
    var limited = self
    limited.pool = pool
    return limited
  }

  // MARK: - Answers

  public func ask(_ request: Request) throws -> Answer {
    var answer = try reply(to: request)
    answer.question = request.mark
    return answer
  }

  /// In one process nobody can mix up answers, so that they need not be marked.
  public func answer(_ request: Request) throws -> Answer {
    let answer = try reply(to: request)
    if let refusal = answer.refusal { throw refusal }
    return answer
  }

  /// In memory sums need not be turned into what is sent.
  public func values(_ request: Request) throws -> [Double] {
    try requireShape(request)
    let found = try summed(request)
    if let failure = found.total.failure { throw refusal(failure, found.blockRows) }
    do { return try found.total.values() } catch { throw refusal(error) }
  }

  private func requireShape(_ request: Request) throws(SumsError) {
    guard request.width == data.features.columns + 1, request.cells == data.cellCount,
      request.scale.attributes.count == attributes.count
    else {
      throw .shape(expected: data.features.columns + 1, found: request.width, block: nil)
    }
  }

  private func reply(to request: Request) throws(SumsError) -> Answer {
    try requireShape(request)
    switch request.question {
    case .sizes(let exact):
      return answer(try ExactSums([]), extremes: sizes(exact: exact))
    case .margins(let direction):
      return answer(try ExactSums([]), extremes: margins(direction))
    case .levelLabels: return answer(try ExactSums([]), extremes: levelLabels())
    default:
      let found = try summed(request)
      if let failure = found.total.failure { return refused(refusal(failure, found.blockRows)) }
      do throws(SumsError) { return answer(try found.total.sums()) } catch {
        return refused(refusal(error))
      }
    }
  }

  private func answer(_ sums: ExactSums, extremes: [Double] = []) -> Answer {
    Answer(
      question: 0, rows: data.rows, sums: sums, extremes: extremes,
      kernels: [MachineInfo.kernels])
  }

  private func refused(_ refusal: Refusal) -> Answer {
    .refused(refusal, question: 0, kernels: [MachineInfo.kernels])
  }

  private func summed(
    _ request: Request
  ) throws(SumsError) -> (total: BlockTotal, blockRows: Int) {
    let runs = try ExactSums.joined(try request.units())
    let blocks = BlockSums(
      rows: data.rows,
      blockRows: Blocking.block(
        numbers: runs.reduce(0) { $0 + $1.count }, rowsEach: request.question.rowsEach),
      pool: pool)
    return (blocks.run(runs, partials(request.question)), blocks.blockRows)
  }

  private func refusal(_ failure: BlockSums.Failure, _ blockRows: Int) -> Refusal {
    let row = failure.block.multipliedReportingOverflow(by: blockRows)
    return Refusal(
      partition: partition, row: row.overflow ? data.rows : min(row.partialValue, data.rows),
      kind: .init(failure.error), reason: failure.error.description)
  }

  /// Why the sums of all blocks do not fit, where those of each do.
  private func refusal(_ error: SumsError) -> Refusal {
    Refusal(
      partition: partition, row: data.rows, kind: .init(error), reason: error.description)
  }

  /// What a thread needs to answer a question block by block.
  private func partials(_ question: Request.Question) -> @Sendable () -> any BlockPartial {
    switch question {
    case .scores(let asked):
      let pass = ScorePass(data, asked)
      return { ScorePass.Partial(pass) }
    case .gram(let asked):
      let pass = CurvaturePass(data, asked)
      let sets = (0..<data.cellCount).map { asked.sets > 1 ? $0 >> 1 : 0 }
      return { CurvaturePass.GramPartial(pass, parts: sets, count: asked.sets) }
    case .classGrams(let asked, let classes):
      let pass = CurvaturePass(data, asked)
      let count = (classes.max() ?? 0) + 1
      return { CurvaturePass.GramPartial(pass, parts: classes, count: count) }
    case .diagonal(let asked):
      let pass = CurvaturePass(data, asked)
      return { CurvaturePass.DiagonalPartial(pass) }
    case .levelCurvatures(let theta):
      let ones = [Double](repeating: 1, count: data.cellCount)
      let pass = CurvaturePass(
        data, .init(theta: theta, alpha: ones, beta: ones.scaled(by: 0)))
      return { CurvaturePass.LevelPartial(pass) }
    case .product(let asked, let direction):
      let pass = CurvaturePass(data, asked), along = Buffer<Scalar>(narrowing: direction)
      return { CurvaturePass.ProductPartial(pass, direction: along) }
    case .moments:
      let pass = MomentPass(data, attributes: attributes)
      return { MomentPass.Partial(pass) }
    case .scan(let bins):
      let scanner = CellScanner(data, bins)
      return { CellScanner.Partial(scanner) }
    case .positives(let models): return counts(models.map { ($0, .positives) })
    case .histograms(let models):
      return counts(models.map { ($0.theta, .bins(width: $0.width, bins: $0.bins)) })
    case .squares(let theta): return counts([(theta, .squares)])
    case .sizes, .margins, .levelLabels: return counts([])
    }
  }

  private func counts(
    _ models: [(theta: [Double], count: CountPass<Scalar>.Count)]
  ) -> @Sendable () -> any BlockPartial {
    let pass = CountPass(data, models)
    return { CountPass.Partial(pass) }
  }

  // MARK: - Largest values

  /// max |z| and the largest violation of a label: see `Request.Question.margins`.
  private func margins(_ direction: [Double]) -> [Double] {
    let theta = Buffer<Scalar>(narrowing: direction)
    let kernels = RowKernels(features: data.features)
    let size = Blocking.blockRows.lowerBound
    let total = Mutex((largest: -Double.infinity, violation: -Double.infinity))
    pool.reduce(
      (data.rows + size - 1) / size,
      makePartial: {
        (ScoreTile(data, kernels), -Double.infinity, -Double.infinity)
      },
      body: { block, partial in
        let tile = partial.0
        let last = min(data.rows, (block + 1) * size)
        tile.first = block * size
        while tile.first < last {
          tile.count = min(tile.capacity, last - tile.first)
          tile.score(theta)
          tile.raiseMargins(&partial.1, &partial.2)
          tile.first += tile.count
        }
      },
      merge: { partial in
        total.withLock {
          $0.largest = max($0.largest, partial.1)
          $0.violation = max($0.violation, partial.2)
        }
      })
    let found = total.withLock { $0 }
    return [found.largest, found.violation]
  }

  /// Which labels the rows of each level have: see `Request.Question.levelLabels`.
  private func levelLabels() -> [Double] {
    // Bit 0 stands for labels below 1, bit 1 for labels above 0.
    let bits = data.labels.map { UInt8(($0 < 1 ? 1 : 0) | ($0 > 0 ? 2 : 0)) }
    var found: [Double] = []
    for column in data.features.categorical {
      var seen = [UInt8](repeating: 0, count: column.levels)
      for i in 0..<data.rows where (data.sampleWeights?[i] ?? 1) > 0 {
        seen[Int(column.codes[i])] |= bits[Int(data.cells[i])]
      }
      for level in seen {
        for bit in [UInt8(1), 2] { found.append(level & bit == 0 ? -.infinity : 1) }
      }
    }
    return found
  }
}
