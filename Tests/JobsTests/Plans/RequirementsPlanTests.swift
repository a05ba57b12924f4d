import Jobs
import Mitigation
import Reports
import Testing

private func parsed(_ text: String) throws -> PipelineFile {
  try PipelineFile.parse(text, path: "p.yaml")
}

/// What is said of a file, one problem a line.
private func complaint(_ text: String) -> String {
  do {
    _ = try parsed(text)
    return ""
  } catch { return "\(error)" }
}

/// Plans that name rule packs.
@Suite struct RequirementsPlanTests {
  /// Thresholds by group are refused at the line of the method, in the variant that names the pack.
  @Test func aPackThatForbidsThresholdsRefusesThemAtTheirLine() throws {
    let text = complaint(
      """
      data: {dataset: german, sensitive: sex}
      variants:
        us:
          requirements: us-credit
          postprocess:
            - {method: group-thresholds, bound: 0.1}
        sg:
          requirements:
            sg-feat: {justification: stated by the owner}
          postprocess: [group-thresholds]
      """)
    #expect(
      text.hasPrefix(
        "p.yaml:6:18: 'group-thresholds' sets thresholds by group, which the pack 'us-credit' refuses "
          + "(ECOA § 701; § 1002.6(b); regulation; amended, since 2026-07-21)"), "\(text)")
    #expect(!text.contains("sg-feat") && text.split(separator: "\n").count == 1)
  }

  @Test func everyUseOfAnAttributeHasItsPlace() {
    let text = complaint(
      """
      data: {dataset: german, sensitive: sex, use_sensitive: true}
      preprocess: [reweighing, disparate-impact-remover]
      postprocess: [group-thresholds]
      decide: {groups: inferred}
      requirements: [us-employment]
      """)
    for (place, by) in [
      ("1:41", "use_sensitive"), ("2:26", "disparate-impact-remover"), ("3:15", "group-thresholds"),
      ("4:10", "groups: inferred"),
    ] {
      #expect(text.contains("p.yaml:\(place): '\(by)'"), "\(place) in \(text)")
    }
    // Weights in training are contested, not refused.
    #expect(!text.contains("'reweighing'"))
  }

  @Test func warningsStandInThePlan() throws {
    let file = try parsed(
      """
      data: {dataset: german, sensitive: sex}
      learner: penalized
      requirements: [us-credit, uk-equality]
      """)
    let plan = try #require(file.plans.first)
    #expect(plan.requirements.map(\.id) == ["us-credit", "uk-equality"])
    #expect(plan.attributeFindings.map(\.permission) == [.warned, .warned])
    #expect(plan.attributeFindings.allSatisfy { $0.line == 2 && $0.column == 10 })
    #expect(plan.attributeFindings.map(\.use) == [.training, .training])
  }

  @Test func aReasonAndAnswersAreAskedFor() throws {
    let plan = "data: {dataset: german, sensitive: sex}\npostprocess: [group-thresholds]\n"
    #expect(complaint(plan + "requirements: sg-feat").contains("2:15: 'group-thresholds' sets"))
    #expect(complaint(plan + "requirements: {sg-feat: {justification: a reason}}") == "")
    // Whether sex may set a premium depends on the business, and nothing is taken for granted.
    let asked = complaint(plan + "requirements: eu-equality")
    #expect(asked.contains("p.yaml:3:15: the pack 'eu-equality' asks 'business'"), "\(asked)")
    #expect(
      complaint(plan + "requirements: {eu-equality: {business: insurance-or-goods}}")
        .contains("which the pack 'eu-equality' refuses (Test-Achats; 2004/113 Article 5;"))
    #expect(complaint(plan + "requirements: {eu-equality: {business: other}}") == "")
  }

  @Test func whatIsWrongWithThePacksIsSaidAtItsPlace() {
    let plan = "data: {dataset: german, sensitive: sex}\nrequirements: "
    for (text, wanted) in [
      ("us-credits", "2:15: no rule pack 'us-credits'; did you mean 'us-credit'"),
      ("[us-credit, [x]]", "2:27: 'requirements' takes names of packs, not a list"),
      ("{us-credit: yes}", "2:27: 'requirements.us-credit' takes answers by name, not 'yes'"),
      ("{eu-equality: {busines: other}}", "2:30: unknown key 'busines' of the pack 'eu-equality'"),
      ("{eu-equality: {business: some}}", "2:40: 'business' is one of insurance-or-goods, other"),
    ] {
      #expect(complaint(plan + text).contains("p.yaml:" + wanted), "\(complaint(plan + text))")
    }
  }

  /// Methods that use no attribute pass every pack that asks nothing.
  @Test(arguments: RulePacks.all.filter { $0.questions.isEmpty }.map { $0.id })
  func aPlainLearnerPasses(_ pack: String) throws {
    let file = try parsed("data: {dataset: german, sensitive: sex}\nrequirements: \(pack)")
    #expect(file.plans[0].attributeFindings == [])
  }
}
