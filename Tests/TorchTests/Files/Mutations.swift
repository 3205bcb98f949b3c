/// Seeded damage to files.
struct Mutations: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// `bytes` with one to four of: flipped bits, a cut, a splice, extreme numbers; half of them near `places`.
    mutating func mutate(_ bytes: [UInt8], near places: [Int]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let place = place(in: bytes, near: places)
            switch Int.random(in: 0..<7, using: &self) {
            case 0, 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 2: bytes[place] = UInt8.random(in: 0...255, using: &self)
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &self)))
            case 5:
                let from = Int.random(in: 0..<bytes.count, using: &self)
                let piece = bytes[from..<min(bytes.count, from + Int.random(in: 1...60, using: &self))]
                bytes.insert(contentsOf: Array(piece), at: place)
            default:
                let extreme: [UInt8] = [0x00, 0x7F, 0x80, 0xFF, UInt8(ascii: "9")]
                let value = extreme[Int.random(in: 0..<extreme.count, using: &self)]
                for index in place..<min(bytes.count, place + [1, 2, 4, 8][Int.random(in: 0..<4, using: &self)]) {
                    bytes[index] = value
                }
            }
        }
        return bytes
    }

    private mutating func place(in bytes: [UInt8], near places: [Int]) -> Int {
        let anywhere = Int.random(in: 0..<bytes.count, using: &self)
        guard Bool.random(using: &self), let near = places.randomElement(using: &self) else { return anywhere }
        return min(bytes.count - 1, near + Int.random(in: 0..<46, using: &self))
    }
}
