import CEquipoise
import Datasets
import LinearAlgebra

@c @implementation
public func eqp_factorize(
  _ values: UnsafePointer<eqp_vector>?, _ codes: UnsafeMutablePointer<Int32>?,
  _ first: UnsafeMutablePointer<Int64>?, _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?,
  _ missing: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let vector = try OutsideVector(values, "values")
    let room = try GroupRoom(codes, vector.count, first, capacity, count, missing)
    return try room.take(
      vector.withBytes { base, type, stride in
        Factorization(
          numbers: base, type, count: vector.count, stride: stride, limit: room.limit,
          into: room.codes)
      })
  }
}

@c @implementation
public func eqp_factorize_bytes(
  _ data: UnsafeRawPointer?, _ width: Int64, _ length: Int64, _ stride: Int64,
  _ codes: UnsafeMutablePointer<Int32>?, _ first: UnsafeMutablePointer<Int64>?,
  _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?,
  _ missing: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    guard width > 0, width < 1 << 32, length >= 0, length == 0 || data != nil else {
      throw CallError.argument("\(length) values of \(width) bytes", column: "values")
    }
    try OutsideNumbers.checkReach(Int(length) - 1, Int(stride), .uint8, "values")
    let room = try GroupRoom(codes, Int(length), first, capacity, count, missing)
    return try room.take(
      Factorization(
        bytes: data, width: Int(width), count: Int(length), stride: Int(stride),
        limit: room.limit, into: room.codes))
  }
}

@c @implementation
public func eqp_factorize_arrow(
  _ stream: UnsafeMutablePointer<ArrowArrayStream>?, _ rows: Int64,
  _ codes: UnsafeMutablePointer<Int32>?, _ first: UnsafeMutablePointer<Int64>?,
  _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?,
  _ missing: UnsafeMutablePointer<Int64>?, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let arrow = TakenStream(stream)
    let room = try GroupRoom(codes, Int(rows), first, capacity, count, missing)
    return try room.take(
      try arrow.withStream { address in
        try Factorization(arrow: address, rows: Int(rows), limit: room.limit, into: room.codes)
      })
  }
}

@c @implementation
public func eqp_factorize_renumber(
  _ codes: UnsafeMutablePointer<Int32>?, _ rows: Int64, _ numbers: UnsafePointer<Int32>?,
  _ count: Int64, _ error: UnsafeMutablePointer<eqp_error>?
) -> eqp_status {
  attempt(error) {
    let codes = try require(codes, "codes")
    guard let numbers, (0...Int64(Int32.max)).contains(count),
      (0...Int64(Int32.max)).contains(rows)
    else { throw CallError.argument("\(count) numbers of \(rows) codes", column: "numbers") }
    // SAFETY: the interface asks for `count` numbers.
    let map = Array(UnsafeBufferPointer(start: numbers, count: Int(count)))
    Factorization.renumber(codes, rows: Int(rows), as: map)
    return EQP_OK
  }
}

/// Where the caller wants to have the numbers of values.
private struct GroupRoom {
  let codes: UnsafeMutablePointer<Int32>
  let limit: Int
  private let first: UnsafeMutablePointer<Int64>
  private let count: UnsafeMutablePointer<Int64>
  private let missing: UnsafeMutablePointer<Int64>

  init(
    _ codes: UnsafeMutablePointer<Int32>?, _ rows: Int, _ first: UnsafeMutablePointer<Int64>?,
    _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?,
    _ missing: UnsafeMutablePointer<Int64>?
  ) throws(CallError) {
    self.codes = try require(codes, "codes")
    self.first = try require(first, "first")
    self.count = try require(count, "count")
    self.missing = try require(missing, "missing")
    guard capacity > 0, (0...Int(Int32.max)).contains(rows) else {
      throw .argument("there is room for \(capacity) values of \(rows) rows", column: "capacity")
    }
    limit = Int(clamping: min(capacity, Int64(Int32.max)))
  }

  func take(_ found: Factorization?) throws(CallError) -> eqp_status {
    guard let found else {
      throw CallError(EQP_ERROR_CAPACITY, "there are more than \(limit) values")
    }
    // SAFETY: the interface asks for room for `capacity` rows, and there are no more values.
    for (k, row) in found.first.enumerated() { first[k] = Int64(row) }
    count.pointee = Int64(found.first.count)
    missing.pointee = Int64(found.firstMissing ?? -1)
    return EQP_OK
  }
}
