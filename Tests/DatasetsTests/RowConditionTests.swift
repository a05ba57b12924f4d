import Datasets
import LinearAlgebra
import Testing

/// Rows by a condition.
@Suite struct RowConditionTests {
  /// A row of the table that conditions are tried on; nil is missing.
  private struct Row {
    var x: Int
    var age: Double?
    var region: String?
    var opened: String
  }

  /// Every combination of ages and regions, missing ones too.
  private let rows: [Row] = {
    var rows: [Row] = []
    for age in [18.0, 30, 30.5, 64, nil] {
      for region in ["north", "south", "New York", "or", nil] as [String?] {
        let day = rows.count % 28 + 1
        rows.append(
          Row(
            x: rows.count, age: age, region: region,
            opened: "2024-0\(rows.count % 2 + 1)-\(day < 10 ? "0" : "")\(day)"))
      }
    }
    return rows
  }()

  private func text(_ rows: [Row]) -> String {
    (["x,age,region,opened,g,y"]
      + rows.map { row in
        let age = row.age.map { "\($0)" } ?? ""
        return "\(row.x),\(age),\(row.region ?? ""),\(row.opened),"
          + "\(row.x % 3 == 0 ? "a" : "b"),\(row.x % 2)"
      }).joined(separator: "\n")
  }

  private func read(_ condition: String?, _ text: String) throws -> Dataset<Float> {
    let folder = TemporaryFolder()
    var options = DataOptions(label: "y", sensitive: ["g"], mode: ReadMode(numbers: ["x"]))
    options.mode.packsFeatures = false
    options.mode.countsOnly = true
    options.condition = try condition.map { text in try RowCondition(text) }
    return try DataReader(options: options).read(.path(folder.file("t.csv", text)))
  }

  private static let north: @Sendable (String?) -> Bool = { $0 == "north" }

  /// Each condition takes the rows that a plain test takes, and its opposite the others.
  @Test func conditionsTakeTheRowsThatTheyMean() throws {
    let meanings: [(String, (Row) -> Bool)] = [
      ("region = north", { $0.region == "north" }),
      ("region == 'north'", { $0.region == "north" }),
      ("region != north", { $0.region != "north" }),
      ("region <> north", { $0.region != "north" }),
      ("region = \"New York\"", { $0.region == "New York" }),
      ("region = or", { $0.region == "or" }),
      ("`region` in {north, 'New York'}", { ["north", "New York"].contains($0.region) }),
      ("region not in (north, south)", { !["north", "south"].contains($0.region) }),
      ("region is missing", { $0.region == nil }),
      ("age is not missing", { $0.age != nil }),
      ("age < 30", { ($0.age ?? .infinity) < 30 }),
      ("age<=30", { ($0.age ?? .infinity) <= 30 }),
      ("age ≤ 30", { ($0.age ?? .infinity) <= 30 }),
      ("30 < age", { ($0.age ?? -1) > 30 }),
      ("30 <= age < 64", { ($0.age ?? -1) >= 30 && ($0.age ?? 99) < 64 }),
      ("64 > age >= 30", { ($0.age ?? -1) >= 30 && ($0.age ?? 99) < 64 }),
      ("age between 18 and 30", { ($0.age ?? -1) >= 18 && ($0.age ?? 99) <= 30 }),
      ("age in {18, 30.0..64}", { $0.age == 18 || ($0.age ?? -1) >= 30 && ($0.age ?? 99) <= 64 }),
      ("age in 30..31", { ($0.age ?? -1) >= 30 && ($0.age ?? 99) <= 31 }),
      ("age = 30 | age = 3.05e1", { $0.age == 30 || $0.age == 30.5 }),
      ("region = north & age < 40", { $0.region == "north" && ($0.age ?? 99) < 40 }),
      ("region = north and not age < 40", { $0.region == "north" && !(($0.age ?? 99) < 40) }),
      (
        "region = north | region = south & age = 18",
        { $0.region == "north" || $0.region == "south" && $0.age == 18 }
      ),
      (
        "(region = north || region = south) && age = 18",
        { ["north", "south"].contains($0.region) && $0.age == 18 }
      ),
      ("!(region in {north} or age > 30)", { !($0.region == "north" || ($0.age ?? 0) > 30) }),
      ("opened >= '2024-02-01'", { $0.opened >= "2024-02-01" }),
      (
        "opened in {'2024-01-01'..'2024-01-15'}",
        { ("2024-01-01"..."2024-01-15").contains($0.opened) }
      ),
      ("row in {2, 4..6}", { [2, 4, 5, 6].contains($0.x + 2) }),
      ("row > 20 & row != 25", { $0.x + 2 > 20 && $0.x + 2 != 25 }),
    ]
    for (condition, holds) in meanings {
      let wanted = rows.filter(holds).map { Double($0.x) }
      #expect(try read(condition, text(rows)).columns["x"] == wanted, "\(condition)")
      let others = rows.filter { !holds($0) }.map { Double($0.x) }
      #expect(try read("not (\(condition))", text(rows)).columns["x"] == others, "\(condition)")
    }
  }

  /// As if the file held those rows alone: places, groups and labels too.
  @Test func aConditionIsTheSameAsAShorterFile() throws {
    let whole = try read("region = south", text(rows))
    let short = try read(nil, text(rows.filter { $0.region == "south" }))
    #expect(whole.rows == short.rows && whole.columns == short.columns)
    #expect(whole.labels?.array == short.labels?.array)
    #expect(whole.attributes[0].names == short.attributes[0].names)
    for i in 0..<whole.rows {
      #expect(whole.attributes[0][i] == short.attributes[0][i])
      #expect(whole.line(ofRow: i) == Int(whole.columns["x"]![i]) + 2)
    }
    #expect(whole.leftOut.count == rows.count - whole.rows)
    #expect(whole.origin.incompleteCount == 0)
    #expect(whole.notes.map { $0.text(.python) }.contains { $0.contains("5 of 25 rows") })
  }

  /// What is missing in rows that are left out does not matter, and its place in others is right.
  @Test func missingValuesOfOtherRowsDoNotMatter() throws {
    let folder = TemporaryFolder()
    let file = folder.file(
      "t.csv", "v,w,region,g,y\n1,1,n,a,0\n,2,s,b,1\n3,1,n,b,1\n4,,s,a,0\n5,6,s,a,1\n")
    func read(_ condition: String) throws -> Dataset<Double> {
      var options = DataOptions(label: "y", sensitive: ["g"], drop: ["region"])
      options.condition = try RowCondition(condition)
      return try DataReader(options: options).read(.path(file))
    }
    let north = try read("region = n")
    #expect(north.rows == 2 && north.encoder.numeric.map(\.name) == ["v", "w"])
    #expect {
      try read("region = s & v is not missing")
    } throws: { error in
      guard case DataError.missingValue(_, let row, let column, let count) = error else {
        return false
      }
      return row == 5 && column == "w" && count == 1
    }
  }

  @Test(arguments: [
    ("", "a condition on columns"), ("age <", "character 6"), ("age < 30 &", "character 11"),
    ("age 30", "character 5"), ("region = New York", "character 14"), ("(age < 30", "character 10"),
    ("age < 30)", "character 9"), ("region in north", "character 11"),
    ("region = 'a", "character 10"),
    ("region in {a b}", "character 14"), ("age between 3, 4", "character 14"),
    ("25 < age > 40", "character 10"),
    ("age is 30", "character 8"), ("age = `income`", "character 7"),
    (String(repeating: "!", count: 200) + "a = 1", "within one another"),
  ])
  func whatIsNoConditionIsSaidWithItsPlace(text: String, place: String) {
    #expect {
      try RowCondition(text)
    } throws: { "\($0)".contains(place) }
  }

  @Test(arguments: [
    ("regin = north", "did you mean 'region'"), ("region = nort", "did you mean 'north'"),
    ("region = nort", "character 10"), ("age = abc", "one of numbers"),
    ("region < 3", "holds texts"),
    ("age in {40..30}", "nothing lies between"), ("age > 1000", "no row of"),
    ("region in {north, x}", "its values are 'New York', 'north', 'or', 'south'"),
  ])
  func whatTheTableDoesNotHaveIsSaid(condition: String, reason: String) {
    #expect {
      try read(condition, text(rows))
    } throws: { "\($0)".contains(reason) }
  }

  /// In rows for a model a value that none has is absent; the condition is no part of the model.
  @Test func furtherRowsMayLackAValue() throws {
    let folder = TemporaryFolder()
    var options = DataOptions(label: "y", sensitive: ["g"], drop: ["opened"], missing: .keep)
    options.condition = try RowCondition("region in {north, south}")
    let reader = DataReader(options: options)
    let train: Dataset<Float> = try reader.read(.path(folder.file("t.csv", text(rows))))
    let other = folder.file("o.csv", text(rows.filter { $0.region != "north" }))
    let rest: Dataset<Float> = try reader.read(.path(other), encoder: train.encoder)
    #expect(rest.rows == rows.count { $0.region == "south" })
  }
}
