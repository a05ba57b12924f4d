import ArgumentParser
import Equipoise

/// One run in words.
enum RunText {
  static func describe<Scalar: KernelScalar>(
    _ run: Experiment<Scalar>.Run, savedTo path: String?
  ) -> String {
    let document = run.document
    var lines = [
      "\(document.method): \(document.status) after \(document.iterations) iterations, "
        + "\(Tables.number(document.seconds.fit, decimals: 3)) s to fit, "
        + "\(Tables.number(document.seconds.load + document.seconds.pack, decimals: 3)) s to read"
    ]
    let names = Set(document.train.names + (document.test?.names ?? [])).sorted {
      $0.description < $1.description
    }
    let rows = names.map { name in
      [
        name.description, Tables.number(document.train[name].value, decimals: 4),
        document.test.map { Tables.number($0[name].value, decimals: 4) } ?? "–",
      ]
    }
    lines.append(Tables.text(["metric", "train", "test"], rows, alignedRight: [1, 2]))
    lines += Tables.reasons(
      [("train", document.train)] + (document.test.map { [("test", $0)] } ?? []))
    if let reason = document.stopReason { lines.append("stopped: \(reason)") }
    if document.oracleCalls > 0 {
      lines.append(
        "\(document.oracleCalls) fits of the learner, "
          + "\(Tables.number(document.passes, decimals: 1)) passes over the features")
    }
    for (part, measure) in [
      ("train", document.trainConstraint), ("test", document.testConstraint),
    ] {
      guard let measure, let violation = measure.violation else { continue }
      lines.append(
        "constraint on \(part): violated by \(Tables.number(violation, decimals: 5)); rates apart by "
          + "\(Tables.number(measure.differenceBetweenGroups, decimals: 4)) between groups, "
          + "\(Tables.number(measure.differenceToOverall, decimals: 4)) to overall")
    }
    if let bound = document.certificate?.boundOnSuboptimality {
      lines.append("proved: the objective is at most \(bound) above its minimum")
    }
    if let path { lines.append("model written to \(path)") }
    return lines.joined(separator: "\n")
  }

  /// A disparity that no run has is a mistake in its name, not a frontier without points.
  ///
  /// - Parameter runs: nil: before anything is fitted, a disparity that no fit has.
  static func checkDisparity(_ name: MeasureName, in runs: [FitRecord]? = nil) throws {
    let advice =
      runs.map { RunsDocument.advice(for: name, in: $0) } ?? RunsDocument.advice(for: name)
    guard let advice else { return }
    throw ValidationError("--disparity \(name): \(advice)")
  }

  /// Exit code 4 when a fit did not reach its tolerance; its result has been written.
  static func checkConverged(_ runs: [FitRecord]) throws {
    let bad = runs.filter { !["converged", "separable"].contains($0.status) }
    guard !bad.isEmpty else { return }
    let names = bad.map { run in
      let reason = run.stopReason.map { ": \($0)" } ?? ""
      return "\(run.label ?? run.method) (\(run.status)\(reason))"
    }
    throw CommandFailure(
      .notConverged,
      "did not converge to the asked tolerance: \(names.joined(separator: "; "))")
  }
}
