import Criteria
import Datasets
import Essentials
import LinearAlgebra
import Mitigation
import Models
import Reports

/// The engine as a side of a suite: it answers one request, in a process of its own.
public enum EngineSide {
  /// - Parameter line: a request.
  /// - Returns: the answer, one line of JSON.
  public static func answer(_ line: String) throws -> String {
    let request: BenchRequest
    do { request = try CanonicalJSON.value(BenchRequest.self, from: line.utf8) } catch {
      throw JobError.data("no request of a suite: \(error)")
    }
    var answer: BenchAnswer
    do {
      answer =
        FeaturePrecision(rawValue: request.precision) == .double
        ? try solve(request, as: Double.self) : try solve(request, as: Float.self)
    } catch let error as any UserError where error.blame == .data || error.blame == .usage {
      answer = BenchAnswer(.refused, reason: error.text(.python))
    }
    answer.version = "equipoise \(EquipoiseVersion.current)"
    answer.core = "openblas \(OpenBLAS.core)"
    return try CanonicalJSON.text(answer)
  }

  private static func solve<Scalar: KernelScalar>(
    _ request: BenchRequest, as type: Scalar.Type
  ) throws -> BenchAnswer {
    let clock = ContinuousClock(), pool = WorkerPool(threads: request.threads)
    var lap = clock.now
    func seconds() -> Double {
      defer { lap = clock.now }
      return (clock.now - lap) / .seconds(1)
    }
    let reader = DataReader(options: options(of: request.train), pool: pool)
    let train: Dataset<Scalar> = try reader.read(.path(request.train))
    let test: Dataset<Scalar> = try reader.read(.path(request.test), encoder: train.encoder)
    var spent = BenchAnswer.Seconds(load: seconds())
    var answer = BenchAnswer(.ok)
    var model: TrainedModel?
    if request.method != BenchCell.nullMethod {
      let method = try Mitigations.named(request.method)
      let options = try MethodOptions(request.options, of: method)
      lap = clock.now
      let fitted = try method.fit(
        train, FitRequest(options: options, seed: request.seed, pool: pool))
      spent.fit = seconds()
      answer = BenchAnswer(fitted)
      model = fitted
    }
    let decisions = try [test, train].map { try selected($0, model, pool) }
    spent.predict = seconds()
    try NPYArray.write(decisions[0], to: request.decisions(.test))
    try NPYArray.write(decisions[1], to: request.decisions(.train))
    answer.seconds = spent
    return answer
  }

  /// The roles of a folder's arrays, as far as they are there.
  private static func options(of folder: String) -> DataOptions {
    func has(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: "\(folder)/\(name).npy")
    }
    var options = DataOptions(label: "label", sensitive: has("group") ? ["group"] : [])
    if has("weight") { options.weights = "weight" }
    return options
  }

  /// The probability with which each row is selected, shape `(n)`; 0 without a model.
  private static func selected<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, _ model: TrainedModel?, _ pool: WorkerPool
  ) throws -> [Double] {
    var selected = [Double](repeating: 0, count: rows.rows)
    guard let model else { return selected }
    let probabilities = try model.predictor.probabilities(rows, pool: pool)
    let mixture = try model.predictor.decisionMixture(
      rows, probabilities: probabilities, threshold: TrainedModel.defaultThreshold)
    for part in mixture {
      for i in selected.indices where part.decisions[i] == 1 { selected[i] += part.weight }
    }
    return selected
  }
}

extension BenchAnswer {
  fileprivate init(_ model: TrainedModel) {
    let report = model.report
    let isEnded = report.status == .converged || report.status == .separable
    self.init(isEnded ? .ok : .notConverged, reason: isEnded ? nil : report.status.rawValue)
    iterations = report.iterations
    oracleCalls = report.oracleCalls
    readings = report.passes
    objective = report.objective
    certificate = report.certificate.map(FitRecord.ProvedBound.init)
  }
}
