import ArgumentParser
import Equipoise
import Foundation

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "This side of a comparison: loads a case, then fits once for each line it reads.",
    discussion: """
      The other half is side-by-side.py. A line is the index of a setting; the answer is one line
      of JSON with seconds of packing and of fitting, and the coefficients.
      """)

  @Argument(help: "Folder of the case.") var folder: String
  @OptionGroup var arguments: MeasureArguments

  private struct Ready: Encodable {
    var ready = true
    var settings: [String]
    var core: String
    var threads: Int
  }

  func run() throws {
    let folder = try CaseFolder(folder)
    let work: any ServedWork =
      switch folder.description.kind {
      case "csv": ReadWork(folder, pool: arguments.pool)
      default:
        try folder.kind("X") == .float32
          ? FitWork<Float>(folder, pool: arguments.pool) as any ServedWork
          : FitWork<Double>(folder, pool: arguments.pool)
      }
    try printLine(
      Ready(settings: work.settings, core: OpenBLAS.core, threads: arguments.threads))
    while let line = readLine() {
      guard let setting = Int(line) else { break }
      try printLine(try work.run(setting))
    }
  }
}

/// What is timed, again and again.
protocol ServedWork {
  /// From the loosest to the tightest.
  var settings: [String] { get }
  func run(_ setting: Int) throws -> ServedResult
}

struct ServedResult: Encodable {
  var pack = 0.0
  var fit = 0.0
  /// (w, b); empty when nothing is fitted.
  var theta: [Double] = []
  var passes = 0.0
  var status = ""
  var rows = 0
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock(), began = clock.now
  try body()
  return (clock.now - began) / .seconds(1)
}

/// Logistic regression on the caller's arrays.
struct FitWork<Scalar: KernelScalar>: ServedWork {
  private static var gaps: [Double] { [1e-5, 1e-6, 1e-7, 1e-8, 1e-10] }

  let l2: Double
  let dense: Matrix<Scalar>
  let codes: [CodeColumn]
  let labels: Buffer<UInt8>
  let weights: [Double]?
  let pool: WorkerPool

  var settings: [String] { Self.gaps.map { "relative gap \($0)" } }

  init(_ folder: CaseFolder, pool: WorkerPool) throws {
    self.pool = pool
    l2 = folder.description.l2 ?? 0
    let x = try folder.array("X", as: Scalar.self)
    let n = x.shape[0], width = x.shape[1]
    dense = Matrix(buffer: x.numbers, rows: n, columns: width, rowStride: width)
    labels = try folder.array("y", as: UInt8.self).numbers
    weights =
      folder.has("weights") ? try folder.array("weights", as: Double.self).numbers.array : nil
    guard let levels = folder.description.levels, !levels.isEmpty else {
      codes = []
      return
    }
    let all = try folder.array("C", as: UInt16.self).numbers
    codes = levels.enumerated().map { k, count in
      CodeColumn(codes: all.slice(k * n..<(k + 1) * n), levels: count)
    }
  }

  func run(_ setting: Int) throws -> ServedResult {
    var result = ServedResult()
    var rows: ScoreRows<Scalar>?
    result.pack = seconds {
      rows = ScoreRows(
        features: DesignMatrix(dense: dense, categorical: codes), labels: labels,
        sampleWeights: weights)
    }
    var fit: LinearFit?
    result.fit = seconds {
      fit = LogisticRegression(
        l2: l2, rule: StoppingRule(relativeGap: Self.gaps[setting]), pool: pool
      ).fit(rows!)
    }
    result.theta = fit!.theta
    result.passes = fit!.report.passes
    result.status = fit!.report.status.rawValue
    result.rows = rows!.rows
    return result
  }
}

/// A file of text to packed features.
struct ReadWork: ServedWork {
  let path: String
  let pool: WorkerPool
  let settings = ["standardized Float features"]

  init(_ folder: CaseFolder, pool: WorkerPool) {
    path = folder.description.file ?? ""
    self.pool = pool
  }

  func run(_ setting: Int) throws -> ServedResult {
    var result = ServedResult()
    var data: Dataset<Float>?
    let whole = try seconds {
      data = try DataReader(options: DataOptions(label: "y"), pool: pool).read(.path(path))
    }
    result.fit = data!.seconds.load
    result.pack = whole - result.fit
    result.rows = data!.rows
    return result
  }
}
