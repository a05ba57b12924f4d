import CSQLite
import Essentials

/// A file of SQLite.
package final class Database {
  let path: String
  private var handle: OpaquePointer?
  private var statements: [String: OpaquePointer] = [:]

  enum Value {
    case integer(Int64)
    case text(String)
  }

  package init(_ path: String, isWriter: Bool) throws(StoreError) {
    self.path = path
    let flags =
      isWriter ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    let code = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK else {
      let error = fault(code)
      sqlite3_close_v2(handle)
      handle = nil
      throw error
    }
    sqlite3_busy_timeout(handle, 5_000)
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  private func fault(_ code: Int32) -> StoreError {
    switch code & 255 {
    case SQLITE_FULL: return .file(path, code: ENOSPC)
    case SQLITE_READONLY: return .file(path, code: EROFS)
    case SQLITE_CANTOPEN: return .file(path, code: ENOENT)
    case SQLITE_PERM, SQLITE_AUTH: return .file(path, code: EACCES)
    case SQLITE_IOERR:
      let reason = handle.map { sqlite3_system_errno($0) } ?? 0
      return .file(path, code: reason == 0 ? EIO : reason)
    default: return .state(path, reason: String(cString: sqlite3_errstr(code)))
    }
  }

  /// Runs statements that give nothing back.
  package func run(_ sql: String) throws(StoreError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw fault(code) }
  }

  /// Runs a statement, which is kept for the next time, and visits its rows.
  func run(
    _ sql: String, _ values: [Value], _ visit: (Row) throws(StoreError) -> Void = { _ in }
  ) throws(StoreError) {
    let statement = try prepared(sql)
    defer { sqlite3_reset(statement) }
    for (place, value) in values.enumerated() {
      switch value {
      case .integer(let number): sqlite3_bind_int64(statement, Int32(place + 1), number)
      case .text(let text):
        eqp_sqlite_bind_text(statement, Int32(place + 1), text, Int32(text.utf8.count))
      }
    }
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else { throw fault(code) }
      try visit(Row(statement: statement))
    }
  }

  private func prepared(_ sql: String) throws(StoreError) -> OpaquePointer {
    if let known = statements[sql] { return known }
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard code == SQLITE_OK, let statement else { throw fault(code) }
    statements[sql] = statement
    return statement
  }

  /// A row of a result, while it is visited.
  struct Row {
    fileprivate let statement: OpaquePointer

    func integer(_ place: Int32) -> Int64 { sqlite3_column_int64(statement, place) }

    func text(_ place: Int32) -> String {
      sqlite3_column_text(statement, place).map { String(cString: $0) } ?? ""
    }
  }

  /// All that the body does, or nothing.
  func transaction(_ body: () throws(StoreError) -> Void) throws(StoreError) {
    try run("BEGIN IMMEDIATE")
    do throws(StoreError) {
      try body()
      try run("COMMIT")
    } catch {
      // Some errors have rolled back already.
      try? run("ROLLBACK")
      throw error
    }
  }
}
