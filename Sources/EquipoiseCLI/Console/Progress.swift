import Equipoise
import Synchronization

/// How far a long job is: a bar on a terminal, nothing elsewhere and nothing when quiet.
final class Progress: Sendable {
  private static let width = 30
  private let title: String
  private let isShown: Bool
  /// The percents that the bar shows.
  private let shown = Mutex(0)

  init(_ title: String, quiet: Bool) {
    self.title = title
    isShown = !quiet && Console.errorIsTerminal
  }

  /// - Parameter share: 0…1. What is at work on several things at once, or guesses better as it goes,
  ///   may say less than before: the bar stays where it was.
  func report(_ share: Double, _ detail: String = "") {
    guard isShown else { return }
    shown.withLock { shown in
      let percent = Self.percent(share, after: shown)
      guard percent != shown || !detail.isEmpty else { return }
      shown = percent
      let filled = shown * Self.width / 100
      let bar =
        String(repeating: "█", count: filled)
        + String(repeating: "░", count: Self.width - filled)
      write("\r\u{1B}[2K\(title) \(bar) \(shown)% \(detail)")
    }
  }

  static func percent(_ share: Double, after shown: Int) -> Int {
    max(shown, Int((100 * min(max(share, 0), 1)).rounded(.down)))
  }

  /// What a job is at whose length nobody knows: on a terminal only.
  func stage(_ text: String) {
    if isShown { write("\r\u{1B}[2K\(title): \(text) …") }
  }

  /// Shows what a job is at.
  func show(_ progress: JobProgress) {
    switch progress {
    case .stage(let text): stage(text)
    case .share(let share, let detail): report(share, detail)
    }
  }

  /// Removes the bar.
  func finish() {
    if isShown { write("\r\u{1B}[2K") }
  }

  private func write(_ text: String) { Console.write(text) }
}
