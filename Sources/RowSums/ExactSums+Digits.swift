import LinearAlgebra

extension ExactSums {
  /// Adds the numbers of a block to digits, in the units of the runs.
  static func add(
    _ values: UnsafePointer<Double>, to digits: ExactDigits, _ runs: [Run], block: Int
  ) throws(SumsError) {
    digits.begin()
    var first = 0
    for run in runs {
      // SAFETY: the caller has as many numbers as the runs.
      let fits = digits.add(
        values + first, run.count, times: scale(run.exponent), at: first)
      if !fits { throw failure(values, first..<first + run.count, run.exponent, block) }
      first += run.count
    }
  }

  /// What is wrong with the first number that does not fit.
  private static func failure(
    _ values: UnsafePointer<Double>, _ range: Range<Int>, _ exponent: Int, _ block: Int
  ) -> SumsError {
    let scale = scale(exponent)
    let k = range.first { rounded(values[$0] * scale) == nil } ?? range.lowerBound
    return values[k].isFinite
      ? .overflow(word: k, block: block) : .notFinite(word: k, block: block)
  }

  /// Adds what digits hold, in the same units.
  mutating func add(_ digits: ExactDigits) throws(SumsError) {
    for k in words.indices {
      guard let sum = digits.sum(k) else { throw .overflow(word: k, block: nil) }
      let (word, overflows) = words[k].addingReportingOverflow(sum)
      if overflows { throw .overflow(word: k, block: nil) }
      words[k] = word
    }
  }

  /// What digits hold, each sum rounded to the nearest `Double` once.
  static func values(of digits: ExactDigits, _ runs: [Run]) throws(SumsError) -> [Double] {
    var wrong: SumsError?
    let values = [Double](unsafeUninitializedCapacity: digits.count) { buffer, count in
      count = digits.count
      guard let start = buffer.baseAddress else { return }
      var first = 0
      for run in runs {
        let unit = Double(sign: .plus, exponent: run.exponent, significand: 1)
        // SAFETY: the array has room for as many numbers as the runs.
        if !digits.values(from: first, run.count, times: unit, to: start + first) {
          wrong = .overflow(word: first, block: nil)
        }
        first += run.count
      }
    }
    if let wrong { throw wrong }
    return values
  }
}
