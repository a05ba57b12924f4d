import ArgumentParser
import Equipoise

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: AuditJob.name, abstract: AuditJob.summary,
    usage: "equipoise audit (--data <file> | --dataset <name>) [<options>]",
    discussion: """
      Examples:
        equipoise audit --data scored.csv --label repaid --sensitive sex \\
          --prediction decision
        equipoise audit --dataset adult --sensitive sex,race --model m.eqp \\
          --intersections 2
        equipoise audit --data scored.csv --label repaid --sensitive sex \\
          --score p --controls region
        equipoise audit --dataset compas --report audit.html --report audit.md
        equipoise audit --dataset compas --fail-on 'base_rate.difference>0.1'
        equipoise audit --dataset adult --sensitive sex,race --model m.eqp --scan \\
          --proxies
        equipoise audit --data scored.csv --sensitive sex --prediction old \\
          --compare-with new
        equipoise audit --data large.eqp --label repaid --sensitive sex \\
          --model m.eqp --memory 512MB
        equipoise audit --data wages.csv --label wage --prediction predicted \\
          --sensitive sex

      With neither --prediction, --score nor --model the labels are audited. \
      Labels of several classes are audited class by class, numbers by their errors. \
      An interval is at the level of --confidence; an empty rate is 'not estimable', never 0.
      """)

  @OptionGroup var job: TableArguments<AuditJob>
  @Flag(help: "Show every metric, group and interval in the terminal; JSON always has them.")
  var all = false
  @Option(
    help: "Metrics to show in the terminal, separated by commas: 'selection_rate,tpr'.",
    transform: { $0.split(separator: ",").map { $0.trimmingBlanks } })
  var metrics: [String] = []
  @OptionGroup(title: CommonArguments.title) var common: CommonArguments

  func validate() throws {
    for name in metrics {
      if let advice = MeasureName(name).advice {
        throw ValidationError("--metrics \(name): \(advice)")
      }
    }
  }

  func run() throws {
    let job = try job.value()
    let choice = AuditText.Choice(metrics: metrics, all: all, tau: job.tau)
    try common.run(job) { outcome in
      let findings =
        outcome.result.findings.map { "\n" + FindingsText.describe($0, all: all) } ?? ""
      return try AuditText(outcome.result, gates: outcome.gates, choice: choice).text() + findings
    }
  }
}
