// swift-tools-version: 6.2
// A consumer of the library: by the URL of a git repository and a version, with all traits off, so that swift-log is all
// that is fetched besides. `run` beside this file names a local repository.
import PackageDescription

let package = Package(
  name: "swift-embed",
  dependencies: [
    .package(
      url: Context.environment["HANZO_WASM_REPOSITORY"] ?? "https://github.com/hanzoai/hanzo-wasm-runtime",
      from: "0.1.0", traits: [])
  ],
  targets: [
    .executableTarget(
      name: "swift-embed",
      dependencies: [
        .product(name: "HanzoWasm", package: Context.environment["HANZO_WASM_PACKAGE"] ?? "hanzo-wasm-runtime")
      ],
      swiftSettings: [.swiftLanguageMode(.v6)])
  ]
)
