import Essentials

/// A pack as a document for programs.
public struct RulePackDocument: Encodable, Sendable {
  public static let schemaName = "equipoise.requirements/1"

  let schema = RulePackDocument.schemaName
  var id, title, citation, version, textVersion, readOn, jurisdiction: String
  let noAdvice = true
  var sectors: [String]
  var questions: [PackQuestion]
  var signatories: [String]
  var texts: [LegalText]
  var rules: [Rule]

  public init(_ pack: any RulePack.Type) {
    id = pack.id
    title = pack.title
    citation = pack.citation
    version = pack.version
    textVersion = pack.textVersion
    readOn = pack.readOn
    jurisdiction = pack.jurisdiction
    sectors = pack.sectors
    questions = pack.questions
    signatories = pack.signatories
    texts = pack.texts
    rules = pack.rules
  }

  enum CodingKeys: String, CodingKey {
    case schema, id, title, citation, version, jurisdiction, sectors, questions, signatories, texts
    case rules
    case textVersion = "text_version"
    case readOn = "read_on"
    case noAdvice = "no_advice"
  }
}

extension RulePack {
  /// SHA-256 of the pack as a document: it tells one state of a pack from every other.
  public static func digest() throws -> String {
    Digest.sha256(of: Array(try CanonicalJSON.text(RulePackDocument(self)).utf8))
  }
}
