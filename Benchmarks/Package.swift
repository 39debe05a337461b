// swift-tools-version: 6.2
// The benchmarks that need the library: a package of its own, so that nobody who embeds the library builds them.
import PackageDescription

let package = Package(
  name: "hanzo-wasm-benchmarks",
  dependencies: [
    // The name is the package's, whatever the folder of the clone is called.
    .package(name: "hanzo-wasm-runtime", path: "..", traits: [])
  ],
  targets: [
    .target(name: "CAffinity"),
    .executableTarget(
      name: "hanzo-wasm-benchmarks",
      dependencies: ["CAffinity", .product(name: "HanzoWasm", package: "hanzo-wasm-runtime")],
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .treatAllWarnings(as: .error),
      ]),
  ]
)
