/// Binary search.
extension Array {
  /// The first index whose element satisfies `isAtOrBehind`, which is false and then true; `count` if there is none.
  func firstPlace(_ isAtOrBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isAtOrBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
