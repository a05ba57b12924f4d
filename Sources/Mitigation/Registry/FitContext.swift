import LinearAlgebra

/// How a fit is to run, whatever the method.
public struct FitContext: Sendable {
  public var seed: UInt64
  public var pool: WorkerPool
  /// Asked between iterations; true ends the fit with the best iterate and status `stopped`.
  public var shouldStop: @Sendable () -> Bool
  /// Told the share of the work that is done, and in words how it goes, by methods that run long.
  public var progress: @Sendable (_ share: Double, _ detail: String) -> Void = { _, _ in }
  /// Where methods that run long leave what they need to go on after a kill.
  public var checkpoint: GameCheckpoint?

  public init(
    seed: UInt64 = 0, pool: WorkerPool = .default,
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.seed = seed
    self.pool = pool
    self.shouldStop = shouldStop
  }
}
