import Equipoise
import Foundation
import Synchronization

/// How far a long job is: a bar on a terminal, rare lines elsewhere, nothing when quiet.
final class Progress: Sendable {
  private struct State {
    var shown = -1
    var lastLine = ContinuousClock.now
    /// Whether lines of a log were written.
    var hasLines = false
  }

  /// Lines in a log are no closer together than this.
  private static let lineInterval = Duration.seconds(10)
  private static let width = 30
  private let title: String
  private let isQuiet: Bool
  private let state = Mutex(State())

  init(_ title: String, quiet: Bool) {
    self.title = title
    isQuiet = quiet
  }

  /// - Parameter share: 0…1.
  func report(_ share: Double, _ detail: String = "") {
    guard !isQuiet else { return }
    let percent = Int((100 * min(max(share, 0), 1)).rounded(.down))
    state.withLock { state in
      guard percent != state.shown || !detail.isEmpty else { return }
      if Console.errorIsTerminal {
        let filled = percent * Self.width / 100
        let bar =
          String(repeating: "█", count: filled)
          + String(repeating: "░", count: Self.width - filled)
        write("\r\u{1B}[2K\(title) \(bar) \(percent)% \(detail)")
      } else if ContinuousClock.now - state.lastLine > Self.lineInterval {
        write("\(title): \(percent)% \(detail)\n")
        state.lastLine = .now
        state.hasLines = true
      }
      state.shown = percent
    }
  }

  /// What a job is at whose length nobody knows: on a terminal only.
  func stage(_ text: String) {
    if !isQuiet && Console.errorIsTerminal { write("\r\u{1B}[2K\(title): \(text) …") }
  }

  /// Shows what a job is at.
  func show(_ progress: JobProgress) {
    switch progress {
    case .stage(let text): stage(text)
    case .share(let share, let detail): report(share, detail)
    }
  }

  /// Ends the lines of a log, of which the last would say that a job is still at work.
  func complete() {
    state.withLock { state in
      if state.hasLines { write("\(title): done\n") }
      state.hasLines = false
    }
  }

  /// Removes the bar.
  func finish() {
    if !isQuiet && Console.errorIsTerminal { write("\r\u{1B}[2K") }
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
