import Equipoise

/// Accuracy against disparity as characters: a look at a frontier without leaving the terminal.
enum FrontierPlot {
  private static let width = 60
  private static let height = 14

  static func text(_ document: RunsDocument, disparity: MeasureName) -> String {
    let points = document.runs.compactMap { run -> (x: Double, y: Double, best: Bool)? in
      guard let y = run.measured[.accuracy].value, let x = run.measured[disparity].value else {
        return nil
      }
      return (abs(x), y, run.pareto == true)
    }
    guard let left = points.map(\.x).min(), let right = points.map(\.x).max(),
      let low = points.map(\.y).min(), let high = points.map(\.y).max(), right > left, high > low
    else { return "" }
    var grid = Array(repeating: Array(repeating: Character(" "), count: width), count: height)
    for point in points.sorted(by: { !$0.best && $1.best }) {
      let column = Int(((point.x - left) / (right - left) * Double(width - 1)).rounded())
      let row = Int(((high - point.y) / (high - low) * Double(height - 1)).rounded())
      grid[row][column] = point.best ? "●" : "·"
    }
    let margin = Tables.number(high, decimals: 4).count
    var lines = ["accuracy (● Pareto)"]
    for (index, row) in grid.enumerated() {
      let label =
        index == 0
        ? Tables.number(high, decimals: 4)
        : index == height - 1
          ? Tables.number(low, decimals: 4) : String(repeating: " ", count: margin)
      lines.append("\(label) │\(String(row))")
    }
    let axis = String(repeating: "─", count: width)
    let from = Tables.number(left, decimals: 4), to = Tables.number(right, decimals: 4)
    let gap = String(repeating: " ", count: max(1, width - from.count - to.count))
    lines.append(String(repeating: " ", count: margin) + " └" + axis)
    lines.append(String(repeating: " ", count: margin + 2) + from + gap + to)
    lines.append(String(repeating: " ", count: margin + 2) + disparity.description)
    return lines.joined(separator: "\n")
  }
}
