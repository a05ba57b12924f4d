import Essentials

/// The evidence of one tick against a bound, from the counts of its groups alone.
///
/// **What it is.** Let Θ₀ be the bound's set of rates, θ̆ rates in (0, 1) that were chosen before the outcomes
/// of the tick were seen, and θ° the point of Θ₀ nearest to θ̆ in Σ nᵍ KL(θ̆ᵍ‖θᵍ). With sᵍ successes in nᵍ rows,
///
///     E = Πᵍ (θ̆ᵍ/θ°ᵍ)^sᵍ · ((1 − θ̆ᵍ)/(1 − θ°ᵍ))^(nᵍ − sᵍ).
///
/// **Claim.** If the mean chance of each group's rows in the tick, given all that went before, is a point of
/// Θ₀, then E has a mean of at most 1. Rows of a group may have different chances, the chances may depend
/// on the rows before them, and the common level may be another in every tick.
///
/// **Proof.** 1. One row of group g succeeds with chance p and brings the factor θ̆/θ° or
/// (1 − θ̆)/(1 − θ°). The mean of the factor is linear in p and equals 1 at p = θ°, hence it is
/// 1 + c(p − θ°) with c = θ̆/θ° − (1 − θ̆)/(1 − θ°) = (θ̆ − θ°)/(θ°(1 − θ°)).
/// 2. As 1 + x ≤ eˣ, the factor times e^(−c(p − θ°)) has a mean of at most 1 given the rows before. Multiplied row
/// by row: the mean of E · exp(−Σᵍ nᵍcᵍ(p̄ᵍ − θ°ᵍ)) is at most 1, where p̄ᵍ is the group's mean chance.
/// 3. The numbers nᵍcᵍ are the negative gradient of Σ nᵍ KL(θ̆ᵍ‖θᵍ) at θ°. At the minimum over a convex set no
/// direction into the set goes down, so Σᵍ nᵍcᵍ(θᵍ − θ°ᵍ) ≤ 0 for every θ of Θ₀, p̄ among them: the exponent
/// that was added is not negative, and E itself has a mean of at most 1. ∎
///
/// **In floating point** θ° is a little off. Steps 1 and 2 hold at any θ°, and step 3 needs only an upper bound of
/// Σ nᵍcᵍ(θᵍ − θ°ᵍ) over Θ₀. That bound, `Projection.slack`, is computed and taken off ln E, so the
/// evidence is valid whatever the root finder did.
///
/// **What it does not cover**: one person counted many times in a tick with one fate. Count persons then.
///
/// For two groups and blocks of rows the construction is R. Turner, A. Ly, P. Grünwald, *Generic
/// e-variables for exact sequential k-sample tests that allow for optional stopping*, J. Statistical
/// Planning and Inference 230, 2024. That θ° gives an e-value over a convex null is the theme of
/// P. Grünwald, R. de Heide, W. Koolen, *Safe testing*, JRSS B 86, 2024.
public enum TickEvidence {
  /// ln E.
  ///
  /// - Parameters:
  ///   - counts: a group each, in the order of the null.
  ///   - alternative: θ̆, from ticks before this one and the numbers of rows; held in [10⁻⁹, 1 − 10⁻⁹].
  /// - Returns: 0 where the alternative keeps the bound.
  public static func log(
    of counts: [RateCounts], against null: ConvexNull, backing alternative: [Double]
  ) -> Double {
    precondition(alternative.count == counts.count, "a rate for each group")
    precondition(null.groupCount ?? counts.count == counts.count, "a group for each rate bounded")
    let backed = alternative.map(ConvexNull.inside)
    let nearest = null.projection(of: backed, rows: counts.map { Double($0.rows) })
    var sum = CompensatedSum()
    for (g, count) in counts.enumerated() where count.rows > 0 && nearest.rates[g] != backed[g] {
      let move = backed[g] - nearest.rates[g]
      let failures = count.rows - count.successes
      sum.add(Double(count.successes) * log1p(move / nearest.rates[g]))
      sum.add(Double(failures) * log1p(-move / (1 - nearest.rates[g])))
    }
    sum.add(-nearest.slack)
    return sum.value
  }
}
