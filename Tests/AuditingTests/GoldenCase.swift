import Auditing
import Criteria
import Datasets
import Foundation
import LinearAlgebra
import TestSupport

/// Rows and what three libraries return for them.
struct GoldenCase {
  static let names = [
    "bin_n12", "bin_n200", "bin_weighted", "edge_all_negative_predictions",
    "edge_empty_control_cell", "edge_group_no_positive_labels",
    "edge_group_no_positive_predictions", "edge_one_group", "edge_perfect_predictions",
    "edge_singleton_group", "multi_k12_n2000", "multi_k5", "multi_k5_weighted",
  ]

  let name: String
  let columns: [String: [Double]]
  let expected: [String: Any]

  init(_ name: String) throws {
    self.name = name
    let files = GoldenFiles(.module, "metrics/\(name)")
    columns = try files.columns("data.csv")
    expected = try files.json("expected.json")
  }

  var isWeighted: Bool { expected["weighted"] as! Bool }
  var rows: Int { columns["A"]!.count }
  /// The group that AIF360's cases call privileged.
  var privileged: Set<String> { expected["groups"] as! Int > 2 ? ["0"] : ["1"] }

  func outcomes(weighted: Bool) -> Outcomes {
    func groups(_ name: String) -> GroupIndex {
      GroupIndex(attribute: name, values: columns[name]!.map { "\(Int($0))" })
    }
    return Outcomes(
      attributes: [groups("A"), groups("control")],
      labels: Buffer(columns["y_true"]!.map { UInt8($0) }),
      predictions: Buffer(columns["y_pred"]!.map { UInt8($0) }), scores: Buffer(columns["score"]!),
      weights: weighted ? Buffer(columns["w"]!) : nil)
  }

  /// Counted with its weights, unless the library ignores them.
  func counts(weighted: Bool = true) throws -> OutcomeCounts {
    try OutcomeCounts(counting: outcomes(weighted: weighted && isWeighted))
  }

  func frame(controls: [String] = []) throws -> MetricFrame {
    let counts = try counts()
    let used = controls.isEmpty ? counts.projected(to: [0]) : counts
    return MetricFrame(used, controls: controls)
  }

  /// What stands at a path of keys.
  func at(_ path: String...) -> Any {
    var value: Any = expected
    for key in path { value = (value as! [String: Any])[key]! }
    return value
  }
}

/// A number of a reference: strings stand for those that JSON lacks.
func goldenNumber(_ value: Any?) -> Double? {
  switch value {
  case let number as NSNumber: number.doubleValue
  case "NaN" as String: .nan
  case "Infinity" as String: .infinity
  case "-Infinity" as String: -.infinity
  default: nil
  }
}

func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
  abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}
