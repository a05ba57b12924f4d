import Criteria
import Foundation
import Mitigation
import Reports
import TestSupport
import Testing

/// What packs say of their texts.
@Suite struct RulePackTests {
  @Test func everyLineHasATextWithItsStatus() throws {
    for pack in RulePacks.all {
      #expect(!pack.texts.isEmpty && pack.jurisdiction != "not stated")
      #expect(pack.readOn.count == 10)
      #expect(Set(pack.texts.map(\.id)).count == pack.texts.count)
      for rule in pack.rules {
        let text = try #require(pack.texts.first { $0.id == rule.text }, "\(rule.clause)")
        #expect(rule.basis == text.basis && rule.status == text.status)
        #expect(rule.textVersion == text.version && rule.appliesFrom == text.appliesFrom)
        // A text that is to apply says from when; a number has few words of its text beside it.
        #expect(rule.status != .future || rule.appliesFrom != nil)
        #expect((rule.line?.quote.split(separator: " ").count ?? 0) <= 20)
      }
    }
  }

  @Test func documentsForProgramsSayTheSame() throws {
    for pack in RulePacks.all {
      let json = try JSONValue(try ReportJSON.text(RulePackDocument(pack)))
      #expect(json["schema"]?.string == "equipoise.requirements/1")
      #expect(json["no_advice"] == .bool(true))
      let rules = try #require(json["rules"]?.array)
      #expect(rules.map { $0["status"]?.string } == pack.rules.map(\.status.rawValue))
      #expect(rules.allSatisfy { $0["basis"] != nil && $0["text_version"] != nil })
    }
  }

  /// Every number has a clause, a basis and few words of its text, or is practice and not verified; every
  /// measure is one of an audit; repealed and withdrawn lines decide nothing.
  @Test func everyNumberSaysWhereItStands() {
    for pack in RulePacks.all {
      for rule in pack.rules {
        #expect(!rule.clause.isEmpty && !rule.asks.isEmpty && !rule.answer.isEmpty)
        if let line = rule.line {
          #expect(line.value > 0)
          #expect(!line.quote.isEmpty || rule.basis == .practice && !rule.isVerified, "\(rule)")
        }
        if let measure = rule.measure {
          let name = MeasureName(measure.metric)
          #expect(name.isKnown && name.kind != nil, "\(measure.metric)")
          #expect((measure.bound != nil) == (rule.line != nil), "\(rule)")
        }
        if [.repealed, .withdrawn, .proposed].contains(rule.status) { #expect(!rule.isLive) }
        for (question, answer) in rule.answers ?? [:] {
          let asked = pack.questions.first { $0.name == question }
          #expect(asked?.oneOf.contains(answer) == true, "\(question)=\(answer)")
        }
      }
      for text in pack.texts {
        #expect(!text.id.isEmpty && !text.cite.isEmpty && !text.version.isEmpty)
      }
    }
    let repealed = CreditUnitedStates.rules.filter { $0.status == .repealed }
    #expect(repealed.count == 1 && repealed[0].measure?.metric == "selection_rate.ratio")
  }

  /// What the eight packs say of thresholds by group and of the attribute as a feature.
  @Test func thePacksPermitWhatTheirTextsDo() throws {
    let strictest: [String: AttributePermission] = [
      "us-credit": .refused, "us-employment": .refused, "us-housing": .refused,
      "nyc-ll144": .refused, "eu-ai-act-high-risk": .warned, "eu-equality": .refused,
      "sg-feat": .justified, "uk-equality": .warned,
    ]
    for (id, permission) in strictest {
      let pack = try #require(RulePacks.named(id))
      #expect(!pack.signatories.isEmpty)
      for use in [AttributeUse.decision, .thresholds] {
        let told = pack.rules.compactMap(\.attribute).filter { $0.uses.contains(use) }
        #expect(told.map(\.permission).max() == permission, "\(id) \(use)")
      }
    }
    // Refused in the Union where sex may not set premiums; of anything else it warns.
    let lines = EqualityEurope.rules.filter { $0.attribute?.permission == .refused }
    #expect(lines.allSatisfy { $0.answers == ["business": "insurance-or-goods"] })
  }

  @Test func theFairnessTreeHasOneLineForEveryAnswer() {
    let tree = PrinciplesSingapore.rules.filter { $0.answers != nil }
    let answers = Set(tree.map { $0.answers! })
    #expect(tree.count == 2 * 3 * 3 * 2 && answers.count == tree.count)
    let eligible = tree.first {
      $0.answers == [
        "fair_priority": "benefit", "fair_impact": "normal", "fair_concern": "eligible",
        "favorable_label": "yes",
      ]
    }
    #expect(eligible?.measure?.metric == "true_positive_rate.difference")
  }

  @Test func aDigestTellsPacksApart() throws {
    let digests = try RulePacks.all.map { try $0.digest() }
    #expect(Set(digests).count == digests.count && digests.allSatisfy { $0.count == 64 })
  }

  /// The page for people who answer for a system has every term of every pack, as the pack has it.
  @Test func thePageOfTermsSaysWhatThePacksSay() throws {
    let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Equipoise/Documentation.docc/LegalTerms.md")
    let page = Set(
      try String(contentsOf: place, encoding: .utf8).split(separator: "\n").map(String.init))
    var wanted = 0
    for pack in RulePacks.all {
      for rule in pack.rules where rule.term != nil && (rule.answers ?? [:]).count < 2 {
        wanted += 1
        #expect(page.contains(Self.row(pack.id, rule)), "\(Self.row(pack.id, rule))")
      }
    }
    #expect(wanted > 40)
  }

  /// A line of a pack as a row of the page.
  static func row(_ pack: String, _ rule: Rule) -> String {
    var here = rule.answer
    if let measure = rule.measure {
      let number = rule.line.map { ", \(measure.bound!.rawValue) \($0.value)" } ?? "; no number"
      here = "`\(measure.metric)`" + number
    }
    if let attribute = rule.attribute {
      here =
        "attribute \(attribute.permission.rawValue): "
        + attribute.uses.map(\.rawValue).joined(separator: ", ")
    }
    return "| `\(pack)` | \(rule.term!) | \(here) | \(rule.clause) | \(rule.standing) |"
  }
}
