import CEquipoise
import LinearAlgebra
import Models

@c @implementation
public func eqp_model_predict_arrow(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ options: OpaquePointer?,
  _ schema: UnsafeMutablePointer<ArrowSchema>?, _ array: UnsafeMutablePointer<ArrowArray>?,
  _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let model = try Handles.models.object(model).model
    let parts = try Handles.datasets.object(dataset)
    let schema = try require(schema, "schema"), array = try require(array, "array")
    let settings = try CallSettings(options)
    try settings.requireNothingLeft()
    if model.predictor.predictsNumbers {
      let numbers =
        switch parts.assembled() {
        case .float(let data): try predict(model, data, parts, EQP_SCORE, settings)
        case .double(let data): try predict(model, data, parts, EQP_SCORE, settings)
        }
      schema.pointee = ArrowExport.schema([("prediction", "g")])
      array.pointee = ArrowExport.table([ArrowExport.column(numbers)])
      return EQP_OK
    }
    let predictions =
      switch parts.assembled() {
      case .float(let data): try predictAll(model, data, parts, settings)
      case .double(let data): try predictAll(model, data, parts, settings)
      }
    schema.pointee = ArrowExport.schema([("score", "g"), ("probability", "g"), ("prediction", "C")])
    array.pointee = ArrowExport.table([
      ArrowExport.column(predictions.scores), ArrowExport.column(predictions.probabilities),
      ArrowExport.column(predictions.decisions),
    ])
    return EQP_OK
  }
}

/// Tables for whoever reads Arrow: every struct owns its memory and has a release of its own.
///
/// Memory comes from Swift's allocator and goes back to it in the release, which any thread may call.
enum ArrowExport {
  // MARK: Schemas

  /// The format of a column of texts: codes of a dictionary.
  static let dictionary = "i"
  /// Texts with 64-bit offsets.
  private static let texts = "U"

  static func schema(_ columns: [(name: String, format: String)]) -> ArrowSchema {
    let children = UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>.allocate(
      capacity: columns.count)
    for (j, column) in columns.enumerated() {
      let child = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
      child.initialize(to: field(column.name, column.format, nil, 0))
      children[j] = child
    }
    return field("", "+s", children, columns.count)
  }

  private static func field(
    _ name: String, _ format: String,
    _ children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>?, _ count: Int
  ) -> ArrowSchema {
    ArrowSchema(
      format: ConstantText.pointer(format), name: ConstantText.pointer(name), metadata: nil,
      flags: format == dictionary ? Int64(ARROW_FLAG_NULLABLE) : 0, n_children: Int64(count),
      children: children, dictionary: format == dictionary ? levels() : nil,
      release: { schema in
        guard let schema else { return }
        if let inner = schema.pointee.dictionary {
          inner.pointee.release?(inner)
          inner.deallocate()
        }
        for j in 0..<Int(schema.pointee.n_children) {
          guard let child = schema.pointee.children[j] else { continue }
          child.pointee.release?(child)
          child.deallocate()
        }
        schema.pointee.children?.deallocate()
        schema.pointee.release = nil
      }, private_data: nil)
  }

  private static func levels() -> UnsafeMutablePointer<ArrowSchema> {
    let inner = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
    inner.initialize(to: field("", texts, nil, 0))
    return inner
  }

  // MARK: Arrays

  static func table(_ columns: [ArrowArray]) -> ArrowArray {
    let children = UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>.allocate(
      capacity: columns.count)
    for (j, column) in columns.enumerated() {
      let child = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
      child.initialize(to: column)
      children[j] = child
    }
    return array(
      length: columns.first?.length ?? 0, buffers([nil]), count: 1, children, columns.count)
  }

  static func column<Element: BitwiseCopyable>(_ values: [Element]) -> ArrowArray {
    array(length: Int64(values.count), buffers([nil, memory(values)]), count: 2, nil, 0)
  }

  /// Texts as codes of a dictionary, in the order in which they are met; nil is null.
  static func column(_ values: [String?]) -> ArrowArray {
    var places: [String: Int32] = [:], names: [String] = []
    var valid = [UInt8](repeating: 0, count: (values.count + 7) / 8), nulls = 0
    let codes = values.enumerated().map { row, text -> Int32 in
      guard let text else {
        nulls += 1
        return 0
      }
      valid[row / 8] |= 1 << (row % 8)
      if let place = places[text] { return place }
      let place = Int32(names.count)
      places[text] = place
      names.append(text)
      return place
    }
    let inner = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
    inner.initialize(to: texts(names))
    return array(
      length: Int64(values.count), nulls: nulls, buffers([memory(valid), memory(codes)]), count: 2,
      nil, 0, dictionary: inner)
  }

  private static func texts(_ values: [String]) -> ArrowArray {
    var content: [UInt8] = [], ends: [Int64] = [0]
    for text in values {
      content += text.utf8
      ends.append(Int64(content.count))
    }
    return array(
      length: Int64(values.count), buffers([nil, memory(ends), memory(content)]), count: 3, nil, 0)
  }

  private static func memory<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, values.count * MemoryLayout<Element>.stride), alignment: 64)
    values.withUnsafeBytes {
      memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
    }
    return UnsafeRawPointer(memory)
  }

  private static func buffers(
    _ parts: [UnsafeRawPointer?]
  ) -> UnsafeMutablePointer<UnsafeRawPointer?> {
    let buffers = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: parts.count)
    for (k, part) in parts.enumerated() { buffers[k] = part }
    return buffers
  }

  private static func array(
    length: Int64, nulls: Int = 0, _ buffers: UnsafeMutablePointer<UnsafeRawPointer?>,
    count: Int64, _ children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>?,
    _ childCount: Int, dictionary: UnsafeMutablePointer<ArrowArray>? = nil
  ) -> ArrowArray {
    ArrowArray(
      length: length, null_count: Int64(nulls), offset: 0, n_buffers: count,
      n_children: Int64(childCount), buffers: buffers, children: children, dictionary: dictionary,
      release: { array in
        guard let array else { return }
        if let inner = array.pointee.dictionary {
          inner.pointee.release?(inner)
          inner.deallocate()
        }
        for j in 0..<Int(array.pointee.n_children) {
          guard let child = array.pointee.children[j] else { continue }
          child.pointee.release?(child)
          child.deallocate()
        }
        array.pointee.children?.deallocate()
        for k in 0..<Int(array.pointee.n_buffers) { array.pointee.buffers[k]?.deallocate() }
        array.pointee.buffers?.deallocate()
        array.pointee.release = nil
      }, private_data: nil)
  }
}
