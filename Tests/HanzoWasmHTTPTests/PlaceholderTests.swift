@testable import HanzoWasm
import Testing
@Test func call() { _ = HostFunction.Call(arguments: [], module: nil, function: nil, network: [], deadline: 0) }
