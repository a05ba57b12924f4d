import Criteria
import Datasets
import LinearAlgebra
import Mitigation
import Models
import TestSupport

/// Scored rows from plain arrays.
func scored(
  _ scores: [Double], _ labels: [Int], _ groups: [Int], _ weights: [Double]? = nil
) throws -> ScoredRows {
  let names = (0...(groups.max() ?? 0)).map { "\($0)" }
  return try ScoredRows(
    scores: scores, labels: Buffer(labels.map(UInt8.init)),
    attributes: [
      GroupIndex(attribute: "g", codes: Buffer(groups.map(UInt16.init)), names: names)
    ], weights: weights)
}

/// Random rows: few distinct scores, so that many tie, and groups that may lack a label.
func randomRows(
  _ random: inout SeededGenerator, rows n: Int, groups: Int, levels: Int, weighted: Bool
) throws -> ScoredRows {
  var codes = (0..<n).map { _ in Int.random(in: 0..<groups, using: &random) }
  for group in 0..<min(groups, n) { codes[group] = group }
  let scores = (0..<n).map { _ in Double(Int.random(in: 0...levels, using: &random)) / 8 }
  let labels = (0..<n).map { i in
    Double.random(in: 0...1, using: &random) < 0.2 + 0.6 * scores[i] ? 1 : 0
  }
  var weights = weighted ? (0..<n).map { _ in Double(Int.random(in: 0...4, using: &random)) } : nil
  // Rows without any weight are refused.
  if weights?.allSatisfy({ $0 == 0 }) == true { weights?[0] = 1 }
  return try scored(scores, labels, codes, weights)
}

func request(_ method: any Postprocessor.Type, _ given: [String: String] = [:]) throws -> FitRequest
{
  FitRequest(options: try MethodOptions(given, from: method.options, of: method.name))
}

/// Expected weights of selected positives and negatives of each group under a rule's values.
struct ExpectedRates {
  var truePositives: [Double]
  var falsePositives: [Double]
  var positives: [Double]
  var negatives: [Double]

  init(_ rows: ScoredRows, _ values: [Double]) {
    let zeros = [Double](repeating: 0, count: rows.groups.count)
    (truePositives, falsePositives, positives, negatives) = (zeros, zeros, zeros, zeros)
    for i in 0..<rows.count {
      let g = rows.groups[i], w = rows.weight(i)
      if rows.labels[i] == 1 {
        positives[g] += w
        truePositives[g] += w * values[i]
      } else {
        negatives[g] += w
        falsePositives[g] += w * values[i]
      }
    }
  }

  func rates(_ rate: Rate) -> [Double?] {
    positives.indices.map {
      rate.value(
        truePositives: truePositives[$0], falsePositives: falsePositives[$0],
        positives: positives[$0], negatives: negatives[$0])
    }
  }

  var error: Double {
    let wrong = positives.indices.reduce(0) {
      $0 + positives[$1] - truePositives[$1] + falsePositives[$1]
    }
    return wrong / (positives.reduce(0, +) + negatives.reduce(0, +))
  }
}
