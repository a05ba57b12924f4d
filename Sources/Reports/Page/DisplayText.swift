/// Texts of others, such as group names, made safe to stand among ours.
public enum DisplayText {
  /// Control characters and marks that turn the direction of writing are shown as `�`: a name must
  /// not be able to hide or reorder what stands beside it.
  public static func visible(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isHidden(scalar) ? "\u{FFFD}" : scalar) }
    return String(result)
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00..<0x20, 0x7F..<0xA0, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F,
      0xFEFF,
      0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }

  /// A name inside a sentence. Names written from right to left are isolated.
  public static func name(_ text: String) -> String {
    let clean = visible(text)
    guard clean.unicodeScalars.contains(where: isRightToLeft) else { return clean }
    return "\u{2068}\(clean)\u{2069}"
  }

  private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
    default: false
    }
  }

  /// Text for HTML and SVG, in elements and quoted attributes alike.
  ///
  /// Scalars are looked at one by one: a quotation mark followed by a combining accent is one
  /// character to Swift, and still ends an attribute.
  public static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// Text cut to a count of columns, wide letters counted twice.
  public static func fitted(_ text: String, columns: Int) -> String {
    let clean = visible(text)
    guard self.columns(of: clean) > columns else { return clean }
    return prefix(of: clean, columns: max(columns - 1, 0)) + "…"
  }

  /// Names that are not their words put side by side.
  private static let properNames = [
    "abroca": "ABROCA", "abcc": "ABCC", "abpc": "ABPC", "zero_one_loss": "Zero–one loss",
    "r2_score": "R²", "theil_index": "Theil index",
    "gini_index": "Gini index", "atkinson_index": "Atkinson index",
    "matthews_corrcoef": "Matthews correlation", "cohen_kappa_score": "Cohen's kappa",
  ]

  private static let betweenGroup = "between_group_"

  /// A name of a metric inside a sentence: `ROC AUC` stays, `Selection rate` does not.
  public static func metricInSentence(_ name: String) -> String {
    let text = metric(name)
    guard let second = text.dropFirst().first, second.isLowercase || second == " " else {
      return text
    }
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// Words of methods and tests with the capitals of their names: `pooled_z` as `pooled z`.
  public static func method(_ name: String) -> String {
    pairs.reduce(name) { $0.replacing($1.words, with: $1.name) }
      .split(separator: "_").map { word in methodNames[String(word)] ?? String(word) }
      .joined(separator: " ")
  }

  /// Names of two people or more, who stand together.
  private static let pairs: [(words: String, name: String)] = [
    ("kruskal_wallis", "Kruskal–Wallis"), ("mantel_haenszel", "Mantel–Haenszel"),
    ("breslow_day", "Breslow–Day"),
  ]

  private static let methodNames = [
    "bonferroni": "Bonferroni", "delong": "DeLong", "welch": "Welch", "wilson": "Wilson",
    "newcombe": "Newcombe", "kish": "Kish", "holm": "Holm", "fisher": "Fisher", "tukey": "Tukey",
    "mcnemar": "McNemar", "katz": "Katz", "clopper": "Clopper", "pearson": "Pearson",
    "miettinen": "Miettinen", "nurminen": "Nurminen", "koopman": "Koopman", "bca": "BCa",
    "cochran": "Cochran", "tarone": "Tarone", "farrington": "Farrington", "manning": "Manning",
    "agresti": "Agresti", "coull": "Coull",
  ]

  /// `roc_auc_score` as `ROC AUC`, `selection_rate` as `Selection rate`.
  public static func metric(_ name: String) -> String {
    if let known = properNames[name] { return known }
    if name.hasPrefix(betweenGroup) {
      let rest = metric(String(name.dropFirst(betweenGroup.count)))
      return "Between-group " + (rest.hasPrefix("Theil") ? rest : rest.lowercased())
    }
    let keepsScore = ["mean_score", "brier_score"].contains(name)
    let short =
      name.hasSuffix("_score") && !keepsScore ? String(name.dropLast("_score".count)) : name
    let words = short.split(separator: "_").map(String.init)
    let acronyms: Set = ["roc", "auc", "f1", "smd", "kl", "ece"]
    let spelled = words.enumerated().map { index, word in
      if acronyms.contains(word) { return word.uppercased() }
      return index == 0 ? word.prefix(1).uppercased() + word.dropFirst() : word
    }
    return spelled.joined(separator: " ")
  }

  /// An identifier from any text: letters, digits and hyphens.
  public static func slug(_ text: String) -> String {
    let kept = text.unicodeScalars.map { scalar -> Character in
      let isPlain =
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        || ("0"..."9").contains(scalar)
      return isPlain ? Character(scalar) : "-"
    }
    return String(kept).lowercased()
  }
}
