import Datasets
import LinearAlgebra

/// Outputs of a network for many rows, a tile at a time on a team's threads.
struct NetworkEvaluation<Scalar: KernelScalar> {
  /// Rows of one task: some tiles, so that the hand-over is small beside the work.
  private static var taskRows: Int { 1024 }
  private static var tileRows: Int { 128 }

  private let pass: NetworkPass<Scalar>
  private let members: [NetworkWorkspace<Scalar>]
  private let indices: [Buffer<UInt32>]

  init(_ pass: NetworkPass<Scalar>, threads: Int) {
    self.pass = pass
    members = (0..<threads).map { _ in
      NetworkWorkspace(pass.architecture, rows: Self.tileRows, blocks: 1)
    }
    indices = (0..<threads).map { _ in Buffer(zeroed: Self.tileRows) }
  }

  /// Shape `(rows, outputs)`.
  ///
  /// - Parameter index: the numbers of the rows; nil for all.
  func outputs(
    _ features: DesignMatrix<Scalar>, rows index: Buffer<UInt32>? = nil, team: Team
  ) -> Buffer<Scalar> {
    let count = index?.count ?? features.rows, width = pass.architecture.outputs
    let result = Buffer<Scalar>(uninitialized: count * width)
    team.run((count + Self.taskRows - 1) / Self.taskRows) { task, member in
      let end = min(count, (task + 1) * Self.taskRows)
      for start in stride(from: task * Self.taskRows, to: end, by: Self.tileRows) {
        let rows = min(Self.tileRows, end - start)
        let numbers = indices[member].pointer
        if let index {
          numbers.update(from: index.pointer + start, count: rows)
        } else {
          for i in 0..<rows { numbers[i] = UInt32(start + i) }
        }
        pass.gather(features, numbers, rows, members[member])
        pass.forward(rows, members[member])
        (result.pointer + start * width).update(
          from: members[member].outputs.pointer, count: rows * width)
      }
    }
    return result
  }
}

extension PlayersEngine {
  /// The predictor's outputs for the rows with the given numbers, shape `(rows, outputs)`.
  public func outputs(rows index: Buffer<UInt32>, team: Team) -> Buffer<Scalar> {
    NetworkEvaluation(pass, threads: team.size).outputs(rows.features, rows: index, team: team)
  }
}
