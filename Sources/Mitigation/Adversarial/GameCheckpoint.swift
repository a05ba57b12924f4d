import Datasets
import Essentials
import Models

/// Where a game can be taken up again after its process was killed.
public struct GameCheckpoint: Sendable {
  public var path: String
  /// Whether to go on from the file, when it is there.
  public var resumes: Bool

  public init(path: String, resumes: Bool) {
    self.path = path
    self.resumes = resumes
  }

  private static let kindKey = "checkpoint"
  private static let stateKey = "state"
  private static let gameKey = "game"

  /// Writes the file whole or not at all.
  ///
  /// - Parameter game: a text that only the same game has.
  func write(_ state: GameState, _ tensors: [NamedTensor], game: String) throws {
    let contents = SafetensorsFile(
      metadata: [
        Self.kindKey: "adversarial", Self.stateKey: StoredJSON.text(state), Self.gameKey: game,
      ],
      tensors: tensors)
    try ModelFile.write(contents, to: path)
  }

  /// What the file holds; nil when there is none, or none is asked for.
  func read(game: String) throws -> (GameState, [NamedTensor])? {
    guard resumes, FileManager.default.fileExists(atPath: path) else { return nil }
    let contents = try ModelFile.read(path)
    guard contents.metadata[Self.kindKey] == "adversarial",
      contents.metadata[Self.gameKey] == game, let text = contents.metadata[Self.stateKey]
    else {
      throw DataError.option(
        "checkpoint", value: path,
        "the file is of another run: other data, options, seed or precision")
    }
    return (try StoredJSON.value(text, kind: Self.kindKey), contents.tensors)
  }
}
