import CEquipoise
import Essentials
import Synchronization

/// Texts that go to the caller as constants: each is made once and lives as long as the process.
enum ConstantText {
  private static let made = Mutex<[String: UInt]>([:])

  static func pointer(_ text: String) -> UnsafePointer<CChar>? {
    let address = made.withLock { made -> UInt in
      if let known = made[text] { return known }
      // SAFETY: never freed, so the pointer stays valid.
      let address = UInt(bitPattern: strdup(text))
      made[text] = address
      return address
    }
    return UnsafePointer(bitPattern: address)
  }
}

/// A text of the caller's.
func text(_ pointer: UnsafePointer<CChar>?, _ what: String) throws(CallError) -> String {
  guard let pointer else { throw .argument("\(what) is NULL", column: what) }
  // SAFETY: the interface asks for text that ends with a zero byte.
  guard let text = String(validatingCString: pointer) else {
    throw .argument("\(what) is not UTF-8 text", column: what)
  }
  return text
}

/// `count` texts of the caller's; generated names where there are none.
func texts(
  _ pointer: UnsafePointer<UnsafePointer<CChar>?>?, count: Int, _ what: String,
  otherwise: (Int) -> String
) throws(CallError) -> [String] {
  guard let pointer else { return (0..<count).map(otherwise) }
  var result: [String] = []
  result.reserveCapacity(count)
  // SAFETY: the interface asks for `count` texts.
  for i in 0..<count { result.append(try text(pointer[i], "\(what)[\(i)]")) }
  return result
}

/// Gives numbers or bytes to the caller by the rule of `capacity` and `needed`.
func deliver<Element>(
  _ values: [Element], to target: UnsafeMutablePointer<Element>?, capacity: Int64,
  needed: UnsafeMutablePointer<Int64>?
) throws(CallError) -> eqp_status {
  // SAFETY: the caller's memory has room for `capacity` elements, or is NULL.
  needed?.pointee = Int64(values.count)
  guard let target else {
    guard capacity == 0, needed != nil else { throw .argument("the target is NULL") }
    return EQP_OK
  }
  guard capacity >= Int64(values.count) else {
    throw CallError(
      EQP_ERROR_CAPACITY, "there is room for \(capacity), and \(values.count) are needed")
  }
  target.update(from: values, count: values.count)
  return EQP_OK
}

/// Gives text to the caller, with its zero byte.
func deliver(
  _ text: String, to target: UnsafeMutablePointer<CChar>?, capacity: Int64,
  needed: UnsafeMutablePointer<Int64>?
) throws(CallError) -> eqp_status {
  try deliver(
    text.utf8.map { CChar(bitPattern: $0) } + [0], to: target, capacity: capacity,
    needed: needed)
}

/// The caller's variable for a result.
func require<Target>(
  _ target: UnsafeMutablePointer<Target>?, _ what: String
) throws(CallError) -> UnsafeMutablePointer<Target> {
  guard let target else { throw .argument("\(what) is NULL", column: what) }
  return target
}
