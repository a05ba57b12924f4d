import Auditing
import Datasets
import LinearAlgebra
import Mitigation
import Models

/// The same audit where the rows are not to be in memory all at once.
extension AuditJob {
  /// Throws for what needs all rows, where these are to be read a few at a time.
  func checkWithin() throws(JobError) {
    guard memory.bytes != nil else { return }
    let others: [(name: String, isAsked: Bool)] = [
      ("scan", finding.scans), ("proxies", finding.findsProxies),
      ("compare_with", finding.compareWith != nil), ("membership", !finding.membership.isEmpty),
      ("consistency", consistency != nil),
    ]
    if let other = others.first(where: \.isAsked) {
      throw .usage(
        "\(option: other.name) looks at all rows together: leave out \(option: MemoryInput.name)")
    }
    guard let task, task != .binary else { return }
    throw .usage(
      """
      \(set: "task", task.rawValue) needs all rows in memory: leave out \(option: MemoryInput.name)
      """)
  }
}

extension AuditSubject {
  /// Reads rows with what was decided about them, a few at a time.
  func read(
    within bytes: Int, _ data: DataInput, _ context: JobContext, _ controls: [String],
    _ ranking: AuditOptions.Ranking, _ search: FindingSearch
  ) throws -> AuditedRows {
    guard let trained = try context.model("model", file: model) else {
      return try read(within: bytes, nil, data, context, controls, ranking, search, Float.self)
    }
    switch data.precision {
    case .float:
      return try read(
        within: bytes, trained, data, context, controls, ranking, search, Float.self)
    case .double:
      return try read(
        within: bytes, trained, data, context, controls, ranking, search, Double.self)
    }
  }

  private func read<Scalar: KernelScalar>(
    within bytes: Int, _ model: TrainedModel?, _ data: DataInput, _ context: JobContext,
    _ controls: [String], _ ranking: AuditOptions.Ranking, _ search: FindingSearch,
    _ type: Scalar.Type
  ) throws -> AuditedRows {
    let file = try data.packed(context)
    let roles = try model.map { try self.roles(of: $0, data, controls) } ?? roles(data, controls)
    try model?.requireRowByRow(roles)
    let reader =
      model.map { ModelData.reader(for: $0, roles: roles, pool: context.pool) }
      ?? DataReader(options: roles, pool: context.pool)
    var rows = StreamedRows<Scalar>(file, reader, encoder: model?.encoder)
    var audit = try StreamedAudit(
      file, within: bytes, model: model, score: score, threshold: threshold, context)
    try audit.read(&rows, ranking)
    rows.tell(context, leftOut: "not in the audit")
    noteLabels(
      audit.hasLabels, isAnyPositive: { audit.hasPositive }, audit.positives, roles, context)
    noteScores(audit.oddScores, context)
    context.notePooled(audit.pooled)
    var found = try audit.finish(auditsLabels: model == nil && auditsLabels)
    found.findings = try search.findings(counting: found.audited, context)
    found.trainedOn = try model?.noteOfTraining(
      rows.count, of: file.path, .path(file.path), pool: context.pool)
    return found
  }
}
