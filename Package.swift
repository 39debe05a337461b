// swift-tools-version: 6.2
import PackageDescription

#if !os(Linux)
  #error("Hanzo WASM Runtime confines its workers with seccomp, Landlock and pidfds: it builds on Linux only.")
#endif

let common: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]
let commonC: [CSetting] = [
  .enableWarning("all"),
  .enableWarning("extra"),
  .treatAllWarnings(as: .error),
  .define("_GNU_SOURCE"),
]

// SwiftPM asks for frame pointers behind every flag that a target may set, and saving one costs each handler of the
// dispatch loop a tenth of its instructions (docs/decisions/0006). What follows -Xclang comes last.
let handlerFlags = ["-Xclang", "-mframe-pointer=none"]

// The worker is one static file without a dynamic section, and ends itself with exit 77 when an
// allocation fails. These flags leak into whatever links against the target (SwiftPM does not scope
// them), so no test target may depend on it: tests find the executable by path.
let wrappedAllocators = ["malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"]
let workerLinkFlags =
  ["-static-executable", "-use-ld=lld"]
  + wrappedAllocators.flatMap { ["-Xlinker", "--wrap=\($0)"] }

// The C library brings its Swift runtime along, so that a program in another language needs nothing else, and shows its own
// functions only. A product's static flags are ignored for dynamic libraries, those of a target are not.
let libraryLinkFlags = [
  "-static-stdlib", "-Xlinker", "-soname", "-Xlinker", "libhanzo_wasm.so.1",
  "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/HanzoWasmC/hanzo_wasm.map",
]

let package = Package(
  name: "hanzo-wasm-runtime",
  products: [
    .library(name: "HanzoWasm", targets: ["HanzoWasm"]),
    .library(name: "HanzoWasmHTTP", targets: ["HanzoWasmHTTP"]),
    // The C library: libhanzo_wasm.so.
    .library(name: "hanzo_wasm", type: .dynamic, targets: ["HanzoWasmC"]),
    .executable(name: "hanzo-wasm-worker", targets: ["hanzo-wasm-worker"]),
    .executable(name: "hanzo-wasm", targets: ["hanzo-wasm"]),
  ],
  traits: [
    .trait(name: "CommandLine", description: "The hanzo-wasm command; needs swift-argument-parser."),
    .trait(name: "HTTP", description: "HTTP for guests (HanzoWasmHTTP); needs async-http-client and swift-nio."),
    .trait(name: "Observability", description: "Metrics and spans; needs swift-metrics and swift-distributed-tracing."),
    .trait(name: "ServiceLifecycle", description: "A runtime as a Service; needs swift-service-lifecycle."),
    .default(enabledTraits: ["CommandLine"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // MARK: C
    .target(name: "CLinux", cSettings: commonC),
    .target(name: "CAllocGuard", cSettings: commonC),
    .target(name: "CWasmInterpreter", cSettings: commonC + [.unsafeFlags(handlerFlags)]),
    .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),

    // MARK: shared by the host and the worker
    .target(name: "WasmJSON", swiftSettings: common),
    .target(name: "WorkerProtocol", dependencies: ["WasmJSON"], path: "protocol/swift", swiftSettings: common),

    // MARK: the worker's side
    .target(name: "WasmBinary", swiftSettings: common),
    .target(name: "WasmText", dependencies: ["WasmBinary"], swiftSettings: common),
    .target(
      name: "WasmInterpreter", dependencies: ["WasmBinary", "CWasmInterpreter"], swiftSettings: common),
    .target(
      name: "WasmWASI", dependencies: ["WasmInterpreter", "WasmBinary", "CLinux"], swiftSettings: common),
    .target(name: "Confinement", dependencies: ["CLinux", "CSeccomp"], swiftSettings: common),
    .target(
      name: "WorkerCore",
      dependencies: [
        "WasmInterpreter", "WasmBinary", "WasmText", "WasmWASI", "Confinement", "WorkerProtocol", "WasmJSON",
      ],
      path: "worker/core", swiftSettings: common),
    .executableTarget(
      name: "hanzo-wasm-worker", dependencies: ["WorkerCore", "CAllocGuard"], path: "worker/main",
      swiftSettings: common, linkerSettings: [.unsafeFlags(workerLinkFlags)]),

    // MARK: the host's side
    // What the traits Observability and ServiceLifecycle add is tested by a package of its own.
    .target(
      name: "HanzoWasm",
      dependencies: [
        "WorkerProtocol", "WasmJSON", "CLinux", .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Observability"])),
        .product(name: "Tracing", package: "swift-distributed-tracing", condition: .when(traits: ["Observability"])),
        .product(
          name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: .when(traits: ["ServiceLifecycle"])),
      ],
      swiftSettings: common),
    // Empty without the trait HTTP. Its tests are a package of their own, so that what it needs is built for them alone.
    .target(
      name: "HanzoWasmHTTP",
      dependencies: [
        "HanzoWasm",
        .product(
          name: "AsyncHTTPClient", package: "async-http-client", condition: .when(traits: ["HTTP"])),
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["HTTP"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["HTTP"])),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["HTTP"])),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["HTTP"])),
      ],
      swiftSettings: common),
    // The header, which HanzoWasmC implements: the compiler compares each function with its declaration.
    .target(name: "CHanzoWasm", cSettings: commonC),
    .target(
      name: "HanzoWasmC",
      dependencies: ["HanzoWasm", "CHanzoWasm", .product(name: "Logging", package: "swift-log")],
      exclude: ["hanzo_wasm.map"],
      swiftSettings: common, linkerSettings: [.unsafeFlags(libraryLinkFlags)]),
    .executableTarget(
      name: "hanzo-wasm",
      dependencies: [
        "HanzoWasm",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["CommandLine"])),
      ],
      // So that it runs where no Swift toolchain is.
      swiftSettings: common,
      linkerSettings: [.unsafeFlags(["-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims"])]),

    // MARK: tests
    .testTarget(name: "WasmJSONTests", dependencies: ["WasmJSON"], swiftSettings: common),
    .testTarget(
      name: "WorkerProtocolTests", dependencies: ["WorkerProtocol", "WasmJSON"], swiftSettings: common),
    .testTarget(name: "WasmBinaryTests", dependencies: ["WasmBinary"], swiftSettings: common),
    .testTarget(name: "WasmTextTests", dependencies: ["WasmText", "WasmBinary"], swiftSettings: common),
    .testTarget(
      name: "WasmInterpreterTests", dependencies: ["WasmInterpreter", "WasmText", "WasmBinary", "WasmJSON"],
      exclude: ["Tables"], swiftSettings: common),
    // The engine's side of scripts/fuzz differential.
    .executableTarget(
      name: "engine-runner", dependencies: ["WasmInterpreter", "WasmBinary", "WasmJSON"],
      path: "Tests/EngineRunner", swiftSettings: common),
    // The hostile twin: confines itself with the product's own code, then attacks.
    .target(
      name: "CConfinementProbe", dependencies: ["CLinux"], path: "Tests/CConfinementProbe", cSettings: commonC),
    .executableTarget(
      name: "confinement-probe", dependencies: ["Confinement", "CLinux", "CSeccomp", "CConfinementProbe"],
      path: "Tests/ConfinementProbe", swiftSettings: common),
    .testTarget(
      name: "ConfinementTests",
      dependencies: ["Confinement", "CLinux", "CSeccomp", "CConfinementProbe", "WorkerProtocol", "confinement-probe"],
      swiftSettings: common),
    .testTarget(
      name: "WorkerCoreTests",
      dependencies: ["WorkerCore", "WasmInterpreter", "WasmBinary", "WasmText", "WorkerProtocol", "WasmJSON"],
      swiftSettings: common),
    .testTarget(
      name: "WasmWASITests",
      dependencies: ["WasmWASI", "WasmInterpreter", "WasmText", "WasmBinary", "WasmJSON", "CLinux", "CSeccomp"],
      swiftSettings: common),
    .testTarget(
      name: "SpecTests", dependencies: ["WasmInterpreter", "WasmText", "WasmBinary", "WasmJSON"],
      exclude: ["expected.json"], swiftSettings: common),
    // A worker that misbehaves on demand: the supervisor's tests run copies of it.
    .executableTarget(
      name: "fake-worker", dependencies: ["WorkerProtocol", "WasmJSON", "CLinux", "CSeccomp"],
      path: "Tests/FakeWorker", swiftSettings: common),
    .testTarget(
      name: "HanzoWasmTests", dependencies: ["HanzoWasm", "WasmJSON", "WorkerProtocol", "CLinux", "fake-worker"],
      swiftSettings: common),
    // A host of its own, whose descriptors and children the crash isolation tests count.
    .executableTarget(
      name: "host-process", dependencies: ["HanzoWasm", "WasmJSON"], path: "Tests/HostProcess",
      swiftSettings: common),
    .testTarget(
      name: "CrashIsolationTests", dependencies: ["WasmJSON", "host-process"], swiftSettings: common),
    .testTarget(name: "CaseTests", dependencies: ["HanzoWasm", "WasmJSON", "WorkerProtocol"], swiftSettings: common),
    .testTarget(
      name: "EndToEndTests", dependencies: ["HanzoWasm", "WasmJSON"], exclude: ["Modules"], swiftSettings: common),
  ],
  cLanguageStandard: .c17
)
