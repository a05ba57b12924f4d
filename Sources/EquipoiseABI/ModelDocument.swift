import Models
import Optimization

/// How a fit went, as a caller reads it.
struct ModelDocument: Encodable {
  var method: String
  var options: [String: OptionValue]
  var predictor: String
  var tensors: [String: [Int]]
  var columns: [String]
  /// The label's column, and its negative and positive value; a negative one is null where several
  /// values are negative. Absent of numbers.
  var label: String?
  var classes: [String?]?
  var report: Report

  /// The fit's record, with the names of the documents of the command line.
  struct Report: Encodable {
    var status: FitStatus
    var iterations, oracleCalls: Int
    var objective: Double?
    var certificate: Proof?
    var passes, seconds: Double
    var seed: UInt64
    /// Why a search ended, and which option to turn where it did not come to its end; nil: nothing.
    var stopReason: String?
    var advice: String?
    /// Of status `separable`: coefficients and intercept of a direction that separates the labels.
    var separatingDirection: [Double]?

    enum CodingKeys: String, CodingKey {
      case status, iterations, objective, certificate, passes, seconds, seed, advice
      case separatingDirection = "separating_direction"
      case stopReason = "stop_reason"
      case oracleCalls = "oracle_calls"
    }
  }

  struct Proof: Encodable {
    var kind: Certificate.Kind
    var value: Double?
    var boundOnSuboptimality: Double?

    enum CodingKeys: String, CodingKey {
      case kind, value
      case boundOnSuboptimality = "bound_on_suboptimality"
    }
  }

  init(_ model: TrainedModel) {
    let state = model.predictor.state
    method = model.method
    options = model.options
    predictor = state.kind
    tensors = Dictionary(
      state.tensors.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
    columns = model.encoder.columnNames
    label = model.encoder.label
    classes = model.encoder.positive.map { [model.encoder.negative, $0] }
    let fit = model.report
    report = Report(
      status: fit.status, iterations: fit.iterations, oracleCalls: fit.oracleCalls,
      objective: fit.objective.flatMap(Self.finite),
      certificate: fit.certificate.map {
        Proof(
          kind: $0.kind, value: Self.finite($0.value),
          boundOnSuboptimality: $0.boundOnSuboptimality.flatMap(Self.finite))
      }, passes: fit.passes, seconds: fit.seconds, seed: fit.seed, stopReason: fit.stopReason,
      advice: model.advice?.text(.python), separatingDirection: fit.separatingDirection)
  }

  /// JSON has no infinity: a number that does not exist is absent.
  private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}
