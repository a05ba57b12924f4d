import CEquipoise
import Datasets
import LinearAlgebra
import Models
import Reports

@c @implementation
public func eqp_dataset_features(
  _ dataset: OpaquePointer?, _ values: UnsafeMutablePointer<Double>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    switch try Handles.datasets.object(dataset).assembled() {
    case .float(let data): try deliver(data.features.dense, values, capacity, needed)
    case .double(let data): try deliver(data.features.dense, values, capacity, needed)
    }
  }
}

private func deliver<Scalar: KernelScalar>(
  _ block: Matrix<Scalar>, _ values: UnsafeMutablePointer<Double>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?
) throws(CallError) -> eqp_status {
  // SAFETY: the caller's memory has room for `capacity` numbers, or is NULL.
  let count = block.rows * block.columns
  needed?.pointee = Int64(count)
  guard let values else {
    guard capacity == 0, needed != nil else { throw .argument("the target is NULL") }
    return EQP_OK
  }
  guard capacity >= Int64(count) else {
    throw CallError(EQP_ERROR_CAPACITY, "there is room for \(capacity), and \(count) are needed")
  }
  for i in 0..<block.rows {
    let row = block.pointer(row: i), target = values + i * block.columns
    for j in 0..<block.columns { target[j] = Double(row[j]) }
  }
  return EQP_OK
}

/// What the columns of the features are.
private struct ColumnList: Encodable {
  struct Category: Encodable {
    var name: String
    var levels: [String]
  }

  var numeric: [String]
  var categorical: [Category]

  init<Scalar: KernelScalar>(_ data: Dataset<Scalar>) {
    let encoder = data.encoder
    numeric = encoder.numeric.map(\.name)
    categorical = encoder.categorical.map { column in
      Category(
        name: column.name,
        levels: column.levels + (column.hasMissing ? [FeatureEncoder.missingName] : []))
    }
    categorical += encoder.numeric.filter(\.hasMissing).map {
      Category(name: "\($0.name) is missing", levels: ["false", "true"])
    }
  }
}

@c @implementation
public func eqp_dataset_columns_json(
  _ dataset: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let list =
      switch try Handles.datasets.object(dataset).assembled() {
      case .float(let data): ColumnList(data)
      case .double(let data): ColumnList(data)
      }
    return try deliver(
      StoredJSON.text(list), to: text, capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_dataset_codes(
  _ dataset: OpaquePointer?, _ index: Int64, _ values: UnsafeMutablePointer<Double>?,
  _ capacity: Int64, _ needed: UnsafeMutablePointer<Int64>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let columns =
      switch try Handles.datasets.object(dataset).assembled() {
      case .float(let data): data.features.categorical
      case .double(let data): data.features.categorical
      }
    let column = try entry(index, of: columns, "categorical feature")
    return try deliver(
      column.codes.array.map(Double.init), to: values, capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_dataset_labels(
  _ dataset: OpaquePointer?, _ values: UnsafeMutablePointer<Double>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    guard let labels = try Handles.datasets.object(dataset).labels else {
      throw CallError.data("labels are missing", column: "labels")
    }
    return try deliver(
      labels.array.map(Double.init), to: values, capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_dataset_weights(
  _ dataset: OpaquePointer?, _ values: UnsafeMutablePointer<Double>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    return try deliver(
      parts.weights ?? [Double](repeating: 1, count: parts.rows), to: values,
      capacity: capacity, needed: needed)
  }
}

@c @implementation
public func eqp_dataset_notes(
  _ dataset: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ needed: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    try deliver(
      try ReportJSON.text(try Handles.datasets.object(dataset).notes), to: text,
      capacity: capacity, needed: needed)
  }
}
