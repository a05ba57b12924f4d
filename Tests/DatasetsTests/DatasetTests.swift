import LinearAlgebra
import Testing

import Datasets

@Suite struct DatasetTests {
  @Test func bundledTablesHaveTheirPublishedSizes() throws {
    let adult = try BundledDataset.named("adult")
    let options = DataOptions(adult)
    let (train, test) = try DataReader(options: options).readSplit(
      .bundled(adult, .train), test: .table(.bundled(adult, .test)), as: Float.self)
    #expect(train.rows == 32_561 && test.rows == 16_281)
    #expect(train.labels!.array.reduce(0) { $0 + Int($1) } == 7_841)
    #expect(train.attributes[0].names == ["Female", "Male"])
    #expect(test.encoder == train.encoder)
    for name in ["german", "compas"] {
      let set = try BundledDataset.named(name)
      let data: Dataset<Float> = try DataReader(options: DataOptions(set)).read(
        .bundled(set, .train))
      #expect(data.rows == (name == "german" ? 1_000 : 7_214))
      #expect(data.labels!.array.reduce(0) { $0 + Int($1) } == (name == "german" ? 700 : 3_251))
    }
    #expect(throws: DataError.unknownDataset(name: "adlut", nearest: "adult")) {
      _ = try BundledDataset.named("adlut")
    }
  }

  @Test func aSplitTakesTheSameShareOfEachCellAndLosesNoRow() throws {
    let folder = TemporaryFolder()
    var random = CounterRandom(seed: 1, stream: 0)
    var text = "id,g,y,w\n"
    for i in 0..<1_000 {
      text += "\(i),\(random.uniform() < 0.2 ? "a" : "b"),\(random.uniform() < 0.3 ? 1 : 0),\(i)\n"
    }
    let options = DataOptions(
      label: "y", sensitive: ["g"], weights: "w", mode: ReadMode(numbers: ["id"]))
    let path = folder.file("t.csv", text)
    var optionsWithFeature = options
    optionsWithFeature.useSensitive = true
    let (train, test) = try DataReader(options: optionsWithFeature).readSplit(
      .path(path), test: .fraction(0.3, seed: 5), as: Double.self)
    let ids = train.columns["id"]! + test.columns["id"]!
    #expect(ids.sorted() == (0..<1_000).map(Double.init))
    #expect(train.sampleWeights! + test.sampleWeights! == ids)
    for group in 0..<2 {
      for label in 0..<2 {
        func count(_ d: Dataset<Double>) -> Int {
          (0..<d.rows).count { d.attributes[0][$0] == group && Int(d.labels![$0]) == label }
        }
        let all = count(train) + count(test)
        #expect(count(test) == Int((0.3 * Double(all)).rounded()))
        for d in [train, test] {
          for i in 0..<d.rows {
            #expect(Int(d.features.categorical[0].codes[i]) == d.attributes[0][i])
          }
        }
      }
    }
    let again = try DataReader(options: optionsWithFeature).readSplit(
      .path(path), test: .fraction(0.3, seed: 5), as: Double.self)
    #expect(again.test.columns["id"] == test.columns["id"])
    let other = try DataReader(options: optionsWithFeature).readSplit(
      .path(path), test: .fraction(0.3, seed: 6), as: Double.self)
    #expect(other.test.columns["id"] != test.columns["id"])
  }

  @Test func newDataAreEncodedAsTheTrainingRowsWere() throws {
    let folder = TemporaryFolder()
    let first = folder.file("a.csv", "x,c,y\n1,u,0\n2,v,1\n6,u,1\n")
    let train: Dataset<Float> = try DataReader(options: DataOptions(label: "y")).read(.path(first))
    // Columns in another order, one more, an unseen level, and no label.
    let second = folder.file("b.csv", "c,extra,x\nw,9,1\nu,9,2\nv,9,6\n")
    let new: Dataset<Float> = try DataReader(options: DataOptions()).read(
      .path(second), encoder: train.encoder)
    #expect(new.features.dense.column(0) == train.features.dense.column(0))
    #expect(new.features.categorical[0].codes.array == [2, 0, 1])
    #expect(new.labels == nil)
    let wrong = folder.file("c.csv", "c,z\nu,1\n")
    #expect {
      _ = try DataReader(options: DataOptions()).read(
        .path(wrong), encoder: train.encoder, as: Float.self)
    } throws: {
      "\($0)".contains("no column 'x' for a feature of the model")
    }
  }

  @Test func crossesAndBinsAreGroups() throws {
    let folder = TemporaryFolder()
    let path = folder.file(
      "t.csv", "age,sex,y\n20,f,0\n25,m,1\n39.9,f,1\n40,m,0\n70,f,1\n")
    let data: Dataset<Float> = try DataReader(
      options: DataOptions(
        label: "y", sensitive: ["age", "age*sex"], bins: ["age": [25, 40]],
        mode: ReadMode(packsFeatures: false))
    ).read(.path(path))
    #expect(data.attributes[0].names == ["<25", "25–40", "≥40"])
    #expect(data.attributes[0].codes.array == [0, 1, 1, 2, 2])
    #expect(data.attributes[1].attribute == "age×sex")
    #expect(data.attributes[1].names == ["<25×f", "25–40×f", "25–40×m", "≥40×f", "≥40×m"])
    #expect(try DataOptions.parseBins("age=25,40").edges == [25, 40])
    var options = DataOptions()
    try options.set(["bins": .text("a;b=1,2;c=3")])
    #expect(options.bins == ["a;b": [1, 2], "c": [3]])
    for bad in ["age", "age=", "age=40,25", "=1", "age=1,x"] {
      #expect(throws: DataError.self) { _ = try DataOptions.parseBins(bad) }
    }
  }

  @Test func aFolderOfArraysReadsLikeTheText() throws {
    let folder = TemporaryFolder()
    let data = try SyntheticData(rows: 9_000, features: 3, categorical: 2, groups: 3, seed: 4)
    let writer = SyntheticWriter(data)
    try writer.writeCSV(to: folder.path + "/t.csv")
    try writer.writeArrays(to: folder.path + "/t")
    let options = DataOptions(label: "label", sensitive: ["group"])
    let text: Dataset<Double> = try DataReader(options: options).read(
      .path(folder.path + "/t.csv"))
    let arrays: Dataset<Double> = try DataReader(options: options).read(.path(folder.path + "/t"))
    #expect(text.rows == 9_000 && arrays.rows == 9_000)
    #expect(text.labels!.array == arrays.labels!.array)
    #expect(text.attributes[0].codes.array == arrays.attributes[0].codes.array)
    for j in 0..<3 {
      let pairs = zip(text.features.dense.column(j), arrays.features.dense.column(j))
      #expect(pairs.allSatisfy { abs($0 - $1) < 1e-5 })
    }
    for k in 0..<2 {
      #expect(
        text.features.categorical[k].codes.array == arrays.features.categorical[k].codes.array)
    }
  }

  @Test func corruptArraysAreNamed() throws {
    let folder = TemporaryFolder()
    try SyntheticWriter(SyntheticData(rows: 50, features: 2)).writeArrays(to: folder.path)
    let path = folder.path + "/X.npy"
    let good = FileBytes.contents(try FileBytes.open(path))
    let fortran = Array(
      String(decoding: good.prefix(128), as: UTF8.self).replacing("False", with: "True ").utf8)
    let hostile: [[UInt8]] = [
      Array(good.dropLast(3)), Array(good.prefix(8)), [1, 2, 3], good + [0],
      fortran + good.dropFirst(128),
    ]
    for bad in hostile {
      _ = folder.file("X.npy", bad)
      let error = #expect(throws: DataError.self) {
        _ = try DataReader(options: DataOptions(label: "label")).read(
          .path(folder.path), as: Float.self)
      }
      #expect("\(error!)".contains("X.npy"))
    }
  }
}

extension FileBytes {
  fileprivate static func contents(_ bytes: FileBytes) -> [UInt8] {
    (0..<bytes.count).map { UInt8(bitPattern: bytes.pointer[$0]) }
  }
}
