/// How a side, or a method where one side is alone, compares with the fastest over all problems.
///
/// Dolan and Moré, *Benchmarking optimization software with performance profiles*, Mathematical
/// Programming 91, 2002.
public struct BenchProfile: Sendable, Encodable, Equatable {
  public var name: String
  /// The median seconds of a fit over those of the fastest that solved the same; nil where it did not.
  public var ratios: [Double?]

  /// The share of problems solved within a multiple of the fastest, 0…1.
  public func share(within factor: Double) -> Double {
    guard !ratios.isEmpty else { return 0 }
    return Double(ratios.count { ($0 ?? .infinity) <= factor }) / Double(ratios.count)
  }
}

extension BenchDocument {
  /// Profiles in the order of the cells; cells that a side refused are none of its contests.
  public var profiles: [BenchProfile] {
    let isAlone = sides.count == 1
    func contest(_ cell: BenchCell) -> [String] {
      isAlone ? [cell.problem] : [cell.problem, cell.method]
    }
    func seconds(_ cell: BenchCell) -> Double? {
      cell.status == .ok ? cell.seconds["fit"]?.median : nil
    }
    let taking = fits.filter { $0.status != .refused }
    var least: [[String]: Double] = [:]
    for cell in taking {
      guard let own = seconds(cell) else { continue }
      least[contest(cell)] = min(own, least[contest(cell)] ?? own)
    }
    var profiles: [BenchProfile] = []
    for cell in taking {
      let name = isAlone ? cell.method : cell.adapter
      let ratio = seconds(cell).map { $0 / least[contest(cell)]! }
      if let place = profiles.firstIndex(where: { $0.name == name }) {
        profiles[place].ratios.append(ratio)
      } else {
        profiles.append(BenchProfile(name: name, ratios: [ratio]))
      }
    }
    return profiles
  }
}
