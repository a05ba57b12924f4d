import Datasets
import LinearAlgebra
import Testing

@Suite struct ArrayFolderWritingTests {
  /// Rows that were written read as the same rows.
  @Test func rowsComeBack() throws {
    let folder = TemporaryFolder()
    let data: Dataset<Double> = try SyntheticData(
      rows: 900, features: 3, categorical: 2, levels: 4, groups: 3, seed: 5
    ).dataset()
    let weights = (0..<data.rows).map { 1 + Double($0 % 3) }
    try data.replacing(sampleWeights: weights).writeArrays(to: folder.path + "/rows")
    var reader = DataReader(
      options: DataOptions(label: "label", sensitive: ["group"], weights: "weight"))
    reader.standardizes = false
    let back: Dataset<Double> = try reader.read(.path(folder.path + "/rows"))
    #expect(back.rows == 900 && back.sampleWeights == weights)
    #expect(back.labels?.array == data.labels?.array)
    #expect(back.attributes[0].codes.array == data.attributes[0].codes.array)
    for i in stride(from: 0, to: 900, by: 37) {
      #expect(back.features.expandedRow(i) == data.features.expandedRow(i))
    }
  }

  @Test func aVectorComesBack() throws {
    let folder = TemporaryFolder()
    let numbers: [Double] = [0, 0.25, 1 / 3, 1]
    try NPYArray.write(numbers, to: folder.path + "/p.npy")
    let read = try NPYArray(folder.path + "/p.npy")
    #expect(read.doubles == numbers && read.shape == [4])
  }
}
