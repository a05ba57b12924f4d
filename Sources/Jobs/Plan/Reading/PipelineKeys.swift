import Auditing
import Datasets
import Mitigation

/// Every key of a pipeline file.
enum PipelineKeys {
  static let variantNames = ["variants", "regions"]

  static let data: [ConfigurationKey] =
    [
      ConfigurationKey(
        "file", .text,
        "CSV file with a header (.csv or .csv.gz) or folder of NPY arrays, from the pipeline's folder."
      ),
      ConfigurationKey(
        "dataset", .choice(BundledDataset.all.map(\.name)), "Built-in data instead of a file."),
    ] + DataOptions.table.map { ConfigurationKey($0) }
    + UnknownInput.table.map { ConfigurationKey($0) } + [
      ConfigurationKey(
        "precision", .choice(PipelineRows.Precision.allCases.map(\.rawValue)),
        "Storage of the features.")
    ]

  static let split: [ConfigurationKey] = [
    ConfigurationKey(
      "seed", .integer(0...Int.max), "Seed of the split; by default the pipeline's."),
    ConfigurationKey(
      "test", .shareOrFile,
      "Share of the rows that nothing is fitted to, or a file with such rows; 0 for none. By default "
        + "\(Split.usualTestShare), or the data set's own test file."),
    ConfigurationKey(
      "validation", .shareOrFile,
      "Share of the rows that only postprocessing is fitted to, or a file with such rows; by "
        + "default it is fitted to the training rows."),
  ]

  static let decide: [ConfigurationKey] = [
    ConfigurationKey(
      "threshold", .number(OptionKind.probability),
      "A probability at least this is positive, for models without thresholds of their own."),
    ConfigurationKey(
      "groups", .choice(RuleGroups.allCases.map(\.rawValue)),
      "Whether new rows bring their groups, or a model infers them from the features."),
    ConfigurationKey(
      "unseen_group", .choice(UnseenGroupPolicy.allCases.map(\.rawValue)),
      "What decides a group that no rule was fitted to."),
    ConfigurationKey(
      "least_group", .integer(0...Int.max),
      "A group of fewer rows gets the rule of all rows as one group and binds nobody; by default "
        + "\(GroupPolicy.usualLeastGroup), for rules whose groups bind each other."),
  ]

  static let referenceRules = AuditOptions.Reference.rules.map(\.name)

  static let audit: [ConfigurationKey] = [
    ConfigurationKey(
      "reference", .reference(referenceRules),
      "Group that others are compared with: by attribute, or a rule."),
    ConfigurationKey(
      "intersections", .integer(1...8), "Crosses of up to this many attributes are audited."),
    ConfigurationKey("confidence", .openShare, "Level of the intervals."),
    ConfigurationKey(
      "tau", .number(0.000_001...1),
      "Marks ratios from tau to 1/tau as within, others as outside: 0.8 means 0.8 to 1.25."),
    ConfigurationKey(
      "unknown", .choice(UnknownGroups.allCases.map(\.rawValue)),
      "Rows whose attribute is missing: compared with nobody (exclude, pooled), or a group of their "
        + "own; by default as in 'data'."),
    ConfigurationKey(
      "minimum_count", .integer(1...Int.max), "Rates of fewer rows are marked as low n."),
  ]

  static let compare: [ConfigurationKey] = [
    ConfigurationKey("disparity", .text, "The metric that 'Pareto' takes for fairness."),
    ConfigurationKey(
      "unprocess", .flag,
      "Also measures each model with the best threshold of each group and no constraint."),
  ]

  /// What a variant may override, and what it is.
  static let variant: [ConfigurationKey] = [
    ConfigurationKey("title", .text, "What it is called in documents."),
    ConfigurationKey("description", .text, "What it is for, in a sentence or two."),
    ConfigurationKey("seed", .integer(0...Int.max), "Seed of everything random."),
    ConfigurationKey("data", .section(data), "Which rows, and what their columns are."),
    ConfigurationKey(
      "where", .text,
      "The rows that a variant is for: stages after the learner are fitted to them, and everything is "
        + "measured on them; the learner sees all rows of 'data'."),
    ConfigurationKey("split", .section(split), "Which rows are for what."),
    ConfigurationKey(
      "preprocess", .stages(.preprocess), "Stages before the learner, in their order."),
    ConfigurationKey(
      "learner", .learner,
      "The method in the middle, by default logistic regression; or 'score', a column of scores that "
        + "another program made."),
    ConfigurationKey(
      "postprocess", .stages(.postprocess), "Stages after the learner, in their order."),
    ConfigurationKey(
      "constraints", .options,
      "Options that stages share: each stage that has one of this name and does not set it takes it."
    ),
    ConfigurationKey("decide", .section(decide), "How scores become decisions."),
    ConfigurationKey("audit", .section(audit), "What is measured, and how sure intervals are."),
    ConfigurationKey(
      "requirements", .requirements,
      "Rule packs that the variant is held against: names, or names with answers to their questions; "
        + "what they refuse is an error at its line."),
    ConfigurationKey(
      "fail_on", .texts, "Conditions that stop a release: selection_rate.difference>0.1."),
  ]

  static let file: [ConfigurationKey] =
    [ConfigurationKey("pipeline", .text, "The pipeline's name; by default the file's.")] + variant
    + [
      ConfigurationKey("compare", .section(compare), "How variants are compared."),
      ConfigurationKey(
        "reports", .choices(PipelineReportKind.allCases.map(\.rawValue)),
        "What is written of each variant; html, markdown, json and csv of the comparison, too."),
      ConfigurationKey("notes", .text, "File with the owner's notes for documents."),
      ConfigurationKey("date", .text, "Date that documents bear; none is taken from the clock."),
    ]
    + variantNames.map {
      ConfigurationKey($0, .variants, "Variants by name, each with the parts that it overrides.")
    }
}

/// What a pipeline writes of each variant besides the model.
public enum PipelineReportKind: String, Sendable, CaseIterable {
  case html, markdown, json, csv, brief
  case modelCard = "model-card"
  case datasheet
  case fourFifths = "four-fifths"
  case evidence
}
