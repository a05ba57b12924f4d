import Foundation
import LinearAlgebra
import Testing

import CText

import Datasets

/// Reads a text as a file and returns the data set of all rows.
private func read(
  _ text: String, _ options: DataOptions = DataOptions(label: "y"), threads: Int = 2
) throws -> Dataset<Double> {
  let folder = TemporaryFolder()
  return try DataReader(options: options, pool: WorkerPool(threads: threads)).read(
    .path(folder.file("t.csv", text)))
}

/// The numeric column as it stood in the file.
private func original(_ data: Dataset<Double>, _ name: String) -> [Double] {
  let j = data.encoder.numeric.firstIndex { $0.name == name }!
  let column = data.encoder.numeric[j]
  return data.features.dense.column(j).map {
    ($0 / (column.scale == 0 ? 1 : column.scale)) + column.mean
  }
}

private func levels(_ data: Dataset<Double>, _ name: String) -> [String] {
  let j = data.encoder.categorical.firstIndex { $0.name == name }!
  let names = data.encoder.categorical[j].levels + [FeatureEncoder.missingName]
  return data.features.categorical[j].codes.array.map { names[Int($0)] }
}

@Suite struct CSVReadingTests {
  @Test func quotesNewlinesLineEndsAndTheMarkAreUnderstood() throws {
    let text =
      "\u{FEFF}x,c,y\r\n1.5,\"a, b\",1\r\n-2e1,\"say \"\"hi\"\"\",0\r\n\r\n+3 ,\"two\nlines\",1\r\n .5, plain ,0"
    let data = try read(text)
    #expect(zip(original(data, "x"), [1.5, -20, 3, 0.5]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(levels(data, "c") == ["a, b", "say \"hi\"", "two\nlines", "plain"])
    #expect(data.labels!.array == [1, 0, 1, 0])
  }

  @Test func gzipAndSeveralMembersReadLikeTheText() throws {
    // The same two rows, each a gzip member of its own.
    let folder = TemporaryFolder()
    let plain = folder.file("t.csv", "x,y\n1,0\n2,1\n")
    let packed = folder.path + "/t.csv.gz"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "printf 'x,y\\n1,0\\n' | gzip > '\(packed)'; printf '2,1\\n' | gzip >> '\(packed)'",
    ]
    try process.run()
    process.waitUntilExit()
    let reader = DataReader(options: DataOptions(label: "y"))
    let a: Dataset<Double> = try reader.read(.path(plain))
    let b: Dataset<Double> = try reader.read(.path(packed))
    #expect(a.features.dense.column(0) == b.features.dense.column(0))
    #expect(a.labels!.array == b.labels!.array)
    let whole = try Data(contentsOf: URL(fileURLWithPath: packed))
    let cut = folder.file("cut.csv.gz", Array(whole.dropLast(6)))
    #expect(throws: DataError.truncatedGzip(file: cut)) {
      _ = try reader.read(.path(cut), as: Double.self)
    }
  }

  @Test func chunksAndThreadsChangeNothing() throws {
    // Larger than several chunks, with quotes that hide newlines at arbitrary places.
    var text = "x,c,y\n"
    var random = CounterRandom(seed: 3, stream: 0)
    var xs: [Double] = []
    let names = ["plain", "\"with, comma\"", "\"line\nbreak\"", "\"quote\"\"d\""]
    while text.utf8.count < 3 * TextLayout.chunkSize + 1_000 {
      let x = (random.normal() * 1e6).rounded() / 1e3
      xs.append(x)
      text += "\(x),\(names[Int(random.uniform() * 4)]),\(random.uniform() < 0.5 ? 1 : 0)\n"
    }
    let one = try read(text, threads: 1)
    let four = try read(text, threads: 4)
    #expect(one.rows == xs.count)
    #expect(one.features.dense.column(0) == four.features.dense.column(0))
    #expect(one.features.categorical[0].codes.array == four.features.categorical[0].codes.array)
    #expect(one.labels!.array == four.labels!.array)
    #expect(one.encoder == four.encoder)
    let back = original(one, "x")
    #expect(zip(back, xs).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($1)) })
  }

  @Test func surveyAgreesWithItsReference() {
    var random = CounterRandom(seed: 5, stream: 0)
    let alphabet = Array("a,\"\n\r\u{1}é".utf8)
    for size in [0, 1, 2, 3, 63, 64, 65, 66, 130, 1_000, 40_000] {
      let bytes = FileBytes((0..<size).map { _ in alphabet[Int(random.next() % 8)] })
      for begin in [0, 1, 2, size / 3] where begin <= size {
        var fast = eqp_text_counts(), plain = eqp_text_counts()
        eqp_text_survey(bytes.pointer, Int64(begin), Int64(size), &fast)
        eqp_text_survey_reference(bytes.pointer, Int64(begin), Int64(size), &plain)
        #expect(fast.newlines == plain.newlines && fast.blank == plain.blank)
        #expect(fast.quotes == plain.quotes && (fast.high != 0) == (plain.high != 0))
      }
    }
  }

  @Test func numbersAreRoundedAsTheStandardSays() {
    var random = CounterRandom(seed: 7, stream: 0)
    var texts = [
      "0", "-0", "1e22", "1e23", "9007199254740993", "2.2250738585072011e-308", "5e-324",
    ]
    texts += ["123456789.123456789", "0.1", ".5", "5.", "1e-400", "179769313486231570e291"]
    for _ in 0..<2_000 {
      texts.append("\(Double(bitPattern: random.next() & 0x7FDF_FFFF_FFFF_FFFF))")
      texts.append("\(random.normal() * 1e4)")
    }
    for text in texts {
      var value = 0.0
      let padded = Array(text.utf8CString)
      let read = eqp_text_number(padded, Int64(text.utf8.count), &value)
      #expect(read == 1, "\(text)")
      #expect(value == Double(text)!, "\(text)")
    }
    for text in ["", "-", "1e", "0x10", "1 2", "--1", "+-1", "1,5", "abc", "1.2.3"] {
      var value = 0.0
      #expect(
        eqp_text_number(Array(text.utf8CString), Int64(text.utf8.count), &value) == 0, "\(text)")
    }
  }

  @Test func missingValuesFollowThePolicy() throws {
    let text = "x,c,y\n1,a,0\n,b,1\n3,NA,1\n5,a,1\n"
    #expect {
      _ = try read(text)
    } throws: {
      "\($0)".contains("line 3, column 'x'")
    }
    let own = try read(text, DataOptions(label: "y", missing: .keep))
    #expect(own.features.dense[1, 0] == 0)
    #expect(own.encoder.columnNames.suffix(2) == ["x is present", "x is missing"])
    #expect(own.features.categorical.last!.codes.array == [0, 1, 0, 0])
    #expect(levels(own, "c") == ["a", "b", FeatureEncoder.missingName, "a"])
    #expect(abs(own.encoder.numeric[0].mean - 3) < 1e-15)
    let dropped = try read(text, DataOptions(label: "y", missing: .drop))
    #expect(dropped.labels!.array == [0, 1])
    #expect(zip(original(dropped, "x"), [1, 5]).allSatisfy { abs($0 - $1) < 1e-12 })
    let marked = try read(
      "x,y\n1,0\n-999,1\n3,1\n", DataOptions(label: "y", missingTexts: ["-999"], missing: .drop))
    #expect(marked.rows == 2)
  }

  @Test func typesAreInferredAndCanBeOverridden() throws {
    let text = "code,z,y\n1,0.5,no\n2,1.5,yes\n1,2.5,no\n"
    let inferred = try read(text)
    #expect(inferred.encoder.numeric.map(\.name) == ["code", "z"])
    #expect(inferred.encoder.positive == "yes")
    let forced = try read(text, DataOptions(label: "y", categorical: ["code"]))
    #expect(forced.encoder.categorical[0].levels == ["1", "2"])
    #expect(forced.features.columns == 4)
  }

  @Test func standardizingIsWeightedAndConstantColumnsBecomeZero() throws {
    let data = try read(
      "x,k,w,y\n1,1e12,1,0\n2,1e12,3,1\n4,1e12,0,1\n", DataOptions(label: "y", weights: "w"))
    #expect(abs(data.encoder.numeric[0].mean - 1.75) < 1e-14)
    #expect(abs(data.encoder.numeric[0].deviation! - 0.1875.squareRoot()) < 1e-14)
    #expect(data.encoder.numeric[1].deviation == nil)
    #expect(data.features.dense.column(1) == [0, 0, 0])
    #expect(data.sampleWeights == [1, 3, 0])
  }

  @Test func largeNumbersKeepTheirDigitsInFloats() throws {
    // 1e9 + i does not fit in 24 bits; the distance from the mean does.
    let folder = TemporaryFolder()
    let text = "x,y\n" + (0..<100).map { "\(1_000_000_000 + $0),\($0 % 2)" }.joined(separator: "\n")
    let data: Dataset<Float> = try DataReader(options: DataOptions(label: "y")).read(
      .path(folder.file("t.csv", text)))
    let column = data.features.dense.column(0)
    let steps = zip(column, column.dropFirst()).map { Double($1 - $0) }
    let step = data.encoder.numeric[0].scale
    #expect(steps.allSatisfy { abs($0 - step) < 1e-6 })
  }
}
