/// How many of several parties have put their masks on a sum.
///
/// Each two parties agree on random words of 128 bits for each sum; one adds them, the other subtracts
/// them, modulo 2¹²⁸. A party's sums are random words to whoever does not know its masks; in the sum over
/// all parties the masks cancel, and it is the sum of what they had to say, to the bit.
///
/// Bonawitz et al., Practical secure aggregation for privacy-preserving machine learning, CCS 2017,
/// section 4.0.1; without the shares that replace a party which is lost.
public struct Blinding: Sendable, Equatable {
  public var found: Int
  public var parties: Int

  public init(found: Int = 1, parties: Int) {
    self.found = found
    self.parties = parties
  }

  /// Fewer parties hide nothing: either of two knows the other's sum when it knows the total.
  public static let leastParties = 3

  /// Of a sum of two; nil once all parties are in it.
  static func joined(_ a: Blinding?, _ b: Blinding?) throws(SumsError) -> Blinding? {
    guard let a, let b, a.parties == b.parties, a.found + b.found <= a.parties else {
      throw .otherQuestion
    }
    let found = a.found + b.found
    return found == a.parties ? nil : Blinding(found: found, parties: a.parties)
  }
}

extension Answer {
  /// The same with a party's masks on its sums.
  ///
  /// - Parameter masks: a word a sum, the sum of all masks of this party.
  /// - Throws: where a sum is so large that the total over the parties might not fit, and where there
  ///   are not as many masks as sums.
  public func blinded(_ masks: [Int128], parties: Int) throws(SumsError) -> Answer {
    guard blinding == nil else { throw .otherQuestion }
    guard masks.count == sums.count else {
      throw .shape(expected: sums.count, found: masks.count, block: nil)
    }
    guard refusal == nil else { return self }
    let limit = Int128.max / Int128(max(1, parties))
    if let k = sums.words.firstIndex(where: { $0 > limit || $0 < -limit }) {
      throw .overflow(word: k, block: nil)
    }
    var answer = self
    answer.blinding = Blinding(parties: parties)
    try answer.sums.addWrapping(ExactSums(sums.runs, words: masks))
    return answer
  }
}
