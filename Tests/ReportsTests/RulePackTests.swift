import Foundation
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
}
