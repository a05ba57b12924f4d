import Foundation

/// Expected values from independent libraries, as they lie in a test target's resources.
public struct GoldenFiles: Sendable {
  public let folder: URL

  public init(_ bundle: Bundle, _ name: String) {
    folder = bundle.resourceURL!.appendingPathComponent("Golden").appendingPathComponent(name)
  }

  /// The columns of a numeric CSV file by name.
  public func columns(_ path: String) throws -> [String: [Double]] {
    let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline)
    let names = lines[0].split(separator: ",").map(String.init)
    var columns = Dictionary(uniqueKeysWithValues: names.map { ($0, [Double]()) })
    for line in lines.dropFirst() {
      for (name, field) in zip(names, line.split(separator: ",", omittingEmptySubsequences: false))
      {
        columns[name]!.append(Double(field)!)
      }
    }
    return columns
  }

  public func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appendingPathComponent(path))
    return try JSONSerialization.jsonObject(with: data) as! [String: Any]
  }
}
