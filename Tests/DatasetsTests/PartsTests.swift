import Datasets
import LinearAlgebra
import Testing

/// Tables read in three parts.
@Suite struct PartsTests {
  private func text(_ rows: Int) -> String {
    let lines = (0..<rows).map { "\($0),\($0 % 3 == 0 ? "a" : "b"),\($0 % 2)" }
    return (["x,g,y"] + lines).joined(separator: "\n")
  }

  private let options = DataOptions(label: "y", sensitive: ["g"], mode: ReadMode(numbers: ["x"]))

  @Test func everyRowIsInOnePartAndCellsHaveTheirShares() throws {
    let folder = TemporaryFolder()
    let file = folder.file("t.csv", text(600))
    var options = options
    options.mode.packsFeatures = false
    let parts: DataParts<Float> = try DataReader(options: options).readParts(
      .path(file), test: .fraction(0.25, seed: 3), validation: .fraction(0.5, seed: 4))
    let all = [parts.train, try #require(parts.validation), try #require(parts.test)]
    #expect(all.map(\.rows) == [150, 300, 150])
    let values = all.flatMap { $0.columns["x"]! }
    #expect(Set(values).count == 600 && values.count == 600)
    for part in all {
      let share = Double(part.rows) / 600
      for (group, label, count) in [(0, 0, 100.0), (0, 1, 100), (1, 0, 200), (1, 1, 200)] {
        let found = (0..<part.rows).count {
          part.attributes[0][$0] == group && part.labels![$0] == UInt8(label)
        }
        #expect(abs(Double(found) - share * count) <= 1)
      }
      // Labels and groups moved with their rows.
      for i in 0..<part.rows {
        let x = Int(part.columns["x"]![i])
        #expect(Int(part.labels![i]) == x % 2 && part.attributes[0][i] == (x % 3 == 0 ? 0 : 1))
      }
    }
  }

  /// Which rows are tested on does not depend on whether others validate.
  @Test func aValidationPartLeavesTheTestPartAlone() throws {
    let folder = TemporaryFolder()
    let file = folder.file("t.csv", text(400))
    var options = options
    options.mode.packsFeatures = false
    let reader = DataReader(options: options)
    let two = try reader.readSplit(.path(file), test: .fraction(0.3, seed: 9), as: Double.self)
    let three: DataParts<Double> = try reader.readParts(
      .path(file), test: .fraction(0.3, seed: 9), validation: .fraction(0.2, seed: 1))
    #expect(Set(two.test.columns["x"]!) == Set(three.test!.columns["x"]!))
    #expect(Set(two.train.columns["x"]!).isSuperset(of: three.train.columns["x"]!))
  }

  /// The encoder knows the training rows alone: neither levels nor means of the others.
  @Test func theEncoderSeesTrainingRowsAlone() throws {
    let folder = TemporaryFolder()
    let train = folder.file("train.csv", "x,c,g,y\n1,u,a,0\n3,v,b,1\n1,u,b,1\n3,v,a,0\n")
    let rest = folder.file("rest.csv", "x,c,g,y\n100,w,a,0\n100,w,b,1\n")
    let parts: DataParts<Double> = try DataReader(
      options: DataOptions(label: "y", sensitive: ["g"])
    ).readParts(.path(train), test: .table(.path(rest)), validation: .table(.path(rest)))
    #expect(parts.train.encoder.numeric[0].mean == 2)
    #expect(parts.train.encoder.categorical[0].levels == ["u", "v"])
    #expect(parts.validation!.encoder == parts.train.encoder)
    #expect(parts.test!.features.dense[0, 0] == 98)
    #expect(parts.test!.features.categorical[0].codes[0] == 2, "the level for unseen values")
  }

  @Test(arguments: [(0.6, 0.4), (0.6, 0.5), (1, 0), (0, 1), (-0.1, 0)])
  func sharesMustLeaveRows(test: Double, validation: Double) {
    let folder = TemporaryFolder()
    let file = folder.file("t.csv", text(100))
    #expect(throws: DataError.self) {
      let _: DataParts<Float> = try DataReader(options: options).readParts(
        .path(file), test: .fraction(test, seed: 0), validation: .fraction(validation, seed: 0))
    }
  }
}
