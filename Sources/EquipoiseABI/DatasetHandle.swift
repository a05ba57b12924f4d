import CEquipoise
import Datasets
import LinearAlgebra

@c @implementation
public func eqp_dataset_create(
  _ rows: Int64, _ dataset: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let target = try require(dataset, "dataset")
    guard rows >= 0, rows <= Int64(Int32.max) * 64 else {
      throw CallError.argument("a data set cannot have \(rows) rows", column: "rows")
    }
    target.pointee = try Handles.datasets.insert(DatasetParts(rows: Int(rows)))
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_destroy(_ dataset: UnsafeMutablePointer<OpaquePointer?>?) -> eqp_status {
  destroy(dataset, in: Handles.datasets)
}

@c @implementation
public func eqp_dataset_set_features(
  _ dataset: OpaquePointer?, _ features: UnsafePointer<eqp_matrix>?,
  _ names: UnsafePointer<UnsafePointer<CChar>?>?, _ release: eqp_release_fn?,
  _ context: UnsafeMutableRawPointer?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    guard let features else { throw CallError.argument("features are NULL", column: "features") }
    // SAFETY: the caller's struct; its context goes back to the caller's function unread.
    nonisolated(unsafe) let context = context
    let block = try OutsideMatrix(
      features.pointee, rows: parts.rows, pool: .default,
      release: { release?(context) })
    let texts = try texts(names, count: block.columns, "names") { "x\($0)" }
    try parts.setFeatures(block, names: texts)
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_add_category(
  _ dataset: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ codes: UnsafePointer<eqp_vector>?,
  _ levels: UnsafePointer<UnsafePointer<CChar>?>?, _ level_count: Int64,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    let name = try text(name, "name")
    guard level_count > 0, level_count < Int64(CodeColumn.maximumLevels) else {
      throw CallError.argument(
        "a category has between 1 and \(CodeColumn.maximumLevels - 1) levels, not \(level_count)",
        column: name)
    }
    let names = try texts(levels, count: Int(level_count), "levels") { "\($0)" }
    // The last code is that of a value never seen in training.
    let codes = try OutsideVector(codes, rows: parts.rows, name).codes(
      below: Int(level_count) + 1)
    try parts.addCategory(name, names, codes)
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_set_labels(
  _ dataset: OpaquePointer?, _ labels: UnsafePointer<eqp_vector>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    parts.setLabels(try OutsideVector(labels, rows: parts.rows, "labels").bits())
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_set_classes(
  _ dataset: OpaquePointer?, _ values: UnsafePointer<eqp_vector>?,
  _ classes: UnsafeMutablePointer<Double>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    let target = try require(classes, "classes")
    let found = try OutsideVector(values, rows: parts.rows, "labels").classes()
    // SAFETY: the interface asks for room for two.
    target[0] = found.low
    target[1] = found.high
    parts.setLabels(found.bits)
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_set_targets(
  _ dataset: OpaquePointer?, _ targets: UnsafePointer<eqp_vector>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    parts.setTargets(try OutsideVector(targets, rows: parts.rows, "targets").numbers())
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_set_weights(
  _ dataset: OpaquePointer?, _ weights: UnsafePointer<eqp_vector>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    let numbers = try OutsideVector(weights, rows: parts.rows, "weights").numbers(atLeast: 0)
    let total = numbers.reduce(0, +)
    guard total > 0 || numbers.isEmpty, total.isFinite else {
      throw CallError.data(
        total > 0 ? "the sum of the weights is not finite" : "every weight is 0",
        column: "weights")
    }
    if let row = numbers.firstIndex(where: { !NumberRange.isWeight($0) }) {
      throw CallError.data(
        """
        \(part: .weights)[\(row)] is \(numbers[row]): weights are 0 or lie within \
        \(NumberRange.weights); use another unit
        """, row: row, column: "weights")
    }
    parts.setWeights(numbers)
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_add_attribute(
  _ dataset: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ codes: UnsafePointer<eqp_vector>?,
  _ groups: UnsafePointer<UnsafePointer<CChar>?>?, _ group_count: Int64,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    let name = try text(name, "name")
    guard group_count > 0, group_count <= Int64(GroupIndex.maximumCount) else {
      throw CallError.argument(
        "an attribute has between 1 and \(GroupIndex.maximumCount) groups, not \(group_count)",
        column: name)
    }
    let names = try texts(groups, count: Int(group_count), "groups") { "\($0)" }
    guard Set(names).count == names.count else {
      throw CallError.argument("two groups of '\(name)' have one name", column: name)
    }
    let codes = try OutsideVector(codes, rows: parts.rows, name).codes(below: Int(group_count))
    try parts.addAttribute(GroupIndex(attribute: name, codes: codes, names: names))
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_add_continuous(
  _ dataset: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ values: UnsafePointer<eqp_vector>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    let name = try text(name, "name")
    try parts.addContinuous(name, try OutsideVector(values, rows: parts.rows, name).numbers())
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_set_predictions(
  _ dataset: OpaquePointer?, _ predictions: UnsafePointer<eqp_vector>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    parts.setPredictions(
      try OutsideVector(predictions, rows: parts.rows, "predictions").bits())
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_set_scores(
  _ dataset: OpaquePointer?, _ scores: UnsafePointer<eqp_vector>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    parts.setScores(try OutsideVector(scores, rows: parts.rows, "scores").numbers())
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_rows(
  _ dataset: OpaquePointer?, _ rows: UnsafeMutablePointer<Int64>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    try require(rows, "rows").pointee = Int64(parts.rows)
    return EQP_OK
  }
}

@c @implementation
public func eqp_dataset_columns(
  _ dataset: OpaquePointer?, _ columns: UnsafeMutablePointer<Int64>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let parts = try Handles.datasets.object(dataset)
    try require(columns, "columns").pointee = Int64(parts.columns)
    return EQP_OK
  }
}
