import Mitigation
import Models
import Reports

/// A use of sensitive attributes, with the place of a plan's file that asks for it.
public struct PlacedUse: Sendable, Equatable {
  public var used: UsedAttribute
  /// nil where there is no file.
  public var place: TextPlace?

  init(_ used: UsedAttribute, _ place: TextPlace?) {
    self.used = used
    self.place = place
  }
}

/// What a pack says of a use of sensitive attributes.
public struct AttributeFinding: Sendable, Equatable, Encodable {
  public var pack: String
  public var clause: String
  /// Basis and status of the clause, in words.
  public var standing: String
  public var isVerified: Bool
  /// A method, or what else uses attributes.
  public var by: String
  public var use: AttributeUse
  public var permission: AttributePermission
  /// Where a reason is asked for: what was stated.
  public var justification: String?
  public var line: Int?
  public var column: Int?
  public var message: String

  enum CodingKeys: String, CodingKey {
    case pack, clause, standing, by, use, permission, justification, line, column, message
    case isVerified = "verified"
  }

  /// Whether a plan must not go on: it is refused, or needs a reason that nobody has stated.
  public var isStopping: Bool {
    permission == .refused || permission == .justified && justification == nil
  }

  init(_ named: NamedPack, _ rule: Rule, _ placed: PlacedUse) {
    pack = named.id
    clause = rule.clause
    standing = rule.standing
    isVerified = rule.isVerified
    by = placed.used.by
    use = placed.used.use
    permission = rule.attribute!.permission
    justification = permission == .justified ? named.justification : nil
    line = placed.place?.line
    column = placed.place?.column
    let does = "'\(by)' \(use.words)"
    let source = "\(clause); \(standing)"
    message =
      switch permission {
      case .refused: "\(does), which the pack '\(pack)' refuses (\(source))"
      case .warned: "\(does), of which the pack '\(pack)' warns (\(source))"
      case .justified where justification == nil:
        "\(does); the pack '\(pack)' asks for a reason: 'justification' of the pack (\(source))"
      case .justified:
        "\(does); the pack '\(pack)' asks for a reason, and one is stated (\(source))"
      case .allowed: "\(does), which the pack '\(pack)' allows (\(source))"
      }
  }
}

extension [NamedPack] {
  /// What the packs say of uses: for each pack and part one finding a line of the pack, with the use that
  /// goes furthest.
  func findings(_ uses: [PlacedUse]) -> [AttributeFinding] {
    var found: [AttributeFinding] = []
    for named in self {
      for placed in uses {
        guard let rule = named.rule(on: placed.used.use) else { continue }
        let finding = AttributeFinding(named, rule, placed)
        let same = found.firstIndex {
          $0.pack == finding.pack && $0.by == finding.by && $0.clause == finding.clause
            && $0.permission == finding.permission && $0.line == finding.line
            && $0.column == finding.column
        }
        if let same {
          if found[same].use < finding.use { found[same] = finding }
        } else {
          found.append(finding)
        }
      }
    }
    return found
  }

  /// Uses on which the packs differ so that one model cannot serve all of them: each needs a variant.
  func conflicts() -> [String] {
    AttributeUse.allCases.compactMap { use in
      let told = compactMap { named in
        named.rule(on: use).map { (named.id, $0.attribute!.permission) }
      }
      let refusing = told.filter { $0.1 == .refused }.map(\.0)
      let others = told.filter { $0.1 != .refused }.map(\.0)
      guard !refusing.isEmpty, !others.isEmpty else { return nil }
      let first = refusing.joined(separator: "', '"), second = others.joined(separator: "', '")
      return
        "a model that \(use.words) is refused by '\(first)' and not by '\(second)': give each a "
        + "variant of its own"
    }
  }
}
