import Datasets
import Essentials
import LinearAlgebra

/// A comma-separated file of 50 numbers a row, to standardized features.
public enum ReadingBenchmark: BenchmarkCase {
  public static let name = "read-csv"
  public static let summary = "a text of 50 numbers a row to standardized Float features"

  public static func measure(_ suite: BenchmarkSuite) throws -> BenchmarkFigures {
    let recipe = try SyntheticData(rows: suite.rows(100_000), features: 50, seed: suite.seed)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
      "equipoise-benchmark-\(UUID().uuidString).csv"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SyntheticWriter(recipe, pool: suite.pool).writeCSV(to: path)
    let reader = DataReader(
      options: DataOptions(label: "label", sensitive: ["group"]), pool: suite.pool)
    var columns = 0
    let times = try suite.times {
      let data: Dataset<Float> = try reader.read(.path(path))
      columns = data.features.columns
    }
    return BenchmarkFigures(seconds: times, rows: recipe.rows, columns: columns)
  }
}
