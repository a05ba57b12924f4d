import CEquipoise
import Datasets
import LinearAlgebra

/// The roles of a table's columns, each an option under its name.
struct TableRoles {
  var options: DataOptions
  var prediction: String?
  var score: String?
  var storesDoubles: Bool
  var unknown: UnknownGroups

  init(_ settings: inout CallSettings, bundled: BundledDataset?) throws {
    options = bundled.map { DataOptions($0) } ?? DataOptions()
    for role in DataOptions.table + [DataOptions.targetColumn] {
      guard let given = settings.take(role.name) else { continue }
      let text = role.aliases.synonyms[given]?.value ?? given
      if let problem = role.kind.problem(with: .text(text)) {
        throw CallError.option(role.name, text, "\(problem)")
      }
      try role.set(&options, .text(text))
    }
    prediction = settings.take("prediction")
    score = settings.take("score")
    options.mode.numbers = [prediction, score].compactMap { $0 }
    storesDoubles = settings.take("precision") == "double"
    unknown = try unknownGroups(&settings) ?? .exclude
    try settings.requireNothingLeft()
  }

  /// - Parameter encoder: encodes the rows as a model's were; nil fits one to them.
  func read(
    _ location: DataLocation, encoder: FeatureEncoder? = nil, _ pool: WorkerPool
  ) throws -> DatasetParts {
    storesDoubles
      ? try parts(try read(location, encoder, pool, as: Double.self))
      : try parts(try read(location, encoder, pool, as: Float.self))
  }

  private func read<Scalar: KernelScalar>(
    _ location: DataLocation, _ encoder: FeatureEncoder?, _ pool: WorkerPool,
    as type: Scalar.Type
  ) throws -> Dataset<Scalar> {
    let reader = DataReader(options: options, pool: pool)
    guard let encoder else {
      var data: Dataset<Scalar> = try reader.read(location)
      data.unknown = unknown
      data.notes += UnknownGroups.counts([data]).map { unknown.phrase($0.attribute, $0.rows) }
      return data
    }
    return try reader.read(location, encoder: encoder)
  }

  private func parts<Scalar: KernelScalar>(_ data: Dataset<Scalar>) throws -> DatasetParts {
    let decisions = try prediction.map { name in
      try data.columns[name]!.enumerated().map { row, value in
        guard value == 0 || value == 1 else {
          throw CallError.data(
            "'\(name)' in \(RowPlace.position(row)) is \(value), neither 0 nor 1", row: row,
            column: name)
        }
        return UInt8(value)
      }
    }
    return DatasetParts(data, predictions: decisions, scores: score.map { data.columns[$0]! })
  }
}

@c @implementation
public func eqp_dataset_load(
  _ name: UnsafePointer<CChar>?, _ part: UnsafePointer<CChar>?, _ options: OpaquePointer?,
  _ dataset: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(dataset, "dataset")
    let (bundled, part) = try bundledPart(name, part)
    var settings = try CallSettings(options)
    let roles = try TableRoles(&settings, bundled: bundled)
    target.pointee = try Handles.datasets.insert(
      try roles.read(.bundled(bundled, part), settings.pool))
    return EQP_OK
  }
}

private func bundledPart(
  _ name: UnsafePointer<CChar>?, _ part: UnsafePointer<CChar>?
) throws -> (BundledDataset, BundledDataset.Part) {
  let bundled = try BundledDataset.named(try text(name, "name"))
  let wanted = try text(part, "part")
  guard let part = BundledDataset.Part(rawValue: wanted) else {
    throw CallError.argument("there is no part '\(wanted)': it is train or test", column: "part")
  }
  guard part == .train || bundled.hasTestPart else {
    throw CallError.argument("'\(bundled.name)' has no test part", column: "part")
  }
  return (bundled, part)
}

@c @implementation
public func eqp_dataset_load_like(
  _ fitted: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ part: UnsafePointer<CChar>?,
  _ dataset: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(dataset, "dataset")
    let (bundled, part) = try bundledPart(name, part)
    target.pointee = try Handles.datasets.insert(
      try readLike(try Handles.datasets.object(fitted), .bundled(bundled, part)))
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_read_like(
  _ fitted: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ dataset: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(dataset, "dataset")
    let path = try text(path, "path")
    target.pointee = try Handles.datasets.insert(
      try readLike(try Handles.datasets.object(fitted), .path(path)))
    return EQP_OK
  }
}

private func readLike(_ fitted: DatasetParts, _ location: DataLocation) throws -> DatasetParts {
  switch fitted.assembled() {
  case .float(let data): try readLike(data, location)
  case .double(let data): try readLike(data, location)
  }
}

private func readLike<Scalar: KernelScalar>(
  _ fitted: Dataset<Scalar>, _ location: DataLocation
) throws -> DatasetParts {
  guard fitted.encoder.label != nil || fitted.targets != nil else {
    throw CallError.argument("the data set was not read from a table", column: "fitted")
  }
  var options = fitted.encoder.options
  options.positive = fitted.encoder.positive
  let data: Dataset<Scalar> = try DataReader(options: options).read(
    location, encoder: fitted.encoder)
  return DatasetParts(data, predictions: nil, scores: nil)
}

@c @implementation
public func eqp_dataset_read(
  _ path: UnsafePointer<CChar>?, _ options: OpaquePointer?,
  _ dataset: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(dataset, "dataset")
    let path = try text(path, "path")
    var settings = try CallSettings(options)
    let roles = try TableRoles(&settings, bundled: nil)
    target.pointee = try Handles.datasets.insert(try roles.read(.path(path), settings.pool))
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_read_for(
  _ model: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ options: OpaquePointer?,
  _ dataset: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(dataset, "dataset")
    let model = try Handles.models.object(model).model
    target.pointee = try Handles.datasets.insert(
      try readEncoded(
        .path(try text(path, "path")), as: model.encoder,
        needsAttributes: model.predictor.needsAttributes, options))
    return EQP_OK
  }
}
