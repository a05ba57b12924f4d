import Datasets
import Foundation
import LinearAlgebra
import Mitigation
import Models
import Jobs
import Testing

/// For every method: what is written does not depend on how many threads computed it.
@Suite struct SameBytesTests {
  /// More rows than one block of rows has, so that sums over blocks have an order to get wrong.
  private static let rows = 15_000

  private func data(as type: Float.Type) throws -> Dataset<Float> {
    let folder = NSTemporaryDirectory() + "equipoise-bytes-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let recipe = try SyntheticData(
      rows: Self.rows, features: 5, categorical: 2, groups: 2, seed: 3)
    try SyntheticWriter(recipe).writeCSV(to: folder + "/d.csv")
    return try DataReader(options: DataOptions(label: "label", sensitive: ["group"])).read(
      .path(folder + "/d.csv"))
  }

  @Test(arguments: Mitigations.all.map { $0.name })
  func threadsWriteTheSameModelFile(name: String) throws {
    let data = try data(as: Float.self)
    let files = try [1, 2, 4].map { threads in
      var experiment = Experiment(train: data, test: nil, seed: 11)
      experiment.pool = WorkerPool(threads: threads)
      var model = try experiment.run(try Mitigations.named(name)).model
      // The one thing that two runs cannot have in common.
      model.report.seconds = 0
      return ModelFile.encode(ModelStore.contents(model, dataDigest: nil))
    }
    #expect(files[0] == files[1] && files[0] == files[2])
  }
}
