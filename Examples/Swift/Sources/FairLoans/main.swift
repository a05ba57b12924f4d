import Equipoise

// Fits plain and penalized logistic regression to the built-in credit data, and prints how far the
// rates at which men and women get a loan lie apart on rows that neither has seen.
let options = DataOptions(label: "credit", positive: "good", sensitive: ["sex"])
let (train, test) = try DataReader(options: options).readSplit(
  .bundled(try BundledDataset.named("german"), .train), test: .fraction(0.3, seed: 0),
  as: Float.self)
let experiment = Experiment(train: train, test: test)
for (method, settings) in [("logistic", [:]), ("penalized", ["strength": "10"])] {
  let run = try experiment.run(try Mitigations.named(method), options: settings)
  let metrics = run.document.measured
  print(
    "\(method): accuracy \(metrics[.accuracy]),",
    "selection gap \(metrics[.selectionRate.difference])")
}
