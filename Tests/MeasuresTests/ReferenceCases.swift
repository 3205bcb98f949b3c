// Written by Tests/Reference/measures.py; not to be edited by hand.

/// What numpy and scipy make of the images of `randomLabels(seed:kind:)`.
enum Reference {
    static let thresholds: [Double] = [0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9]
    static let cases: [ReferenceCase] = [
        ReferenceCase(
            seed: 1, kind: .cells, truths: 19, predictions: 17, found: [15, 13, 9, 7, 4, 4, 2],
            pq: 0.3435746352413019, aji: 0.44798301486199577, dice: 0.7242524916943521),
        ReferenceCase(
            seed: 2, kind: .cells, truths: 1, predictions: 1, found: [1, 1, 1, 1, 0, 0, 0],
            pq: 0.6, aji: 0.6, dice: 0.75),
        ReferenceCase(
            seed: 3, kind: .cells, truths: 13, predictions: 11, found: [10, 10, 6, 5, 4, 1, 0],
            pq: 0.35769327833472575, aji: 0.4491017964071856, dice: 0.6536796536796536),
        ReferenceCase(
            seed: 4, kind: .cells, truths: 25, predictions: 21, found: [20, 17, 12, 5, 2, 1, 0],
            pq: 0.29850955254733397, aji: 0.5076219512195121, dice: 0.7867095391211146),
        ReferenceCase(
            seed: 5, kind: .cells, truths: 23, predictions: 22, found: [18, 13, 5, 1, 1, 1, 0],
            pq: 0.1382981310763058, aji: 0.3421875, dice: 0.7576158940397351),
        ReferenceCase(
            seed: 6, kind: .cells, truths: 11, predictions: 9, found: [9, 7, 3, 0, 0, 0, 0],
            pq: 0.05952380952380952, aji: 0.33727810650887574, dice: 0.7882037533512064),
        ReferenceCase(
            seed: 7, kind: .cells, truths: 17, predictions: 14, found: [12, 9, 3, 3, 2, 2, 1],
            pq: 0.15698924731182798, aji: 0.39457831325301207, dice: 0.806930693069307),
        ReferenceCase(
            seed: 8, kind: .cells, truths: 6, predictions: 5, found: [5, 5, 3, 3, 1, 1, 1],
            pq: 0.41908446163765317, aji: 0.4883720930232558, dice: 0.7850467289719626),
        ReferenceCase(
            seed: 1, kind: .huge, truths: 19, predictions: 17, found: [15, 13, 9, 7, 4, 4, 2],
            pq: 0.3435746352413019, aji: 0.44798301486199577, dice: 0.7242524916943521),
        ReferenceCase(
            seed: 2, kind: .huge, truths: 1, predictions: 1, found: [1, 1, 1, 1, 0, 0, 0],
            pq: 0.6, aji: 0.6, dice: 0.75),
        ReferenceCase(
            seed: 3, kind: .huge, truths: 13, predictions: 11, found: [10, 10, 6, 5, 4, 1, 0],
            pq: 0.35769327833472575, aji: 0.4491017964071856, dice: 0.6536796536796536),
        ReferenceCase(
            seed: 4, kind: .huge, truths: 25, predictions: 21, found: [20, 17, 12, 5, 2, 1, 0],
            pq: 0.29850955254733397, aji: 0.5076219512195121, dice: 0.7867095391211146),
        ReferenceCase(
            seed: 5, kind: .huge, truths: 23, predictions: 22, found: [18, 13, 5, 1, 1, 1, 0],
            pq: 0.1382981310763058, aji: 0.3421875, dice: 0.7576158940397351),
        ReferenceCase(
            seed: 6, kind: .huge, truths: 11, predictions: 9, found: [9, 7, 3, 0, 0, 0, 0],
            pq: 0.05952380952380952, aji: 0.33727810650887574, dice: 0.7882037533512064),
        ReferenceCase(
            seed: 7, kind: .huge, truths: 17, predictions: 14, found: [12, 9, 3, 3, 2, 2, 1],
            pq: 0.15698924731182798, aji: 0.39457831325301207, dice: 0.806930693069307),
        ReferenceCase(
            seed: 8, kind: .huge, truths: 6, predictions: 5, found: [5, 5, 3, 3, 1, 1, 1],
            pq: 0.41908446163765317, aji: 0.4883720930232558, dice: 0.7850467289719626),
        ReferenceCase(
            seed: 1, kind: .noise, truths: 5, predictions: 5, found: [5, 5, 5, 3, 0, 0, 0],
            pq: 0.6080064119063314, aji: 0.6059179556153329, dice: 0.9296482412060302),
        ReferenceCase(
            seed: 2, kind: .noise, truths: 5, predictions: 5, found: [5, 5, 4, 2, 0, 0, 0],
            pq: 0.4788600288600288, aji: 0.546875, dice: 0.9595959595959596),
        ReferenceCase(
            seed: 3, kind: .noise, truths: 5, predictions: 5, found: [5, 5, 5, 1, 0, 0, 0],
            pq: 0.5797551569076157, aji: 0.5739247311827957, dice: 0.9342442356959864),
        ReferenceCase(
            seed: 4, kind: .noise, truths: 5, predictions: 5, found: [5, 5, 5, 2, 0, 0, 0],
            pq: 0.5650578680592651, aji: 0.5602165087956699, dice: 0.9401561144839549),
        ReferenceCase(
            seed: 5, kind: .noise, truths: 5, predictions: 5, found: [5, 5, 5, 1, 1, 0, 0],
            pq: 0.5841886046134748, aji: 0.5753295668549906, dice: 0.9432157800358637),
        ReferenceCase(
            seed: 6, kind: .noise, truths: 5, predictions: 5, found: [5, 5, 5, 1, 0, 0, 0],
            pq: 0.55147804470215, aji: 0.5474613686534217, dice: 0.9472182596291013),
        ReferenceCase(
            seed: 7, kind: .noise, truths: 5, predictions: 5, found: [5, 5, 5, 1, 1, 0, 0],
            pq: 0.5971714068488262, aji: 0.5941558441558441, dice: 0.9531568228105907),
        ReferenceCase(
            seed: 8, kind: .noise, truths: 5, predictions: 5, found: [5, 5, 4, 1, 0, 0, 0],
            pq: 0.4783377127444803, aji: 0.5685372585096596, dice: 0.9302052785923753),
        ReferenceCase(
            seed: 1, kind: .stripes, truths: 376, predictions: 368, found: [279, 279, 279, 94, 94, 94, 94],
            pq: 0.25268817204301075, aji: 0.5053763440860215, dice: 0.7794361525704809),
        ReferenceCase(
            seed: 2, kind: .stripes, truths: 22, predictions: 24, found: [16, 16, 16, 7, 7, 7, 7],
            pq: 0.30434782608695654, aji: 0.48333333333333334, dice: 0.7532467532467533),
        ReferenceCase(
            seed: 3, kind: .stripes, truths: 156, predictions: 173, found: [128, 128, 128, 42, 42, 42, 42],
            pq: 0.2553191489361702, aji: 0.47619047619047616, dice: 0.8159392789373814),
        ReferenceCase(
            seed: 4, kind: .stripes, truths: 341, predictions: 340, found: [253, 253, 253, 97, 97, 97, 97],
            pq: 0.28487518355359764, aji: 0.45513654096228867, dice: 0.7810545129579982),
        ReferenceCase(
            seed: 5, kind: .stripes, truths: 219, predictions: 225, found: [168, 168, 168, 65, 65, 65, 65],
            pq: 0.2927927927927928, aji: 0.5144927536231884, dice: 0.773841961852861),
        ReferenceCase(
            seed: 6, kind: .stripes, truths: 97, predictions: 99, found: [75, 75, 75, 33, 33, 33, 33],
            pq: 0.336734693877551, aji: 0.5371900826446281, dice: 0.7926829268292683),
        ReferenceCase(
            seed: 7, kind: .stripes, truths: 75, predictions: 68, found: [51, 51, 51, 15, 15, 15, 15],
            pq: 0.2097902097902098, aji: 0.4891304347826087, dice: 0.7964601769911505),
        ReferenceCase(
            seed: 8, kind: .stripes, truths: 248, predictions: 244, found: [186, 186, 186, 60, 60, 60, 60],
            pq: 0.24390243902439024, aji: 0.44404332129963897, dice: 0.76),
    ]

    /// All cases taken as one set.
    static let pooled: [String: [Double]] = [
        "precision": [
            0.772599663110612,
            0.7557551937113981,
            0.7175743964065132,
            0.26670409882088714,
            0.24873666479505896,
            0.24312184166198764,
            0.23638405390230208,
        ],
        "recall": [
            0.7627494456762749,
            0.746119733924612,
            0.7084257206208425,
            0.2633037694013304,
            0.24556541019955655,
            0.24002217294900222,
            0.23337028824833703,
        ],
        "f1": [
            0.7676429567642957,
            0.7509065550906555,
            0.7129707112970711,
            0.2649930264993027,
            0.24714086471408647,
            0.2415620641562064,
            0.23486750348675034,
        ],
        "ap": [
            0.6229062924400182,
            0.6011612326931666,
            0.5539661898569571,
            0.1527331189710611,
            0.1409929980903883,
            0.1373730964467005,
            0.13305941845764854,
        ],
    ]
    static let perImage: [String: [Double]] = [
        "precision": [
            0.8988642919643053,
            0.8410964878729718,
            0.6739916156210407,
            0.3278804233369882,
            0.147776336247607,
            0.11525469122596196,
            0.09193854658628792,
        ],
        "recall": [
            0.8437338368534921,
            0.7936748848349897,
            0.648927660842578,
            0.31083706126650357,
            0.139151143984611,
            0.1097280670615341,
            0.08944756549283761,
        ],
        "f1": [
            0.8686647648519406,
            0.8150824834120152,
            0.6601302613314621,
            0.31853871687196783,
            0.14300201216713548,
            0.11215962086278766,
            0.09047941593836814,
        ],
        "ap": [
            0.7827224375632154,
            0.7143026137929109,
            0.5528677495525676,
            0.2191693232933038,
            0.08165909829373019,
            0.06348002495161337,
            0.05159024930690452,
        ],
    ]
    static let pq = 0.27223962564725207
    static let aji = 0.4976272541085968
    static let dice = 0.8331625260628335
}
