import Reports
import Auditing
import Criteria
import Datasets
import LinearAlgebra
import TestSupport
import Testing

/// Berkeley's admissions of 1973, six departments: P. Bickel, E. Hammel, J. O'Connell, *Sex bias in
/// graduate admissions*, Science 187, 1975. Men and women applied to different departments.
private let departments: [(men: (Int, of: Int), women: (Int, of: Int))] = [
  ((512, 825), (89, 108)), ((353, 560), (17, 25)), ((120, 325), (202, 593)),
  ((138, 417), (131, 375)), ((53, 191), (94, 393)), ((22, 373), (24, 341)),
]

@Suite struct StrataTests {
  private func page() throws -> ReportDocument {
    var sex: [String] = [], department: [String] = [], admitted: [UInt8] = []
    for (number, counts) in departments.enumerated() {
      for (name, (selected, of:rows)) in [("man", counts.men), ("woman", counts.women)] {
        for i in 0..<rows {
          sex.append(name)
          department.append("\(number)")
          admitted.append(i < selected ? 1 : 0)
        }
      }
    }
    let counts = try OutcomeCounts(
      counting: Outcomes(
        attributes: [
          GroupIndex(attribute: "sex", values: sex),
          GroupIndex(attribute: "department", values: department),
        ], predictions: Buffer(admitted)))
    return FourFifthsReport(
      counts, strata: ["department"], intersections: 1, confidence: 0.95,
      context: ReportContext(source: "rows.csv", version: "1.0")
    ).document()
  }

  @Test func aGapOfAMixtureIsSeenToBeOne() throws {
    let document = try page()
    let plain = try #require(document.table("practical-0"))
    #expect(document.table("practical-1") == nil, "departments are not compared")
    #expect(plain.rows.map { $0.cells[0].text } == ["man", "woman"])
    // 557 of 1,835 women against 1,198 of 2,691 men.
    #expect(plain.rows[1].cells[5].text == "0.682" && plain.rows[1].cells[6].text == "below")
    let within = try #require(document.table("strata-0")).rows
    #expect(within.count == 1 && within[0].cells[0].text == "woman")
    // R's mantelhaen.test(UCBAdmissions) gives 0.9046968 for men against women.
    #expect(abs(within[0].cells[1].value! - 1 / 0.904_696_8) < 1e-6)
    #expect(within[0].cells[2].value! > 0.2 && within[0].cells[3].value! < 0.01)
    #expect(within[0].cells[4].text == "6 of 6")
    #expect(HTMLCheck.problems(try document.rendered(as: .html)) == [])
  }
}
