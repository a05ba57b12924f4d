import ArgumentParser
import Equipoise

/// What an audit is to find, with the options that it depends on.
struct FindingRequest {
  var finding: FindingArguments
  var controls: [String]
  var confidence: Double
  var intersections: Int
  var threshold: Double

  /// What was asked for beyond rates; nil when nothing was.
  func findings<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, _ outcomes: Outcomes, _ data: DataArguments,
    _ common: CommonArguments, _ location: DataLocation
  ) throws -> AuditFindings? {
    guard !finding.isEmpty || !controls.isEmpty else { return nil }
    let search = AuditSearch(
      scans: finding.scan, findsProxies: finding.proxies, measuresDispersion: finding.dispersion,
      measuresPower: finding.power, bootstrapReplicates: finding.bootstrap,
      statistic: finding.scanStatistic,
      controls: controls, confidence: confidence, intersections: intersections,
      seed: common.seed, pool: common.pool)
    var findings = try search.run(rows, outcomes)
    if let compareWith = finding.compareWith {
      let second = try secondOutcomes(rows, outcomes, data, common, location)
      findings.comparison = ModelComparison(confidence: confidence).compare(
        search.audited(outcomes), search.audited(second), names: ("audited", compareWith))
    }
    if !finding.membership.isEmpty {
      findings.memberships = try finding.memberships().map { names in
        let chances = try membership(names, rows)
        return try MembershipAudit(confidence: confidence).run(chances, outcomes)
      }
    }
    return findings
  }

  /// Chances from columns; an error names the line of the file.
  private func membership<Scalar: KernelScalar>(
    _ names: FindingArguments.Names, _ rows: Dataset<Scalar>
  ) throws -> Membership {
    do throws(MembershipError) {
      return try Membership(
        attribute: names.attribute, names: names.groups.map { $0.name },
        chances: names.groups.map { Buffer(rows.columns[$0.column]!) })
    } catch {
      throw CommandFailure(
        .data,
        "\(RowPlace(file: rows.source, row: rows.line(ofRow: error.row))): \(error.description)")
    }
  }

  /// The second model's outcomes of the same rows: a model file reads them for itself.
  private func secondOutcomes<Scalar: KernelScalar>(
    _ rows: Dataset<Scalar>, _ first: Outcomes, _ data: DataArguments,
    _ common: CommonArguments, _ location: DataLocation
  ) throws -> Outcomes {
    guard let model = try finding.comparedModel else {
      return try finding.columnOutcomes(rows, like: first)
    }
    guard data.data != "-" else {
      throw ValidationError("--compare-with FILE reads the rows again: give --data a file")
    }
    let roles = try data.options(for: model, needsLabel: true)
    let again: Dataset<Scalar> = try ModelData.read(
      location, for: model, roles: roles, pool: common.pool)
    guard again.rows == rows.rows else {
      throw ValidationError(
        "--compare-with: the models keep \(again.rows) and \(rows.rows) of the rows")
    }
    let predicted = try model.evaluate(again, threshold: threshold, pool: common.pool)
    return Outcomes(
      attributes: first.attributes, labels: first.labels,
      predictions: Buffer(predicted.decisions), scores: Buffer(predicted.probabilities),
      weights: first.weights, threshold: threshold)
  }
}
