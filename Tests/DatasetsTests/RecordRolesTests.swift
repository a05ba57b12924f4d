import Datasets
import Foundation
import Testing

/// Columns that are neither features nor sensitive: the record's identifier, and controls.
@Suite struct RecordRolesTests {
  private let text = "id,x,g,job,y\na 1,1,f,p,0\n\"b,2\",2,m,q,1\nc,3,f,q,1\n17,4,m,p,0\n"

  private func read(_ text: String, _ options: DataOptions) throws -> Dataset<Double> {
    let folder = TemporaryFolder()
    return try DataReader(options: options).read(.path(folder.file("t.csv", text)))
  }

  /// The keys are the same for ever: a drawn decision must not change with a release.
  @Test func keysAreThoseOfTheText() {
    #expect(RecordKey.of("record 17") == 11_439_963_144_038_105_144)
    #expect(RecordKey.of("42") == 11_828_931_283_358_464_770)
    #expect(RecordKey.of("日本") == 13_255_442_384_202_379_014)
    #expect(RecordKey.of("") != 0)
  }

  @Test func identifiersAreHashedAndNoFeature() throws {
    let options = DataOptions(label: "y", sensitive: ["g"], identifier: "id")
    let data = try read(text, options)
    #expect(data.keys!.array == ["a 1", "b,2", "c", "17"].map(RecordKey.of))
    #expect(data.encoder.numeric.map(\.name) == ["x"])
    #expect(data.encoder.categorical.map(\.name) == ["job"])
    #expect(try read(text, DataOptions(label: "y", drop: ["id"])).keys == nil)
    #expect(data.slice(2..<4).keys!.array == ["c", "17"].map(RecordKey.of))
  }

  @Test func aSplitKeepsEachRowsIdentifier() throws {
    let folder = TemporaryFolder()
    let rows = (0..<400).map {
      "\($0),\($0 % 7),\($0 % 5),\($0 % 2 == 0 ? "f" : "m"),\($0 % 3 == 0 ? 1 : 0)"
    }
    let path = folder.file("t.csv", "id,x,z,g,y\n" + rows.joined(separator: "\n") + "\n")
    let options = DataOptions(
      label: "y", sensitive: ["g"], identifier: "id", mode: ReadMode(numbers: ["x"]))
    let (train, test) = try DataReader(options: options).readSplit(
      .path(path), test: .fraction(0.4, seed: 2), as: Double.self)
    let known = Dictionary(uniqueKeysWithValues: (0..<400).map { (RecordKey.of("\($0)"), $0) })
    for part in [train, test] {
      for i in 0..<part.rows {
        let id = known[part.keys![i]]!
        #expect(part.columns["x"]![i] == Double(id % 7))
        #expect(part.attributes[0].names[part.attributes[0][i]] == (id % 2 == 0 ? "f" : "m"))
      }
    }
    #expect(train.rows + test.rows == 400)
  }

  @Test func aMissingIdentifierIsNamedOrDropped() throws {
    let broken = text + ",5,f,p,1\n"
    var options = DataOptions(label: "y", sensitive: ["g"], identifier: "id")
    let error = #expect(throws: DataError.self) { _ = try read(broken, options) }
    #expect("\(error!)".contains("'id'") && "\(error!)".contains("6"))
    options.missing = .drop
    #expect(try read(broken, options).rows == 4)
    options.identifier = "ID"
    #expect(throws: DataError.self) { _ = try read(text, options) }
  }

  @Test func controlsAreGroupsAndStayFeatures() throws {
    let options = DataOptions(
      label: "y", sensitive: ["g"], controls: ["job", "x"], drop: ["id"], bins: ["x": [2.5]])
    let data = try read(text, options)
    #expect(data.controls.map(\.attribute) == ["job", "x"])
    #expect(data.controls[0].codes.array == [0, 1, 1, 0])
    #expect(data.controls[1].names == ["<2.5", "≥2.5"])
    #expect(data.encoder.categorical.map(\.name) == ["job"])
    #expect(data.encoder.numeric.map(\.name) == ["x"])
    #expect(data.slice(1..<3).controls[1].codes.array == [0, 1])
    let label = DataOptions(label: "y", sensitive: ["g"], controls: ["y"])
    #expect(throws: DataError.self) { _ = try read(text, label) }
  }

  @Test func arraysHaveIdentifiersToo() throws {
    let folder = TemporaryFolder()
    try SyntheticWriter(SyntheticData(rows: 60, features: 2, groups: 2)).writeArrays(
      to: folder.path)
    let options = DataOptions(label: "label", sensitive: ["group"], identifier: "group")
    let data: Dataset<Double> = try DataReader(options: options).read(.path(folder.path))
    for i in 0..<60 {
      #expect(data.keys![i] == RecordKey.of(data.attributes[0].names[data.attributes[0][i]]))
    }
  }
}
