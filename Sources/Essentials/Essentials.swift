// What the engine takes from Foundation: JSON, bytes, files, and the C library's mathematics. The full
// Foundation would bring its locale data, 30 MB, into every program that links the engine.
#if canImport(FoundationEssentials)
  @_exported import FoundationEssentials
  @_exported import Glibc
#else
  @_exported import Foundation
#endif
