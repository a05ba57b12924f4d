@_exported import Auditing
@_exported import Criteria
@_exported import Datasets
@_exported import struct Essentials.Digest
@_exported import Explorer
@_exported import LinearAlgebra
@_exported import Mitigation
@_exported import Models
@_exported import Monitoring
@_exported import Optimization
@_exported import PlanFiles
@_exported import Jobs
@_exported import Reports
@_exported import Rounds
@_exported import RowSums
