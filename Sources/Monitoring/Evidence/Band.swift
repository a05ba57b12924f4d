/// Rates that all lie in one band [scale · x, x + width], at whatever x: differences of at most `width` with
/// a scale of 1, ratios to the highest of at least `scale` with a width of 0.
struct Band {
  var scale: Double
  var width: Double

  /// θ°ᵍ = θ̆ᵍ held in the band, at the x where the pulls of the rates below and above it are in balance.
  func projection(of alternative: [Double], rows: [Double]) -> Projection {
    var low = 1.0, high = 0.0
    for g in rows.indices where rows[g] > 0 {
      low = min(low, alternative[g])
      high = max(high, alternative[g])
    }
    guard low < scale * (high - width) else { return Projection(rates: alternative, slack: 0) }
    let x = BracketedRoot.rising(from: low / scale, to: high - width) { x in
      var value = 0.0, slope = 0.0
      for g in rows.indices where rows[g] > 0 {
        if alternative[g] < scale * x {
          let (first, second) = ConvexNull.pull(rows[g], alternative[g], scale * x)
          value += scale * first
          slope += scale * scale * second
        } else if alternative[g] > x + width {
          let (first, second) = ConvexNull.pull(rows[g], alternative[g], x + width)
          value += first
          slope += second
        }
      }
      return (value, slope)
    }
    var rates = alternative
    for g in rows.indices where rows[g] > 0 {
      rates[g] = min(max(alternative[g], scale * x), x + width)
    }
    return Projection(rates: rates, slack: slack(alternative, rows, at: rates))
  }

  /// Over all bands in [0, 1], Σ sᵍθᵍ is at most width · Σ s⁺ + (1 − width) · max(0, Σ s⁺ + scale · Σ s⁻).
  private func slack(_ alternative: [Double], _ rows: [Double], at rates: [Double]) -> Double {
    var ends = CompensatedSum(), here = CompensatedSum()
    for g in rows.indices where rows[g] > 0 {
      let slope = -ConvexNull.pull(rows[g], alternative[g], rates[g]).0
      ends.add(slope > 0 ? slope : scale * slope)
      here.add(slope * (slope > 0 ? rates[g] - width : rates[g]))
    }
    return max(0, (1 - width) * max(0, ends.value) - here.value)
  }
}
