/// From the interpreter's profile to the outcome's.

import WasmInterpreter
import WorkerProtocol

/// What the interpreter is told about profiling a call.
///
/// - Throws: `invalidConfiguration` for an interval outside of its range.
func profileOptions(_ profile: Invocation.Profile?) throws(Failure) -> ProfileOptions? {
  guard let profile else { return nil }
  let range = Invocation.Profile.intervals
  guard range.contains(profile.interval) else {
    throw Failure(
      .invalidConfiguration,
      "the profile's interval has to be \(range.lowerBound) to \(range.upperBound), not \(profile.interval)")
  }
  return ProfileOptions(interval: profile.interval)
}

extension GuestProfile {
  /// Names of all functions together, in bytes: what a call really uses has room, and a guest that is made of names does
  /// not fill the worker's memory with them.
  private static let nameBudget = 1 << 20

  /// The profile as an outcome carries it: with fewer samples where it would be larger than the call's output may be
  /// (`maxOutputBytes`). Nil if nothing of it fits.
  init?(_ profile: FuelProfile, limits: InvocationLimits) {
    let room = min(UInt64(Self.maximumByteCount), limits.maxOutputBytes)
    var profile = profile
    while true {
      guard let whole = GuestProfile(profile) else { return nil }
      if UInt64(whole.encoded().count) <= room {
        self = whole
        return
      }
      guard profile.samples.count > 1 else { return nil }
      profile.halve()
    }
  }

  private init?(_ profile: FuelProfile) {
    var budget = Self.nameBudget
    let frames = profile.frames.map { frame in
      var name = frame.name.map { Array($0.utf8.prefix(Self.maximumNameBytes)) }
      if let count = frame.name?.utf8.count, count > Self.maximumNameBytes, var cut = name {
        dropCutCharacter(&cut)
        name = cut
      }
      if let bytes = name, bytes.count <= budget { budget -= bytes.count } else { name = nil }
      return Frame(functionIndex: frame.functionIndex, name: name.map { String(decoding: $0, as: UTF8.self) })
    }
    self.init(
      interval: profile.interval, frames: frames,
      stacks: profile.stacks.map { Stack(parent: $0.parent, frame: $0.frame) },
      samples: profile.samples.map { Sample(stack: $0.stack, weight: $0.weight) })
  }
}
