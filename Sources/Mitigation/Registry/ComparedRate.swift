/// Which difference of groups a method makes small, by what its options are called.
enum ComparedRate {
  /// Options that name what is made alike.
  private static let options = ["constraint", "penalty", "rate", "statistic"]

  /// Metrics of what has another name as a constraint or a penalty. Losses are not measured by a
  /// frontier; the accuracy is what comes near.
  private static let metrics = [
    "demographic_parity": "selection_rate", "covariance": "selection_rate",
    "prejudice": "selection_rate", "equal_opportunity": "true_positive_rate",
    "error_rate": "accuracy_score", "bounded_group_loss": "accuracy_score",
    "group_loss_variance": "accuracy_score", "worst_group_loss": "accuracy_score",
  ]

  /// The comparison that `frontier` draws unless another is asked for.
  static func difference(_ options: MethodOptions) -> String {
    let named =
      Self.options.first { options.values[$0] != nil }.map(options.text) ?? "demographic_parity"
    return difference(MethodOption.bounds(in: named).first?.name ?? named)
  }

  static func difference(_ name: String) -> String {
    var rate = name
    if rate.hasPrefix("linear_") { rate.removeFirst("linear_".count) }
    if rate.hasSuffix("_rate_parity") { rate.removeLast("_parity".count) }
    return (metrics[rate] ?? rate) + ".difference"
  }
}
