import Essentials

/// A fixed-size run of numbers in memory: owned and aligned to a cache line, or borrowed from
/// whoever made it (a mapped file, another program's array) and released when the last user is gone.
///
/// A `Buffer` is shared by reference. It is safe to read from several threads; whoever writes to it
/// must be its only user, or write to disjoint ranges (as the worker pool's bodies do).
public final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  /// The alignment of owned memory in bytes: one cache line, and one AVX-512 register.
  static var alignment: Int { 64 }

  public let pointer: UnsafeMutablePointer<Element>
  public let count: Int
  private let release: (() -> Void)?

  /// Memory of `count` elements, set to zero bits.
  public init(zeroed count: Int) {
    (pointer, release) = Self.memory(count)
    self.count = count
    // Large memory comes fresh from the system, which has cleared it.
    if release == nil { memset(pointer, 0, count * MemoryLayout<Element>.stride) }
  }

  /// Memory of `count` elements whose contents are undefined until written.
  public init(uninitialized count: Int) {
    (pointer, release) = Self.memory(count)
    self.count = count
  }

  /// Memory, and how to give it back when the allocator cannot take it.
  private static func memory(
    _ count: Int
  ) -> (UnsafeMutablePointer<Element>, release: (() -> Void)?) {
    precondition(count >= 0, "a buffer cannot have \(count) elements")
    let bytes = max(1, count * MemoryLayout<Element>.stride)
    if let pages = LargePages.allocate(bytes) {
      // SAFETY: freed by the release and nowhere else; every element type is trivial, so reading
      // before writing yields arbitrary numbers, never an invalid value.
      let start = pages.bindMemory(to: Element.self, capacity: count)
      return (start, { LargePages.free(pages, bytes) })
    }
    // SAFETY: as above; freed in deinit.
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
    return (raw.bindMemory(to: Element.self, capacity: max(1, count)), nil)
  }

  public convenience init(_ elements: some Collection<Element>) {
    self.init(uninitialized: elements.count)
    _ = UnsafeMutableBufferPointer(start: pointer, count: count).update(fromContentsOf: elements)
  }

  /// Memory of somebody else's, which must stay valid until `release` is called.
  public init(
    borrowing pointer: UnsafeMutablePointer<Element>, count: Int, release: (() -> Void)? = nil
  ) {
    self.pointer = pointer
    self.count = count
    self.release = release ?? {}
  }

  deinit {
    if let release { release() } else { UnsafeMutableRawPointer(pointer).deallocate() }
  }

  @inlinable public subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count, "index out of range")
      return pointer[index]
    }
    set {
      precondition(index >= 0 && index < count, "index out of range")
      pointer[index] = newValue
    }
  }

  /// Elements `range` over the same memory, which stays alive with the slice.
  public func slice(_ range: Range<Int>) -> Buffer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range out of range")
    return Buffer(borrowing: pointer + range.lowerBound, count: range.count) {
      withExtendedLifetime(self) {}
    }
  }

  /// The contents as an array: a copy.
  public var array: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
