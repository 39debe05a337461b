// swift-tools-version: 6.2
// The tests of what the traits Observability and ServiceLifecycle add: a package of their own, so that whoever builds
// the other tests does not build swift-metrics, swift-distributed-tracing and swift-service-lifecycle.
import PackageDescription

let package = Package(
  name: "hanzo-wasm-observability-tests",
  dependencies: [
    // The name is the package's, whatever the folder of the clone is called.
    .package(name: "hanzo-wasm-runtime", path: "../..", traits: ["Observability", "ServiceLifecycle"]),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .testTarget(
      name: "HanzoWasmObservabilityTests",
      dependencies: [
        .product(name: "HanzoWasm", package: "hanzo-wasm-runtime"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
        .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
      ],
      path: ".",
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .treatAllWarnings(as: .error),
      ])
  ]
)
