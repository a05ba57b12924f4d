import Essentials
import Reports

/// What a side is asked: one line of JSON on its standard input.
struct BenchRequest: Codable, Sendable {
  static let schemaName = "equipoise.bench-request/1"

  var schema = BenchRequest.schemaName
  /// Folders of arrays.
  var train: String
  var test: String
  /// The folder for `train.npy` and `test.npy`: of each row the probability of being selected.
  var output: String
  var method: String
  /// The method's options, as texts by name.
  var options: [String: String]
  /// Which rates are to be alike: at most `bound` from those of all rows.
  var criterion: String
  var bound: Double
  /// Storage of the features: `float` or `double`.
  var precision: String
  var seed: UInt64
  var threads: Int
  /// Seconds after which the process is ended.
  var budget: Double

  /// Where a part's decisions are written to.
  func decisions(_ part: Part) -> String { "\(output)/\(part.rawValue).npy" }

  enum Part: String { case train, test }
}

/// What a side answers: one line of JSON, the last that it prints.
struct BenchAnswer: Codable, Sendable {
  var status: BenchCell.Status
  /// Why the status is not `ok`.
  var reason: String?
  /// What the side runs: a library with its version.
  var version: String?
  /// The kernels of its linear algebra.
  var core: String?
  var seconds: Seconds?
  var iterations: Int?
  var oracleCalls: Int?
  var readings: Double?
  var objective: Double?
  var certificate: FitRecord.ProvedBound?

  enum CodingKeys: String, CodingKey {
    case status, reason, version, core, seconds, iterations, readings, objective, certificate
    case oracleCalls = "oracle_calls"
  }

  struct Seconds: Codable {
    var load: Double?
    var fit: Double?
    var predict: Double?
  }

  init(_ status: BenchCell.Status, reason: String? = nil) {
    self.status = status
    self.reason = reason
  }

  /// The answer among the lines that a process printed; nil where none is one.
  init?(printed text: String) {
    let lines = text.split(separator: "\n").reversed()
    guard let line = lines.first(where: { $0.hasPrefix("{") }),
      let answer = try? CanonicalJSON.value(BenchAnswer.self, from: line.utf8)
    else { return nil }
    self = answer
  }
}
