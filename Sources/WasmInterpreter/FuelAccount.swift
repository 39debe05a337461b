/// A call's fuel: the one place outside of the C loop that knows how much is left.
///
/// The C loop counts `hw_store.fuel` down and stops below 0. While a call is profiled the loop gets its fuel in slices
/// and the rest waits in `fuelReserve`; the sum of both is exactly what `hw_store.fuel` would be without a profile. A
/// branch that is not taken may leave the loop's part slightly negative until the next check, with or without one.
internal import CWasmInterpreter

extension StoreState {
  /// Starts an account with all of its fuel in the loop's hands, or, for a profile, in the reserve.
  func openAccount(_ limit: UInt64?, _ options: ProfileOptions?) {
    fuelLimit = Int64(clamping: limit ?? UInt64(Int64.max))
    raw.pointee.fuel = fuelLimit
    fuelReserve = 0
    profiler = nil
    raw.pointee.refuel = nil
    // Within a run, which only a host function could do, there is no profile: its words may be joined.
    guard nesting == 0 else { return }
    joinWords(options == nil)
    guard let options else { return }
    profiler = Profiler(self, options)
    swap(&raw.pointee.fuel, &fuelReserve)
    raw.pointee.refuel = refuel
  }

  /// Units used since the account was opened. What a call could not pay counts as used up.
  var fuelConsumed: UInt64 { UInt64(fuelLimit - max(0, raw.pointee.fuel + fuelReserve)) }

  /// Takes fuel for what the C loop does not charge by itself; false if there is not so much.
  func charge(_ cost: UInt64) -> Bool {
    // An account that is overdrawn stays so; more debt would mean nothing, and overflow in the end.
    guard raw.pointee.fuel + fuelReserve >= 0 else { return false }
    raw.pointee.fuel -= Int64(clamping: min(cost, UInt64(Int64.max / 2)))
    if raw.pointee.fuel < 0 { moveFromReserve(-raw.pointee.fuel) }
    return raw.pointee.fuel >= 0
  }

  /// Gives back what a block had paid for and did not come to, since something was thrown.
  func giveBack(_ amount: UInt64) {
    guard amount > 0 else { return }
    raw.pointee.fuel += Int64(amount)
    profiler?.fuelCameBack()
  }

  /// Gives the loop up to `amount` units of the reserve.
  func moveFromReserve(_ amount: Int64) {
    let moved = min(amount, fuelReserve)
    raw.pointee.fuel += moved
    fuelReserve -= moved
  }

  func takeProfile() -> FuelProfile? {
    guard let profiler else { return nil }
    let profile = profiler.finish()
    self.profiler = nil
    raw.pointee.refuel = nil
    moveFromReserve(fuelReserve)
    return profile
  }
}

/// `hw_store.refuel`: the loop's fuel does not suffice.
private func refuel(_ context: UnsafeMutablePointer<hw_context>?) -> Int32 {
  guard let context else { return 0 }
  let instance = InstanceState.of(context)
  return instance.store.profiler?.sliceEnded(in: instance) == true ? 1 : 0
}
