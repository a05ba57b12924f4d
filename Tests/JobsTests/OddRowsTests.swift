import Datasets
import LinearAlgebra
import Mitigation
import Models
import Jobs
import Testing

/// Every method on rows that nobody hopes for ends in a model of finite numbers, or in an error that
/// says why not; what a run refuses, a fit refuses alike.
@Suite struct OddRowsTests {
  /// The defaults, and each value of each choice in turn. Few steps: the end of a long search is no
  /// other than that of a short one.
  private static func settings(of method: any Mitigation.Type) -> [[String: String]] {
    let quick = [
      "epochs": "1", "hidden": "4", "max_iterations": "30", "rounds": "3", "programs": "8",
    ].filter {
      name, _ in
      method.options.contains { $0.name == name }
    }
    var all = [quick]
    for option in method.options {
      switch option.kind {
      case .choice(let names), .bounds(let names):
        all += names.map { quick.merging([option.name: $0]) { $1 } }
      case .flag: all += ["true", "false"].map { quick.merging([option.name: $0]) { $1 } }
      case .number(let range) where range.upperBound <= 1:
        all += [range.lowerBound, range.upperBound].map {
          quick.merging([option.name: "\($0)"]) { $1 }
        }
      default: break
      }
    }
    return all
  }

  private enum Outcome: Equatable {
    case model([Double])
    case refusal(String)
  }

  private static func outcome(_ body: () throws -> TrainedModel, _ data: Dataset<Double>) -> Outcome
  {
    do {
      return .model(try body().predictor.probabilities(data, pool: .serial))
    } catch { return .refusal("\(error)") }
  }

  @Test(arguments: Mitigations.all.map { $0.name })
  func aModelOrAnErrorAndNeverATrap(name: String) throws {
    let method = try Mitigations.named(name)
    for odd in OddRows.all {
      let data: Dataset<Double> = odd.data()
      for settings in Self.settings(of: method) {
        let experiment = Experiment(train: data, test: nil, pool: .serial)
        var values: [Double] = []
        let run = Self.outcome(
          {
            let run = try experiment.run(method, options: settings)
            let train = run.document.train
            values = train.names.compactMap { train[$0].value }
            return run.model
          }, data)
        let fit = Self.outcome(
          {
            try method.fit(
              data, FitRequest(options: try MethodOptions(settings, of: method), pool: .serial))
          }, data)
        #expect(run == fit, "\(odd), \(settings)")
        switch run {
        case .model(let chances):
          #expect((chances + values).allSatisfy { $0.isFinite }, "\(odd), \(settings)")
        case .refusal(let text): #expect(!text.isEmpty, "\(odd), \(settings)")
        }
      }
    }
  }

  @Test(arguments: Preprocessors.all.map { $0.name })
  func preprocessorsDoOrSayWhyNot(name: String) throws {
    let method = try Preprocessors.named(name)
    for odd in OddRows.all {
      let data: Dataset<Float> = odd.data()
      let request = FitRequest(
        options: try MethodOptions(from: method.options, of: name), pool: .serial)
      guard let fit = try? method.fit(data, request) else { continue }
      let rows = try fit.transform.training(data, pool: .serial)
      #expect(rows.sampleWeights.map { $0.allSatisfy(\.isFinite) } ?? true, "\(odd)")
      #expect(
        (0..<rows.rows).allSatisfy { i in
          (0..<rows.features.dense.columns).allSatisfy { rows.features.dense[i, $0].isFinite }
        }, "\(odd)")
    }
  }
}
