import Datasets

/// Everything that can be done with data and models: one line each.
public enum Jobs {
  public static let all: [any Job.Type] = [
    TrainJob.self,
    PredictJob.self,
    ExplainJob.self,
    AuditJob.self,
    ExploreJob.self,
    CompareJob.self,
    FrontierJob.self,
    RunJob.self,
    PreprocessJob.self,
    PostprocessJob.self,
    WatchJob.self,
    ModelCardJob.self,
    DatasheetJob.self,
    FourFifthsJob.self,
    LocalLaw144Job.self,
    ExportJob.self,
    LogAppendJob.self,
    LogVerifyJob.self,
    GenerateJob.self,
    PackJob.self,
    ListRequirementsJob.self,
    ShowRequirementsJob.self,
    CheckRequirementsJob.self,
    MethodsJob.self,
    InfoJob.self,
    BenchJob.self,
    DescribeJob.self,
    JobsJob.self,
  ]

  /// The job of a name as a caller gives it with options and rows.
  ///
  /// The list of jobs was called `describe`, and still is where there is nothing to describe.
  public static func named(_ name: String, isBare: Bool) throws(DataError) -> any Job.Type {
    isBare && name == DescribeJob.name ? JobsJob.self : try named(name)
  }

  /// The job of a name, or an error that offers the nearest.
  public static func named(_ name: String) throws(DataError) -> any Job.Type {
    try NearestName.find(name, in: all, what: "job") { $0.name }
  }
}
