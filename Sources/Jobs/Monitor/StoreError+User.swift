import Datasets
import Essentials
import Store

extension StoreError: UserError {
  public var blame: Blame {
    switch self {
    case .none, .otherSettings, .settings, .otherBatch, .oldBatch: .usage
    case .otherFormat, .corrupt, .event, .tooMany: .data
    case .file, .state, .locked, .broken: .system
    }
  }
}
