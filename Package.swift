// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Petri links libtorch into the engine only. Which libtorch: LIBTORCH=<dir>, else LIBTORCH_USE_PYTORCH=1 (the torch
// of the python3 on PATH), else the system's (Debian's libtorch-dev).
let libtorch = LibTorch.find()

/// bin/bundle builds programs that take one of several libtorchs when they start.
let isBundled = ProcessInfo.processInfo.environment["PETRI_BUNDLE"] == "1"

let package = Package(
    name: "petri",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "petri", targets: ["petri"]),
        .executable(name: "petri-engine", targets: ["petri-engine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // Foreign libraries behind C headers.
        isBundled
            // Built by bin/bundle once for every libtorch, which says where the library is.
            ? .systemLibrary(name: "CTorch", path: "Sources/CTorch/include")
            : .target(
                name: "CTorch",
                cxxSettings: [.headerSearchPath("opaque"), .unsafeFlags(libtorch.compilerFlags + ["-O3"])],
                linkerSettings: [.unsafeFlags(libtorch.linkerFlags)]),
        .target(name: "CPNG", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("deflate")]),
        .target(name: "CTIFF", linkerSettings: [.linkedLibrary("tiff")]),
        .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
        .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),

        // Pure modules and files.
        .target(name: "Imaging", dependencies: ["CPNG", "CTIFF", "CJPEG"]),
        .target(name: "Measures", dependencies: ["Imaging"]),
        .target(name: "Drawing", dependencies: ["Imaging"]),
        .target(name: "Canvas", dependencies: ["Imaging", .product(name: "TOMLKit", package: "TOMLKit")]),
        .target(name: "Datasets", dependencies: ["Imaging"]),
        .target(name: "Runs", dependencies: ["Imaging", .product(name: "GRDB", package: "GRDB.swift")]),

        // The screen.
        .target(
            name: "Terminal",
            dependencies: ["CNcurses", "Canvas", "Imaging", .product(name: "TOMLKit", package: "TOMLKit")]),

        .target(name: "Workbench", dependencies: ["Terminal", "Canvas", "Runs", "Datasets", "Measures"]),

        // Tensors.
        .target(name: "Torch", dependencies: ["CTorch"]),
        .target(name: "Engine", dependencies: ["Torch", "Runs", "Datasets", "Measures", "Drawing"]),

        // Programs. `Command` holds what both share: exit codes, progress lines, error texts.
        .target(
            name: "Command",
            dependencies: ["Imaging", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .executableTarget(
            name: "petri",
            dependencies: ["Command", "Workbench", "Canvas", "Runs", "Datasets", "Measures", "Drawing"]),
        .executableTarget(name: "petri-engine", dependencies: ["Command", "Engine"]),

        // Tests: one target per module.
        .target(name: "TestSupport", dependencies: ["Imaging"], path: "Tests/TestSupport"),
        .testTarget(
            name: "ImagingTests", dependencies: ["Imaging", "CPNG", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(name: "MeasuresTests", dependencies: ["Measures", "TestSupport"]),
        .testTarget(name: "DrawingTests", dependencies: ["Drawing", "TestSupport"]),
        .testTarget(
            name: "CanvasTests", dependencies: ["Canvas", "Imaging", "TestSupport"], resources: [.copy("Fixtures")]),
        .executableTarget(
            name: "TerminalProbe", dependencies: ["Terminal", "Canvas", "Imaging"], path: "Tests/TerminalProbe"),
        .testTarget(
            name: "TerminalTests", dependencies: ["Terminal", "Canvas", "CNcurses", "TerminalProbe", "TestSupport"]),
        .testTarget(
            name: "WorkbenchTests", dependencies: ["Workbench", "Drawing", "petri", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "DatasetsTests", dependencies: ["Datasets", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "RunsTests",
            dependencies: ["Runs", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(name: "TorchTests", dependencies: ["Torch", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(name: "EngineTests", dependencies: ["Engine", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(name: "CommandTests", dependencies: ["Command", "Torch", "petri", "petri-engine", "TestSupport"]),
    ],
    // libtorch 1's headers do not compile as C++20, libtorch 2's want it.
    cxxLanguageStandard: libtorch.majorVersion < 2 ? .cxx17 : .cxx20
)

/// Where libtorch is and how to compile and link against it.
struct LibTorch {
    var includes: [String]
    var libraries: String
    /// The wheel's and the archive's libtorch may be built with the old C++ ABI; the system's never is.
    var newABI = true
    static func find() -> LibTorch {
        let environment = ProcessInfo.processInfo.environment
        if let root = environment["LIBTORCH"], !root.isEmpty { return at(root) }
        if environment["LIBTORCH_USE_PYTORCH"] == "1" {
            if let root = pythonTorch() { return at(root) }
            fatalError("LIBTORCH_USE_PYTORCH=1, but the python3 on PATH has no torch: pip install torch")
        }
        return LibTorch(
            includes: ["/usr/include", "/usr/include/torch/csrc/api/include"], libraries: "")
    }

    /// libtorch unpacked at `root`, which holds include/ and lib/.
    static func at(_ root: String) -> LibTorch {
        let configuration = try? String(contentsOfFile: root + "/share/cmake/Torch/TorchConfig.cmake", encoding: .utf8)
        return LibTorch(
            includes: [root + "/include", root + "/include/torch/csrc/api/include"], libraries: root + "/lib",
            newABI: configuration?.contains("_GLIBCXX_USE_CXX11_ABI=0") != true)
    }

    static func pythonTorch() -> String? {
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-c", "import os, torch; print(os.path.dirname(torch.__file__))"]
        let output = Pipe()
        python.standardOutput = output
        guard (try? python.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        let path = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return path.isEmpty ? nil : path
    }

    /// As libtorch 1's own header says; later versions keep the number elsewhere.
    var majorVersion: Int {
        let header = try? String(contentsOfFile: includes[includes.count - 1] + "/torch/version.h", encoding: .utf8)
        return header?.contains("#define TORCH_VERSION_MAJOR 1") == true ? 1 : 2
    }

    /// The folders of NVIDIA's headers beside the wheel's libtorch, where it computes on graphics cards and all that
    /// NCCL's want are there.
    var ncclIncludes: [String] {
        let files = FileManager.default
        let wheels = libraries + "/../../nvidia"
        let folders = ((try? files.contentsOfDirectory(atPath: wheels)) ?? []).sorted()
            .flatMap { ["\(wheels)/\($0)/include", "\(wheels)/\($0)/include/cccl"] }
        let isComplete = ["nccl.h", "cuda_runtime.h", "crt/host_config.h", "nv/target"].allSatisfy { name in
            folders.contains { files.fileExists(atPath: $0 + "/" + name) }
        }
        return isComplete && files.fileExists(atPath: libraries + "/libtorch_cuda.so") ? folders : []
    }

    var compilerFlags: [String] {
        let nccl = ncclIncludes
        return (includes.filter { $0 != "/usr/include" } + nccl).flatMap { ["-isystem", $0] } + [
            "-D_GLIBCXX_USE_CXX11_ABI=\(newABI ? 1 : 0)", "-w",
        ] + (nccl.isEmpty ? [] : ["-DUSE_C10D_NCCL"])
    }

    var linkerFlags: [String] {
        var flags: [String] = []
        if !libraries.isEmpty { flags += ["-L" + libraries, "-Xlinker", "-rpath", "-Xlinker", libraries] }
        flags += ["-Xlinker", "--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"]
        if FileManager.default.fileExists(atPath: libraries + "/libtorch_cuda.so") {
            flags += ["-ltorch_cuda", "-lc10_cuda"]
        }
        return flags + ["-Xlinker", "--as-needed", "-lstdc++"]
    }
}
