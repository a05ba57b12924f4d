import Datasets
import Foundation
import Jobs
import Mitigation
import Reports
import Testing

/// Pipelines and audits held against rule packs.
@Suite struct CheckRequirementsTests {
  private static let plan = """
    {"data": {"dataset": "german", "sensitive": "sex"},
     "variants": {"plain": {}, "fair": {"postprocess": ["group-thresholds"]}}}
    """

  private func check(
    _ packs: [String], _ change: (inout CheckRequirementsJob) -> Void
  ) throws -> CheckRequirementsJob.Outcome {
    var job = CheckRequirementsJob()
    job.packs = packs
    change(&job)
    return try job.run(JobContext())
  }

  private func audit(ratio value: Double, _ low: Double, _ high: Double) -> OptionInput {
    func entry(_ method: String, _ value: Double) -> OptionInput {
      .mapping([
        "attribute": .text("sex"), "metric": .text("selection_rate"), "kind": .text("ratio"),
        "method": .text(method), "low_group": .text("f"), "high_group": .text("m"),
        "value": .text("\(value)"), "low": .text("\(low)"), "high": .text("\(high)"),
      ])
    }
    return .mapping([
      "disparities": .list([entry("to_overall", 2), entry("between_groups", value)])
    ])
  }

  @Test func onlyTheVariantThatUsesTheAttributeIsRefused() throws {
    let found = try check(["us-credit"]) { $0.text = Self.plan }
    #expect(found.document.attributes.map(\.name) == ["plain", "fair"])
    #expect(found.document.attributes[0].findings == [])
    let told = found.document.attributes[1].findings
    #expect(told.map(\.permission) == [.warned, .refused])
    #expect(told[1].use == .thresholds && told[1].line == 2)
    #expect(found.document.isRefused && found.document.packs[0].digest.count == 64)
    guard case .exceeded(let words) = found.ending else {
      Issue.record("\(found.ending)")
      return
    }
    #expect(words.contains("'group-thresholds' sets thresholds by group"))
  }

  @Test func packsThatDifferNeedVariants() throws {
    let found = try check(["us-credit", "sg-feat"]) {
      $0.text = Self.plan
      $0.justification = "a reason"
    }
    #expect(found.document.conflicts.count == 2)
    #expect(found.document.conflicts[0].contains("refused by 'us-credit' and not by 'sg-feat'"))
    let alone = try check(["sg-feat"]) { $0.text = Self.plan }
    #expect(alone.document.isRefused, "a reason is missing")
  }

  /// Which side an interval lies on, and no verdict: no number of a text stops anything.
  @Test(arguments: [
    (0.7, 0.6, 0.75, LineFinding.Side.below), (0.9, 0.85, 0.95, .above), (0.8, 0.7, 0.9, .both),
  ])
  func anIntervalLiesOnASideOfALine(
    value: Double, low: Double, high: Double, side: LineFinding.Side
  ) throws {
    let found = try check(["us-employment"]) {
      $0.audit = .document(audit(ratio: value, low, high))
    }
    let line = try #require(found.document.lines.first { $0.line == 0.8 })
    #expect(line.side == side && line.value == value && line.lowGroup == "f")
    #expect(found.ending == .done && !found.document.isRefused)
    #expect(!line.message.contains("compl") && !line.message.contains("violat"))
  }

  /// The effects test has gone from the regulation: its line is shown with the pack and measures nothing.
  @Test func repealedLinesMeasureNothing() throws {
    let found = try check(["us-credit"]) { $0.audit = .document(audit(ratio: 0.7, 0.6, 0.75)) }
    #expect(found.document.lines.map(\.clause) == ["no text", "13:16"])
    #expect(found.document.lines.allSatisfy { $0.status != .repealed })
    #expect(found.document.lines[0].basis == .practice && !found.document.lines[0].isVerified)
    #expect(found.document.lines[1].message.contains("the text has no number"))
  }

  @Test func whatIsMissingIsNamed() {
    func words(_ packs: [String], _ change: (inout CheckRequirementsJob) -> Void) -> String {
      do {
        _ = try check(packs, change)
        return ""
      } catch { return (error as? any UserError)?.text(.commandLine) ?? "\(error)" }
    }
    #expect(words(["us-credits"]) { $0.text = Self.plan }.contains("us-credit"))
    #expect(words(["us-credit"]) { _ in }.contains("--pipeline, --model or --audit is needed"))
    #expect(
      words(["sg-feat"]) { $0.audit = .document(audit(ratio: 1, 1, 1)) }
        .contains("--answers fair_priority=benefit|harm"))
    #expect(
      words(["sg-feat"]) {
        $0.text = Self.plan
        $0.answers = ["fair_priority=both"]
      }.contains("expected one of benefit, harm"))
    #expect(
      words(["us-credit"]) { $0.audit = .document(.mapping(["rows": .text("1")])) }
        .contains("not the document of an audit: 'disparities' is missing"))
  }
}
