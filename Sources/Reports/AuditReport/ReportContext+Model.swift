import Models

extension ReportContext.Model {
  /// What documents tell of a fitted model.
  ///
  /// - Parameters:
  ///   - file: the name of the file that it is in, without a folder.
  ///   - digest: of that file's bytes.
  ///   - dataDigest: of the training data, if they were a file.
  public init(_ model: TrainedModel, file: String, digest: String?, dataDigest: String?) {
    let bound = model.report.certificate?.boundOnSuboptimality.map {
      "proved to be at most \(NumberText.small($0)) above the minimum"
    }
    self.init(
      file: file, method: model.method,
      options: model.options.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) },
      status: model.report.status.rawValue, objective: model.report.objective, certificate: bound,
      seed: model.report.seed,
      features: model.encoder.numeric.map(\.name) + model.encoder.categorical.map(\.name),
      label: model.encoder.label, positive: model.encoder.positive,
      sensitive: model.encoder.options.sensitive,
      usesSensitive: model.encoder.options.useSensitive, digest: digest, dataDigest: dataDigest)
    decidesByGroup = model.predictor.needsAttributes
    columns = ColumnRoles(model.encoder.options, features: features)
  }
}
