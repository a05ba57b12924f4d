import Reports
import Auditing
import Criteria
import Datasets
import LinearAlgebra
import TestSupport
import Testing

/// People with a sex, a category of race and ethnicity, and whether they were selected.
private func people(
  _ groups: [(name: String, rows: Int, selected: Int)],
  sexes: [(name: String, rows: Int, selected: Int)]
) -> (sex: [String], race: [String], selected: [UInt8]) {
  func spread(_ groups: [(name: String, rows: Int, selected: Int)]) -> [String] {
    groups.flatMap { Array(repeating: $0.name, count: $0.selected) }
      + groups.flatMap { Array(repeating: $0.name, count: $0.rows - $0.selected) }
  }
  let chosen = groups.reduce(0) { $0 + $1.selected }, all = groups.reduce(0) { $0 + $1.rows }
  return (
    spread(sexes), spread(groups), (0..<all).map { $0 < chosen ? 1 : 0 }
  )
}

private let races: [(name: String, rows: Int, selected: Int)] = [
  ("Hispanic or Latino", 28, 18), ("White", 40, 15), ("Black", 32, 16), ("Pacific Islander", 8, 5),
  ("Asian", 24, 10), ("American Indian", 16, 10), ("Two or more", 20, 10),
]
private let sexes: [(name: String, rows: Int, selected: Int)] = [
  ("Male", 92, 50), ("Female", 76, 34),
]

private func document(
  _ outcomes: Outcomes, _ options: LocalLaw144Report.Options = .init()
) throws -> ReportDocument {
  LocalLaw144Report(
    try LocalLaw144Counts(outcomes), options: options,
    context: ReportContext(source: "people.csv", version: "1.0")
  ).document()
}

private func row(_ table: ReportTable, _ name: String) -> [ReportCell] {
  table.rows.first { $0.cells[0].text == name }?.cells ?? []
}

@Suite struct LocalLaw144Tests {
  /// The example for scores in the city's rules: 168 people, 84 of them above the median.
  @Test func theRulesScoringExampleIsReproduced() throws {
    let (sex, race, above) = people(races, sexes: sexes)
    // Distinct scores, the selected above the others, so that the median parts them.
    let scores = above.enumerated().map { Double($1) * 1_000 + Double($0) / 10 }
    let page = try document(
      Outcomes(
        attributes: [
          GroupIndex(attribute: "sex", values: sex), GroupIndex(attribute: "race", values: race),
        ], scores: Buffer(scores)))
    let bySex = try #require(page.table("scoring-0")),
      byRace = try #require(page.table("scoring-1"))
    for (table, name, count, rate, ratio) in [
      (bySex, "Male", 92.0, "54.3%", "1.000"), (bySex, "Female", 76, "44.7%", "0.823"),
      (byRace, "Hispanic or Latino", 28, "64.3%", "1.000"), (byRace, "White", 40, "37.5%", "0.583"),
      (byRace, "Black", 32, "50.0%", "0.778"), (byRace, "Pacific Islander", 8, "62.5%", "0.972"),
      (byRace, "Asian", 24, "41.7%", "0.648"), (byRace, "American Indian", 16, "62.5%", "0.972"),
      (byRace, "Two or more", 20, "50.0%", "0.778"),
    ] {
      let cells = row(table, name)
      try #require(cells.count == 8)
      #expect(cells[1].value == count && cells[4].text == rate && cells[5].text == ratio, "\(name)")
      #expect(cells[4].value == cells[4].numerator! / cells[4].denominator!)
    }
    let both = try #require(page.table("scoring-2"))
    #expect(both.rows.reduce(0) { $0 + $1.cells[1].value! } == 168)
    #expect(both.rows.reduce(0) { $0 + $1.cells[3].value! } == 84)
  }

  @Test func theRulesSelectionExampleIsReproduced() throws {
    let (sex, _, selected) = people(
      [("all", 2_571, 1_222)], sexes: [("Male", 1_390, 667), ("Female", 1_181, 555)])
    let page = try document(
      Outcomes(
        attributes: [GroupIndex(attribute: "sex", values: sex)], predictions: Buffer(selected)))
    let table = try #require(page.table("selection-0"))
    #expect(row(table, "Male")[4].text == "48.0%" && row(table, "Male")[5].text == "1.000")
    #expect(row(table, "Female")[4].text == "47.0%" && row(table, "Female")[5].text == "0.979")
    #expect(abs(row(table, "Female")[5].value! - 555.0 / 1_181 / (667.0 / 1_390)) < 1e-15)
    #expect(page.sections[0].blocks.description.contains("only sex was given"))
  }

  /// What is to be published stands first: 34 of 76 over 50 of 92, and 15 of 40 over 18 of 28.
  @Test func theSummaryLeadsWithTheImpactRatios() throws {
    let (sex, race, selected) = people(races, sexes: sexes)
    let page = try document(
      Outcomes(
        attributes: [
          GroupIndex(attribute: "sex", values: sex), GroupIndex(attribute: "race", values: race),
        ], predictions: Buffer(selected)))
    let lists = page.sections[0].blocks.compactMap { block -> [String]? in
      if case .list(let lines) = block { lines } else { nil }
    }
    let lines = try #require(lists.first)
    #expect(lines[0] == "sex, impact ratios of the selection rates: Male 1.000, Female 0.823.")
    let opening = "race, impact ratios of the selection rates: Hispanic or Latino 1.000, "
    #expect(lines[1].hasPrefix(opening))
    #expect(lines[1].hasSuffix(", White 0.583."))
    #expect(lines[2].hasPrefix("sex×race") && lines[2].split(separator: ", ").count <= 10)
    #expect(page.facts.map(\.label).dropFirst().allSatisfy { $0 == "Lowest impact ratio" })
    #expect(page.facts[1].value == "0.823" && page.facts[2].value == "0.583")
  }

  @Test func peopleAtTheMedianAreNotAboveIt() throws {
    let scores = [1.0, 2, 2, 2, 3], group = ["a", "a", "b", "b", "b"]
    let page = try document(
      Outcomes(attributes: [GroupIndex(attribute: "g", values: group)], scores: Buffer(scores)))
    let table = try #require(page.table("scoring-0"))
    #expect(row(table, "a")[3].value == 0 && row(table, "b")[3].value == 1)
    let text = try page.rendered(as: .markdown)
    #expect(text.contains("median of all 5 scores is 2") && text.contains("3 people at the median"))
  }

  @Test func unknownCategoriesAreCountedAndLeftOut() throws {
    let (sex, race, selected) = people(races, sexes: sexes)
    let unknown = race.enumerated().map { $0 < 10 ? "Unknown" : $1 }
    let page = try document(
      Outcomes(
        attributes: [
          GroupIndex(attribute: "sex", values: sex), GroupIndex(attribute: "race", values: unknown),
        ], predictions: Buffer(selected)))
    #expect(row(try #require(page.table("selection-1")), "Unknown").isEmpty)
    #expect(page.table("selection-0")!.rows.reduce(0) { $0 + $1.cells[1].value! } == 168)
    #expect(page.table("selection-1")!.rows.reduce(0) { $0 + $1.cells[1].value! } == 158)
    #expect(page.table("selection-2")!.rows.reduce(0) { $0 + $1.cells[1].value! } == 158)
    let text = try page.rendered(as: .markdown)
    #expect(text.contains("sex: 168 people in 2 categories; 0 in an unknown category"))
    #expect(text.contains("race: 158 people in 7 categories; 10 in an unknown category"))
  }

  @Test func smallCategoriesAreLeftOutOfRatiosOnlyWhenAsked() throws {
    // The smallest category has the highest rate.
    let groups: [(name: String, rows: Int, selected: Int)] = [
      ("big", 900, 450), ("middle", 90, 30), ("small", 10, 9),
    ]
    let (_, race, selected) = people(groups, sexes: [("x", 1_000, 489)])
    let outcomes = Outcomes(
      attributes: [GroupIndex(attribute: "race", values: race)], predictions: Buffer(selected))
    let table = try #require(try document(outcomes).table("selection-0"))
    #expect(row(table, "small")[5].text == "1.000" && row(table, "big")[5].text == "0.556")
    #expect(row(table, "small")[2].text.contains("below 2%"))
    let cut = try #require(
      try document(outcomes, .init(excludeBelow: 0.02)).table("selection-0"))
    #expect(row(cut, "small")[5].text == "left out" && row(cut, "small")[1].value == 10)
    #expect(row(cut, "small")[4].text == "90.0%" && row(cut, "big")[5].text == "1.000")
    #expect(cut.notes.contains { $0.contains("small") && $0.contains("Justification") })
  }

  @Test func theOrderOfRowsAndGroupsDoesNotMatter() throws {
    let (sex, race, selected) = people(races, sexes: sexes)
    func page(_ order: [Int]) throws -> ReportDocument {
      try document(
        Outcomes(
          attributes: [
            GroupIndex(attribute: "sex", values: order.map { sex[$0] }),
            GroupIndex(attribute: "race", values: order.map { race[$0] }),
          ], predictions: Buffer(order.map { selected[$0] })))
    }
    var random = SeededGenerator(seed: 3)
    let forward = Array(sex.indices)
    #expect(try page(forward) == page(forward.shuffled(using: &random)))
  }
}
