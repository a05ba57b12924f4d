/// The k-th smallest number without sorting: C. Hoare, *Algorithm 65: find*, CACM 4, 1961, with the
/// median of three as pivot. Many equal numbers cost nothing extra.
enum OrderStatistics {
  /// Puts the k-th smallest (from 0) at place k, none larger before it, none smaller after.
  static func select(_ k: Int, in values: inout [Double]) -> Double {
    var low = 0, high = values.count - 1
    precondition(k >= 0 && k <= high, "a place among the numbers")
    while low < high {
      let middle = low + (high - low) / 2
      let a = values[low], b = values[middle], c = values[high]
      let pivot = max(min(a, b), min(max(a, b), c))
      var i = low, j = high
      while i <= j {
        while values[i] < pivot { i += 1 }
        while values[j] > pivot { j -= 1 }
        if i <= j {
          values.swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if k <= j { high = j } else if k >= i { low = i } else { break }
    }
    return values[k]
  }

  /// The order statistic at place q(m + 1) of m replicates: the level-q percentile.
  static func percentile(_ q: Double, in values: inout [Double]) -> Double {
    let place = Int((q * Double(values.count + 1)).rounded()) - 1
    return select(min(max(place, 0), values.count - 1), in: &values)
  }
}
