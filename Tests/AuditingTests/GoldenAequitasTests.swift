import Auditing
import Criteria
import Testing

/// Aequitas's crosstabs and disparities on the same rows, except for its made-up numbers.
@Suite struct GoldenAequitasTests {
  private static let cases = GoldenCase.names.filter { !$0.contains("weighted") }

  private func table(_ golden: GoldenCase) throws -> AequitasTable {
    AequitasTable(try golden.counts().marginal(of: [0]))
  }

  @Test(arguments: cases)
  func crosstabsAreThoseOfAequitas(name: String) throws {
    let golden = try GoldenCase(name)
    let table = try table(golden)
    let groups = golden.at("aequitas", "group") as! [String: [String: Any]]
    for (g, group) in table.names.enumerated() {
      for column in AequitasTable.Column.allCases {
        let expected = goldenNumber(groups[group]![column.rawValue])!
        let found = table.value(column, of: g)
        #expect(
          found.value.map { close($0, expected) } ?? expected.isNaN,
          "\(name) \(column) of \(group): \(found) \(expected)")
      }
    }
  }

  @Test(arguments: cases)
  func disparitiesAreThoseOfAequitas(name: String) throws {
    let golden = try GoldenCase(name)
    let table = try table(golden)
    let fixed = golden.at("aequitas", "disparity_ref_group") as! String
    for (key, rule) in [
      ("disparity_predefined", AequitasTable.Reference.named(fixed)),
      ("disparity_major", .largest), ("disparity_min_metric", .leastOfMetric),
    ] {
      let rows = golden.at("aequitas", key) as! [String: [String: Any]]
      for (g, group) in table.names.enumerated() {
        for column in AequitasTable.Column.compared {
          let expected = goldenNumber(rows[group]!["\(column.rawValue)_disparity"])!
          let found = table.disparity(column, of: g, rule)
          guard let value = found.value else {
            #expect(
              expected.isNaN || expected == 10 || expected == 1, "\(name) \(key) \(column) \(found)"
            )
            continue
          }
          #expect(close(value, expected, 1e-9), "\(name) \(key) \(column) of \(group)")
        }
      }
    }
  }

  /// Aequitas writes 10.0 where a group is compared with a reference whose metric is 0.
  @Test func aRatioToZeroIsAbsentAndNotTen() throws {
    let golden = try GoldenCase("bin_n12")
    let rows = golden.at("aequitas", "disparity_min_metric") as! [String: [String: Any]]
    #expect(goldenNumber(rows["0"]!["fdr_disparity"]) == 10)
    let found = try table(golden).disparity(.fdr, of: 0, .leastOfMetric)
    #expect(found == .absent("the reference's value is 0"))
  }

  @Test func theBandIsClosedAndSymmetric() throws {
    let counts = OutcomeCounts(
      attributes: ["g"], levels: [["a", "b", "c"]], combinations: [[0], [1], [2]],
      tallies: [
        Tally(trueNegatives: 5, falsePositives: 0, falseNegatives: 0, truePositives: 5),
        Tally(trueNegatives: 6, falsePositives: 0, falseNegatives: 0, truePositives: 4),
        Tally(trueNegatives: 7, falsePositives: 0, falseNegatives: 0, truePositives: 3),
      ], inputs: [.labels, .predictions], weighted: false, threshold: 0.5)
    let table = AequitasTable(counts.marginal(of: [0]))
    #expect(table.isWithin(.predictedPrevalence, of: 1, .largest, tau: 0.8) == true)
    #expect(table.isWithin(.predictedPrevalence, of: 2, .largest, tau: 0.8) == false)
    #expect(table.isWithin(.predictedPrevalence, of: 0, .named("b"), tau: 0.8) == true)
    #expect(table.isWithin(.fpr, of: 1, .largest) == nil)
    #expect(table.isWithin(.unsupervised, of: 2, .largest) == false)
    #expect(table.isWithin(.typeI, of: 1, .largest) == nil)
  }

  /// The tables of two attributes that share a value's name are not mixed, and groups keep their
  /// order, whatever the order of the rows.
  @Test func sharedNamesAndOrderChangeNothing() throws {
    let golden = try GoldenCase("multi_k5")
    let counts = try golden.counts()
    let first = AequitasTable(counts.marginal(of: [0]))
    let second = AequitasTable(counts.marginal(of: [1]))
    #expect(first.names == ["0", "1", "2", "3", "4"] && second.names == ["0", "1"])
    let alone = AequitasTable(counts.projected(to: [1]).marginal(of: [0]))
    #expect(alone.value(.fpr, of: 0) == second.value(.fpr, of: 0))
    #expect(first.value(.fpr, of: 0) != second.value(.fpr, of: 0))
  }
}
