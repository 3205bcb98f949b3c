// Written by Tests/Reference/comparison.py; not to be edited by hand.

import Measures

/// What numpy and scipy make of the images of `randomPair` and the points of `randomCloud`.
enum ComparisonReference {
    static let pairs: [PairCase] = [
        PairCase(
            seed: 1, width: 70, height: 50,
            cells: [
                CellCase(
                    area: 13, eccentricity: 0.7292364104988729, intensity: 0.6573426573426573,
                    contrast: 0.5748751248751248, isTouching: true),
                CellCase(
                    area: 36, eccentricity: 0.9672640688474688, intensity: 0.352994227994228,
                    contrast: 0.2595982622578368, isTouching: false),
                CellCase(
                    area: 36, eccentricity: 0.9758168014715312, intensity: 0.5584415584415585,
                    contrast: 0.4715672676837726, isTouching: true),
                CellCase(
                    area: 131, eccentricity: 0.5562967008867442, intensity: 0.8649747199365521,
                    contrast: 0.7712333549185914, isTouching: false),
                CellCase(
                    area: 46, eccentricity: 0.9910383230817671, intensity: 0.5512422360248447,
                    contrast: 0.45908210258030757, isTouching: true),
                CellCase(
                    area: 44, eccentricity: 0.7775721897393711, intensity: 0.8702774498229044,
                    contrast: 0.7760305752021981, isTouching: true),
                CellCase(
                    area: 45, eccentricity: 0.9777313277290433, intensity: 0.7958152958152958,
                    contrast: 0.7011383678050345, isTouching: true),
                CellCase(
                    area: 135, eccentricity: 0.5094617776373385, intensity: 0.493987493987494,
                    contrast: 0.39797636226207656, isTouching: true),
                CellCase(
                    area: 121, eccentricity: 0.9260697479096958, intensity: 0.5349361382419233,
                    contrast: 0.445954152485744, isTouching: true),
                CellCase(
                    area: 91, eccentricity: 0.5619514869490163, intensity: 0.4205080633652062,
                    contrast: 0.3326292754864183, isTouching: true),
                CellCase(
                    area: 19, eccentricity: 0.7905694150420949, intensity: 0.3793574846206425,
                    contrast: 0.2853047119964413, isTouching: false),
            ],
            spectrum: [
                0.4285231766618216, 0.22102407189434187, 0.4577513058951488, 0.2914793734029451,
                -0.17673752066897866, -0.5262877432578931, -0.5257031241845231, -0.6911788077015748,
                -0.9967120998196696, -1.2020426070821584, -1.3730766319476138, -1.3696434099914685,
                -1.208876215489884, -1.3519628950864198, -1.5912868879641184, -1.6832870498796217,
                -1.7744484454588747, -1.8300364024154303, -1.854698206608584, -1.8518252665220734,
                -1.9823850453102698, -1.857622267633127, -1.8425164927086612, -1.9148046524219287,
                -1.9181408293161601, -1.9329160915311168, -2.0169857160185076, -2.039165922103114,
                -2.0411822375681514, -1.9702123596961967, -1.9020539717295266, -1.8691583401323706,
            ]),
        PairCase(
            seed: 2, width: 64, height: 64,
            cells: [
                CellCase(
                    area: 19, eccentricity: 0.7905694150420949, intensity: 0.6571161631890378,
                    contrast: 0.5667001689268897, isTouching: false),
                CellCase(
                    area: 25, eccentricity: 0.9427119251105002, intensity: 0.6714792899408283,
                    contrast: 0.5872503320854968, isTouching: true),
                CellCase(
                    area: 62, eccentricity: 0.9497962293679579, intensity: 0.5738690589807215,
                    contrast: 0.4842582260266933, isTouching: true),
                CellCase(
                    area: 25, eccentricity: 0.9001915504970077, intensity: 0.9259171597633137,
                    contrast: 0.8459155605309452, isTouching: false),
                CellCase(
                    area: 113, eccentricity: 0.0, intensity: 0.7871393412577893,
                    contrast: 0.7116555734663292, isTouching: true),
                CellCase(
                    area: 197, eccentricity: 0.648825777244658, intensity: 0.3100351425224522,
                    contrast: 0.22774791142141806, isTouching: true),
                CellCase(
                    area: 65, eccentricity: 0.8508958036322973, intensity: 0.8490669094219391,
                    contrast: 0.7618592452911981, isTouching: false),
            ],
            spectrum: [
                0.26968106655843177, 0.29481889567727226, -0.21200501181712944, -0.5050335225945048,
                -0.9428072707298897, -1.3635604826310228, -1.489840228681762, -1.681377685368294,
                -1.7163068822370249, -1.8803353338172388, -2.034663259149957, -1.9442193301492043,
                -2.0082021955949982, -2.2094176091799596, -2.2826701037180706, -2.3111706451801792,
                -2.3157392583573024, -2.3316602727856877, -2.3718675759735044, -2.419739395375186,
                -2.4173950241838624, -2.357150871960384, -2.4114750541375964, -2.4391739111075053,
                -2.438415617560593, -2.5638746417908065, -2.595214706704218, -2.5176201541580214,
                -2.43631522080444, -2.4325641910019717, -2.4833536699193215, -2.38952450136715,
            ]),
        PairCase(
            seed: 3, width: 270, height: 140,
            cells: [
                CellCase(
                    area: 91, eccentricity: 0.963714137735488, intensity: 0.8550983899821107,
                    contrast: 0.7660360347518689, isTouching: false),
                CellCase(
                    area: 141, eccentricity: 0.8471358617975004, intensity: 0.7923470229259441,
                    contrast: 0.7103197226226073, isTouching: false),
                CellCase(
                    area: 219, eccentricity: 0.7293980167954858, intensity: 0.8221036423489434,
                    contrast: 0.7373362004884783, isTouching: false),
                CellCase(
                    area: 175, eccentricity: 0.4861992233783941, intensity: 0.6635880398671097,
                    contrast: 0.5783745723211187, isTouching: false),
                CellCase(
                    area: 26, eccentricity: 0.34990841292529345, intensity: 0.6860465116279071,
                    contrast: 0.5997219413549041, isTouching: false),
                CellCase(
                    area: 100, eccentricity: 0.6934727403509422, intensity: 0.37354651162790703,
                    contrast: 0.28461177794448617, isTouching: true),
                CellCase(
                    area: 175, eccentricity: 0.4861992233783941, intensity: 0.37518272425249166,
                    contrast: 0.29075023553329693, isTouching: false),
                CellCase(
                    area: 175, eccentricity: 0.4861992233783941, intensity: 0.3073421926910299,
                    contrast: 0.22089217533594485, isTouching: false),
                CellCase(
                    area: 55, eccentricity: 0.8862508747678729, intensity: 0.3011627906976745,
                    contrast: 0.22447940416476675, isTouching: false),
                CellCase(
                    area: 63, eccentricity: 0.6238289521786838, intensity: 0.811830933923957,
                    contrast: 0.7254566142802162, isTouching: false),
                CellCase(
                    area: 88, eccentricity: 0.5406683466527905, intensity: 0.7607690274841438,
                    contrast: 0.6686305037227687, isTouching: false),
                CellCase(
                    area: 245, eccentricity: 0.6136195283885892, intensity: 0.8825344091124823,
                    contrast: 0.7961934245156838, isTouching: false),
                CellCase(
                    area: 163, eccentricity: 0.7586023403486846, intensity: 0.48109573405621336,
                    contrast: 0.3943881434529788, isTouching: true),
                CellCase(
                    area: 159, eccentricity: 0.8789634987593627, intensity: 0.5259251133538102,
                    contrast: 0.44242325962950957, isTouching: false),
            ],
            spectrum: [
                0.21961988519989872, -0.10321677652290305, -0.32999690814944194, -0.5262465221370827,
                -0.6738612293755573, -1.0425348479347367, -1.250656550799527, -1.4387929400580075,
                -1.616324188354273, -1.7965722227780756, -1.8941830519143044, -2.0974909598728106,
                -2.2436624385990402, -2.248217607900338, -2.263471917569511, -2.252902603791676,
                -2.3183323371584583, -2.2258059680875824, -2.209996429584935, -2.297847162487702,
                -2.2442485914125854, -2.390139540902406, -2.457832837943124, -2.4999803526643,
                -2.4748005770279837, -2.4876315389974097, -2.4877924648966654, -2.4850104362949286,
                -2.4439732619009256, -2.4693324522506104, -2.4554213281049364, -2.421396081135221,
            ]),
        PairCase(
            seed: 4, width: 40, height: 90,
            cells: [
                CellCase(
                    area: 179, eccentricity: 0.787046036992253, intensity: 0.5557822901682669,
                    contrast: 0.47468838042677425, isTouching: true),
                CellCase(
                    area: 19, eccentricity: 0.7905694150420949, intensity: 0.7242357390482194,
                    contrast: 0.6337500437721049, isTouching: false),
                CellCase(
                    area: 44, eccentricity: 0.9799772620013408, intensity: 0.8858192705498095,
                    contrast: 0.7911139443600836, isTouching: false),
                CellCase(
                    area: 15, eccentricity: 0.5091750772173155, intensity: 0.449500998003992,
                    contrast: 0.3909816730176012, isTouching: true),
                CellCase(
                    area: 40, eccentricity: 0.7321765321469982, intensity: 0.47634730538922154,
                    contrast: nil, isTouching: true),
                CellCase(
                    area: 44, eccentricity: 0.9799772620013408, intensity: 0.5680457267283615,
                    contrast: 0.485332648212496, isTouching: false),
                CellCase(
                    area: 279, eccentricity: 0.43041921997374605, intensity: 0.37919859206318546,
                    contrast: 0.28826141879068284, isTouching: true),
            ],
            spectrum: [
                0.8271483821078903, 0.7470492426881209, 0.36723811382206795, 0.005562875691559794,
                -0.5638254280285238, -0.7401563691929403, -0.6696636645804426, -0.7217607983314829,
                -0.8893725556149477, -1.0729932843796615, -1.1802029596329622, -1.300189141123534,
                -1.4630414396461273, -1.6005759335505685, -1.7565121869528084, -1.8816258705683218,
                -1.9028169961509354, -1.8709119728202934, -1.8898628301921556, -1.9827589568360637,
                -2.0777201669842604, -2.012346121730907, -2.0236207544098974, -1.997198217340915,
                -2.0403061663926656, -2.0697679889152107, -2.0259289671739213, -2.0959441874322153,
                -2.2430675823719204, -2.185084952767004, -2.227095711635279, -2.19829762496445,
            ]),
    ]

    static let distances: [DistanceCase] = [
        DistanceCase(
            quantity: .intensity, distance: 0.153021154343971, ks: 0.08505024525609328,
            mean: 0.2802745728045688, deviation: 0.2867608059208026),
        DistanceCase(
            quantity: .absoluteIntensity, distance: 0.24545726296192533, ks: 0.11878152754130311,
            mean: 0.2652704611044934, deviation: 0.19219322715601989),
        DistanceCase(
            quantity: .insideIntensity, distance: 0.6049812315065398, ks: 0.2377771941198647,
            mean: 0.658238074599014, deviation: 0.18212087979245098),
        DistanceCase(
            quantity: .outsideIntensity, distance: 0.3428560976644441, ks: 0.16061239785621562,
            mean: 0.08695622882723746, deviation: 0.05145843100493902),
        DistanceCase(
            quantity: .area, distance: 0.14185189804431456, ks: 0.176875,
            mean: 86.96875, deviation: 64.47745942139392),
        DistanceCase(
            quantity: .eccentricity, distance: 0.22356670843617932, ks: 0.21687500000000004,
            mean: 0.7420753398248077, deviation: 0.22253689296902174),
        DistanceCase(
            quantity: .density, distance: 0.515045556268476, ks: 0.33333333333333337,
            mean: 4045.0969798436286, deviation: 1273.2302434210735),
        DistanceCase(
            quantity: .cover, distance: 0.4606281251221585, ks: 0.26666666666666666,
            mean: 0.3509482373389235, deviation: 0.12000840126433003),
        DistanceCase(
            quantity: .touching, distance: 1.229778119326875, ks: 0.4,
            mean: 0.8045634920634921, deviation: 0.12537626036912705),
        DistanceCase(
            quantity: .contrast, distance: 0.4274446064096461, ks: 0.2231746031746032,
            mean: 0.5281630805612142, deviation: 0.19287139163932782),
        DistanceCase(
            quantity: .spectrum, distance: 2.050351273974808, ks: 0.5604166666666667,
            mean: -1.2013885006558789, deviation: 0.12860863438215983),
    ]

    static let clouds: [CloudCase] = [
        CloudCase(
            seed: 1, real: 40, synthetic: 30, dimensions: 3, spread: 100,
            shift: 0, neighbours: 3, scores: [1.0, 0.95, 0.8555555555555555, 0.7]),
        CloudCase(
            seed: 2, real: 60, synthetic: 60, dimensions: 19, spread: 60,
            shift: 100, neighbours: 5, scores: [1.0, 0.06666666666666667, 4.096666666666667, 0.9666666666666667]),
        CloudCase(
            seed: 3, real: 25, synthetic: 50, dimensions: 8, spread: 100,
            shift: 400, neighbours: 3, scores: [0.06, 0.12, 0.02, 0.08]),
        CloudCase(
            seed: 4, real: 30, synthetic: 20, dimensions: 2, spread: 20,
            shift: 0, neighbours: 1, scores: [0.95, 0.03333333333333333, 0.95, 0.03333333333333333]),
    ]

    static let blind: [BlindCase] = [
        BlindCase(
            right: 0, answered: 1, pValue: 1.0, low: 0.0,
            high: 0.7934506856227626),
        BlindCase(
            right: 3, answered: 5, pValue: 1.0, low: 0.23072428127601297,
            high: 0.8823792257673521),
        BlindCase(
            right: 10, answered: 20, pValue: 1.0, low: 0.2992980081982124,
            high: 0.7007019918017876),
        BlindCase(
            right: 15, answered: 20, pValue: 0.04138946533203125, low: 0.5312991223812561,
            high: 0.8881382985923344),
        BlindCase(
            right: 5, answered: 20, pValue: 0.04138946533203125, low: 0.11186170140766571,
            high: 0.468700877618744),
        BlindCase(
            right: 41, answered: 60, pValue: 0.0062176026593266705, low: 0.5576623297382323,
            high: 0.7869413244763347),
        BlindCase(
            right: 20, answered: 20, pValue: 1.9073486328125e-06, low: 0.8388748419471808,
            high: 1.0),
        BlindCase(
            right: 700, answered: 1300, pValue: 0.0060157938610449395, low: 0.5112886564250838,
            high: 0.5654077849432162),
    ]
}

struct CellCase: Sendable {
    let area: Int
    let eccentricity: Double
    let intensity: Double
    let contrast: Double?
    let isTouching: Bool
}

struct PairCase: Sendable {
    let seed: UInt64
    let width: Int
    let height: Int
    let cells: [CellCase]
    let spectrum: [Double]
}

struct DistanceCase: Sendable {
    let quantity: Quantity
    let distance: Double
    let ks: Double
    let mean: Double
    let deviation: Double
}

struct CloudCase: Sendable {
    let seed: UInt64
    let real: Int
    let synthetic: Int
    let dimensions: Int
    let spread: Int
    let shift: Int
    let neighbours: Int
    /// Precision, recall, density, coverage.
    let scores: [Double]
}

struct BlindCase: Sendable {
    let right: Int
    let answered: Int
    let pValue: Double
    let low: Double
    let high: Double
}
