// swift-tools-version: 6.2
// The tests of HanzoWasmHTTP: a package of their own, so that whoever builds the other tests does not build
// AsyncHTTPClient and what it needs.
import PackageDescription

let package = Package(
  name: "hanzo-wasm-http-tests",
  dependencies: [
    // The name is the package's, whatever the folder of the clone is called.
    .package(name: "hanzo-wasm-runtime", path: "../..", traits: ["HTTP"]),
    .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
  ],
  targets: [
    .testTarget(
      name: "HanzoWasmHTTPTests",
      dependencies: [
        .product(name: "HanzoWasm", package: "hanzo-wasm-runtime"),
        .product(name: "HanzoWasmHTTP", package: "hanzo-wasm-runtime"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
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
