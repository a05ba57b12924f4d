import Auditing

extension GapSides {
  /// Who is behind: `Female lower` of two groups, `Black lowest` of more; nil where two rates rank the
  /// groups differently.
  ///
  /// - Parameter namesAttribute: `race: Black lowest`.
  public func text(namesAttribute: Bool) -> String? {
    lowGroup.map { group in
      (namesAttribute ? "\(DisplayText.name(attribute)): " : "")
        + "\(DisplayText.name(group)) \(groups > 2 ? "lowest" : "lower")"
    }
  }
}
