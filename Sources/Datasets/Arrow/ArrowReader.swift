import CText
import Essentials

/// Memory that an Arrow producer lent; released once, with the last user.
final class ArrowOwner: @unchecked Sendable {
  private var array: ArrowArray

  init(_ array: ArrowArray) { self.array = array }

  deinit {
    // SAFETY: the producer's function on its own struct; a released one has none.
    array.release?(&array)
  }
}

/// The bridge to the Arrow C stream interface: takes a stream over and reads it to its end.
final class ArrowReader {
  private var stream: ArrowArrayStream
  /// The stream is one of columns without a table around them.
  private var isColumn = false

  /// - Parameter source: an `ArrowArrayStream`; it is moved from, so its owner must not release it.
  init(_ source: UnsafeMutableRawPointer) throws(ArrowError) {
    // SAFETY: the caller vouches for the struct; moving out leaves a released one behind.
    let pointer = source.assumingMemoryBound(to: ArrowArrayStream.self)
    stream = pointer.pointee
    pointer.pointee.release = nil
    guard stream.release != nil else { throw ArrowError("the stream was released before") }
  }

  deinit { stream.release?(&stream) }

  /// - Parameter allowsColumn: a stream of one column counts as a table of it.
  func fields(allowsColumn: Bool = false) throws(ArrowError) -> [ArrowField] {
    guard let getSchema = stream.get_schema else { throw ArrowError("the stream has no schema") }
    var schema = ArrowSchema()
    // SAFETY: the producer's function with its own stream, here and below.
    try check(getSchema(&stream, &schema), "the schema")
    defer { schema.release?(&schema) }
    guard text(schema.format) == "+s" else {
      isColumn = allowsColumn
      if isColumn { return [try field(schema, 0)] }
      throw ArrowError("a table is needed, a struct of columns")
    }
    guard schema.n_children >= 0, schema.n_children < 1 << 20,
      schema.n_children == 0 || schema.children != nil
    else { throw ArrowError("the schema has \(schema.n_children) columns") }
    var fields: [ArrowField] = []
    for j in 0..<Int(schema.n_children) {
      guard let child = schema.children[j]?.pointee else {
        throw ArrowError("column \(j) has no schema")
      }
      fields.append(try field(child, j))
    }
    return fields
  }

  private func field(_ schema: ArrowSchema, _ j: Int) throws(ArrowError) -> ArrowField {
    let name = text(schema.name) ?? "\(j)"
    let own = ArrowType(format: text(schema.format) ?? "")
    guard let dictionary = schema.dictionary?.pointee else {
      return ArrowField(name: name, type: own)
    }
    let values = ArrowField(name: name, type: ArrowType(format: text(dictionary.format) ?? ""))
    guard values.unusable == nil else { return values }
    guard case .number = own else {
      throw ArrowError("the codes of column '\(name)' are not whole numbers")
    }
    return ArrowField(
      name: name, type: own, dictionary: values.type,
      isDeclared: text(dictionary.name) != ArrowField.textsName)
  }

  func batches(_ fields: [ArrowField]) throws(ArrowError) -> [ArrowTable.Batch] {
    guard let getNext = stream.get_next else { throw ArrowError("the stream has no batches") }
    var batches: [ArrowTable.Batch] = []
    var row = 0
    while true {
      var array = ArrowArray()
      try check(getNext(&stream, &array), "a batch")
      guard array.release != nil else { return batches }
      let batch = try batch(array, fields, firstRow: row)
      row += batch.rows
      guard row < 1 << 40 else { throw ArrowError("too many rows") }
      batches.append(batch)
    }
  }

  private func batch(
    _ array: ArrowArray, _ fields: [ArrowField], firstRow: Int
  ) throws(ArrowError) -> ArrowTable.Batch {
    let owner = ArrowOwner(array)
    guard let rows = Int(exactly: array.length), rows >= 0, rows < 1 << 40,
      let start = Int(exactly: array.offset)
    else { throw ArrowError("a batch of \(array.length) rows") }
    if isColumn {
      let column = try ArrowChunk(array, fields[0], start: 0, rows: rows)
      return .init(firstRow: firstRow, rows: rows, columns: [column], owner: owner)
    }
    guard array.n_children == Int64(fields.count), fields.isEmpty || array.children != nil else {
      throw ArrowError("a batch of \(array.n_children) columns for \(fields.count)")
    }
    guard array.null_count <= 0 || array.n_buffers < 1 || array.buffers?[0] == nil else {
      throw ArrowError("whole rows are missing")
    }
    var columns: [ArrowChunk] = []
    for (j, field) in fields.enumerated() {
      guard let child = array.children[j]?.pointee else {
        throw ArrowError("column '\(field.name)' is missing in a batch")
      }
      columns.append(try ArrowChunk(child, field, start: start, rows: rows))
    }
    return .init(firstRow: firstRow, rows: rows, columns: columns, owner: owner)
  }

  private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    pointer.flatMap { String(validatingCString: $0) }
  }

  /// - Parameter code: 0, or an error number of the system.
  private func check(_ code: Int32, _ what: String) throws(ArrowError) {
    guard code != 0 else { return }
    let message = text(stream.get_last_error?(&stream))
    throw ArrowError(
      "its producer failed on \(what): " + (message ?? String(cString: strerror(code))))
  }
}
