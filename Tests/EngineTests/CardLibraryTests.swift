import Foundation
import Runs
import TestSupport
import Testing

@testable import Engine

/// A library in NVML's place with three cards, CUDA's numbers 0 to 2 at the bus places 2, 0 and 1.
@Suite struct CardLibraryTests {
    /// The functions as NVML's and the CUDA runtime's references declare them.
    private static let source = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        typedef struct { unsigned gpu, memory; } rates;
        typedef struct { unsigned long long total, free, used; } memory;
        static int cards[3] = {0, 1, 2};
        int nvmlInit_v2(void) { return 0; }
        int nvmlDeviceGetHandleByPciBusId_v2(const char *bus, void **device) {
          int place = atoi(bus + strlen("0000:"));
          if (place > 2) return 6;
          *device = &cards[place];
          return 0;
        }
        int nvmlDeviceGetName(void *device, char *name, unsigned length) {
          snprintf(name, length, "Card at %d", *(int *)device);
          return 0;
        }
        int nvmlDeviceGetUtilizationRates(void *device, rates *found) {
          found->gpu = (unsigned[]){3, 8, 97}[*(int *)device];
          found->memory = 50;
          return 0;
        }
        int nvmlDeviceGetMemoryInfo(void *device, memory *found) {
          found->total = 80ull << 30;
          found->used = (unsigned long long[]){20ull << 30, 1ull << 30, 0}[*(int *)device];
          found->free = found->total - found->used;
          return 0;
        }
        int cudaDeviceGetPCIBusId(char *bus, int length, int device) {
          if (device < 0 || device > 2) return 101;
          snprintf(bus, length, "0000:%02d:00.0", (device + 2) % 3);
          return 0;
        }
        """

    private static func library(in folder: TemporaryFolder) throws -> CardLibrary? {
        let (source, path) = (folder.path("nvml.c"), folder.path("nvml.so"))
        try Data(Self.source.utf8).write(to: URL(fileURLWithPath: source))
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = ["cc", "-shared", "-fPIC", "-o", path, source]
        try compiler.run()
        compiler.waitUntilExit()
        #expect(compiler.terminationStatus == 0)
        return CardLibrary(path, runtime: path)
    }

    @Test func cardsAreFoundByTheirPlaceOnTheBus() throws {
        let folder = try TemporaryFolder()
        let library = try #require(try Self.library(in: folder))
        #expect(library.card(0) == GraphicsCard(name: "Card at 2", load: 97, memoryUsed: 0, memoryTotal: 80 << 30))
        #expect(library.card(1) == .init(name: "Card at 0", load: 3, memoryUsed: 20 << 30, memoryTotal: 80 << 30))
        #expect(library.card(3) == nil && library.card(-1) == nil && library.card(1 << 40) == nil)
    }

    @Test func theFreeCardIsTheIdleOneWithTheMostMemory() throws {
        let folder = try TemporaryFolder()
        let library = try #require(try Self.library(in: folder))
        // 97 % at 0, 3 % with 20 GiB taken at 1, 8 % with 1 GiB taken at 2.
        #expect(library.free(of: 3) == 2)
        #expect(library.free(of: 2) == 1)
        #expect(library.free(of: 1) == 0)
        // One that is not known.
        #expect(library.free(of: 4) == 0)
        #expect(library.free(of: 0) == 0)
    }

    @Test func aCardIsToldInWords() {
        let card = GraphicsCard(name: "L4\u{1B}[2J", load: 93, memoryUsed: 15 << 29, memoryTotal: 45 << 29)
        #expect(card.text.hasPrefix("L4") && !card.text.contains("\u{1B}"))
        #expect(card.text.hasSuffix(", 93 % busy, 7.5 of 22.5 GiB"))
    }

    @Test func withoutALibraryNothingIsSaid() {
        #expect(CardLibrary("/nowhere/libnvidia-ml.so.1", runtime: nil) == nil)
    }
}
