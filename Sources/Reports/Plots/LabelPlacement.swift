/// Places for names beside markers so that no name lies on another name or on a marker.
///
/// Places are tried from near to far in a fixed order, so that equal pictures are equal bytes.
struct LabelPlacement {
  /// A name's rectangle.
  struct Box {
    var left: Double
    var top: Double
    var width: Double
    static let height = 16.0

    var right: Double { left + width }
    var bottom: Double { top + Self.height }

    func meets(_ other: Box, margin: Double = 2) -> Bool {
      left < other.right + margin && other.left < right + margin && top < other.bottom + margin
        && other.top < bottom + margin
    }

    func contains(_ x: Double, _ y: Double, margin: Double = 0) -> Bool {
      x > left - margin && x < right + margin && y > top - margin && y < bottom + margin
    }

    /// Where a line from a marker ends at the rectangle; nil where it stands beside the marker.
    func leader(from place: (x: Double, y: Double)) -> (x: Double, y: Double)? {
      let end = (x: min(max(place.x, left), right), y: min(max(place.y, top), bottom))
      let dx = end.x - place.x, dy = end.y - place.y
      return dx * dx + dy * dy > 14 * 14 ? end : nil
    }
  }

  let bounds: (left: Double, top: Double, right: Double, bottom: Double)
  let markers: [(x: Double, y: Double)]
  private(set) var placed: [Box] = []
  private var leaders: [(from: (x: Double, y: Double), to: (x: Double, y: Double))] = []

  /// Half a marker's width, with a little room.
  private static let marker = 6.0
  private static let radii = [10.0, 22, 36, 52, 70, 92, 118, 148, 184, 226]
  /// Right, left, then above and below, then what lies between.
  private static let directions: [(x: Double, y: Double)] = [
    (1, 0), (-1, 0), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7), (0, -1), (0, 1),
    (0.92, -0.38), (-0.92, -0.38), (0.92, 0.38), (-0.92, 0.38), (0.38, -0.92), (-0.38, -0.92),
    (0.38, 0.92), (-0.38, 0.92),
  ]

  init(
    bounds: (left: Double, top: Double, right: Double, bottom: Double),
    markers: [(x: Double, y: Double)]
  ) {
    self.bounds = bounds
    self.markers = markers
  }

  /// A free rectangle for a name of this width; nil where there is none.
  mutating func place(width: Double, at point: (x: Double, y: Double)) -> Box? {
    for radius in Self.radii {
      for direction in Self.directions {
        let box = Self.box(width, point, direction, radius)
        guard isFree(box, of: point) else { continue }
        placed.append(box)
        if let end = box.leader(from: point) { leaders.append((point, end)) }
        return box
      }
    }
    return nil
  }

  private static func box(
    _ width: Double, _ point: (x: Double, y: Double), _ direction: (x: Double, y: Double),
    _ radius: Double
  ) -> Box {
    let x = point.x + radius * direction.x, y = point.y + radius * direction.y
    let left = direction.x > 0.1 ? x : direction.x < -0.1 ? x - width : x - width / 2
    let top =
      direction.y > 0.5 ? y : direction.y < -0.5 ? y - Box.height : y - Box.height / 2
    return Box(left: left, top: top, width: width)
  }

  private func isFree(_ box: Box, of point: (x: Double, y: Double)) -> Bool {
    guard box.left >= bounds.left, box.right <= bounds.right, box.top >= bounds.top,
      box.bottom <= bounds.bottom
    else { return false }
    if placed.contains(where: { $0.meets(box) }) { return false }
    if markers.contains(where: { box.contains($0.x, $0.y, margin: Self.marker) }) { return false }
    if leaders.contains(where: { Self.crosses(box, $0.from, $0.to) }) { return false }
    guard let end = box.leader(from: point) else { return true }
    return !placed.contains { Self.crosses($0, point, end) }
  }

  /// Whether a line runs through a rectangle.
  private static func crosses(
    _ box: Box, _ from: (x: Double, y: Double), _ to: (x: Double, y: Double)
  ) -> Bool {
    let steps = 24
    return (0...steps).contains { step in
      let t = Double(step) / Double(steps)
      return box.contains(from.x + t * (to.x - from.x), from.y + t * (to.y - from.y), margin: 1)
    }
  }
}
