import Essentials

/// Memory straight from the system for long buffers, in pages of 2 MB where it has them.
///
/// Touching fresh memory in pages of 4 KB costs more than writing to it, and each page takes an entry
/// of the processor's address cache. What is given back is free for others at once.
enum LargePages {
  private static let page = 1 << 21
  /// Shorter buffers come from the allocator, which has memory at hand.
  private static let least = 1 << 22

  /// Cleared memory, at a multiple of the page; nil for short buffers and where the system has none.
  static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
    #if os(Linux)
      guard bytes >= least else { return nil }
      let whole = rounded(bytes)
      // SAFETY: a page more than needed is asked for, and what lies outside the aligned part is
      // given back at once.
      let flags = MAP_PRIVATE | MAP_ANONYMOUS
      guard let start = mmap(nil, whole + page, PROT_READ | PROT_WRITE, flags, -1, 0),
        start != MAP_FAILED
      else { return nil }
      let slack = (page - Int(bitPattern: start) % page) % page
      let memory = start + slack
      if slack > 0 { munmap(start, slack) }
      if slack < page { munmap(memory + whole, page - slack) }
      // Whole pages only: the rest of the last one would count as memory in use.
      madvise(memory, bytes / page * page, MADV_HUGEPAGE)
      return memory
    #else
      return nil
    #endif
  }

  static func free(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
    munmap(memory, rounded(bytes))
  }

  private static func rounded(_ bytes: Int) -> Int { (bytes + page - 1) / page * page }
}
