import Datasets
import LinearAlgebra
import Testing

/// Rows know the record and the line that they are from, whatever was chosen of them.
@Suite struct RowOriginTests {
  /// Tables of 60 records, each with its line in the column `x`.
  private enum Shape: CaseIterable {
    case plain, missing, emptyLines, linesInFields

    var text: String {
      var text = "x,c,g,y\n", line = 2
      for i in 0..<60 {
        if self == .emptyLines && i % 9 == 4 {
          text += "\n"
          line += 1
        }
        let isLong = self == .linesInFields && i % 7 == 3
        let c = self == .missing && i % 11 == 5 ? "" : isLong ? "\"u\nv\"" : "w\(i % 3)"
        text += "\(line),\(c),\(i % 2 == 0 ? "a" : "b"),\(i % 3 == 0 ? 1 : 0)\n"
        line += isLong ? 2 : 1
      }
      return text
    }
  }

  private func reader(packs: Bool = true) -> DataReader {
    var options = DataOptions(label: "y", sensitive: ["g"])
    options.mode.numbers = ["x"]
    options.missing = .drop
    options.mode.packsFeatures = packs
    return DataReader(options: options)
  }

  private func expectTrueLines(_ data: Dataset<Double>, _ what: String) {
    for row in 0..<data.rows {
      #expect(Double(data.line(ofRow: row)) == data.columns["x"]![row], "\(what), row \(row)")
    }
  }

  @Test(arguments: Shape.allCases, [true, false])
  private func everyChoiceKeepsTheLines(shape: Shape, packs: Bool) throws {
    let folder = TemporaryFolder()
    let path = folder.file("t.csv", shape.text), reader = reader(packs: packs)
    let all: Dataset<Double> = try reader.read(.path(path))
    // A column that is no feature is not read, so nothing is missing in it.
    let drops = shape == .missing && packs
    #expect(all.rows == (drops ? 55 : 60))
    #expect(all.leftOut == (drops ? [5, 16, 27, 38, 49] : []))
    expectTrueLines(all, "all")
    expectTrueLines(all.slice(7..<31), "a slice")
    expectTrueLines(all.slice(7..<31).selecting([5, 5, 0, 23]), "a choice of a slice")
    expectTrueLines(all.replacing(labels: all.labels), "other labels")
    let parts: DataParts<Double> = try reader.readParts(
      .path(path), test: .fraction(0.3, seed: 4), validation: .fraction(0.2, seed: 5))
    for part in [parts.train, try #require(parts.validation), try #require(parts.test)] {
      expectTrueLines(part, "a part")
      expectTrueLines(part.selecting([3, 1, 4, 1]), "a choice of a part")
    }
    let records = [parts.train, parts.validation!, parts.test!].flatMap(\.sourceRows)
    #expect(Set(records + all.leftOut) == Set(0..<60) && records.count == all.rows)
  }

  /// A column that a choice forgot would keep its old length.
  @Test func aChoiceIsMadeOfEveryColumn() throws {
    let folder = TemporaryFolder()
    let lines = (0..<40).map {
      "\($0),\($0),\($0 / 3 % 2),\($0 % 2),\($0 % 3),\($0 + 1),\($0 % 2),k\($0 % 4)"
    }
    let path = folder.file("t.csv", "id,x,p,g,h,w,y,c\n" + lines.joined(separator: "\n") + "\n")
    var options = DataOptions(
      label: "y", sensitive: ["g"], controls: ["h"], weights: "w", identifier: "id")
    options.mode.numbers = ["x"]
    options.prediction = "p"
    let data: Dataset<Double> = try DataReader(options: options).read(.path(path))
    let rows = [39, 0, 7, 7, 12]
    for part in [data.selecting(rows), data.selecting(rows + [3]).slice(0..<5)] {
      #expect(part.rows == 5 && part.sourceRows == rows)
      #expect(part.features.dense.rows == 5 && part.features.categorical[0].codes.count == 5)
      #expect(part.labels!.array == rows.map { data.labels![$0] })
      #expect(part.sampleWeights! == rows.map { Double($0 + 1) })
      #expect(part.attributes[0].codes.array == rows.map { data.attributes[0].codes[$0] })
      #expect(part.controls[0].codes.array == rows.map { data.controls[0].codes[$0] })
      #expect(part.keys!.array == rows.map { RecordKey.of("\($0)") })
      #expect(part.columns["x"]! == rows.map(Double.init))
      #expect(part.predictions!.array == rows.map { data.predictions![$0] })
      #expect(part.seconds == data.seconds && part.encoder == data.encoder)
    }
  }

  @Test func rowsOutsideOfFilesCountFromOne() {
    let data = Dataset(
      source: "memory", encoder: FeatureEncoder(),
      features: DesignMatrix(dense: Matrix<Double>(rows: 9, columns: 0)), labels: nil)
    #expect(data.line(ofRow: 0) == 1 && data.selecting([8, 2]).line(ofRow: 1) == 3)
    #expect(data.slice(4..<6).sourceRows == [4, 5])
  }

  @Test func aNumberWhoseSquaresHaveNoSumIsNamed() throws {
    let folder = TemporaryFolder()
    let path = folder.file("t.csv", "x,g,y\n1,a,0\n\n2,b,1\n-1e200,a,1\n3,b,0\n")
    let options = DataOptions(label: "y", sensitive: ["g"])
    let error = #expect(throws: DataError.self) {
      _ = try DataReader(options: options).read(.path(path), as: Double.self)
    }
    guard case .outOfRange(path, 5, "x", "-1e+200", _)? = error else {
      Issue.record("\(error!)")
      return
    }
  }
}
