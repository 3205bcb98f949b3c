import Imaging
import Runs
import Torch

extension ObjectTones {
    /// What a generator is told of masks of one size beside their classes, N,2(C+1),H,W: the tone of the nearest object and
    /// that of the background; for grain one more, the standard deviation of what is there itself.
    static func tensor(
        _ tones: [ObjectTones], _ regions: [ObjectRegions], height: Int, width: Int, hasGrain: Bool,
        device: Device
    ) throws -> Tensor {
        let (images, size) = (tones.count, tones.first?.background.count ?? 0)
        let rows = (regions.map(\.count).max() ?? 0) + 1
        var (table, places): ([Float], [Int64]) = ([], [])
        table.reserveCapacity(images * rows * size)
        places.reserveCapacity(images * height * width)
        for (image, (tones, regions)) in zip(tones, regions).enumerated() {
            let first = Int64(image * rows)
            for row in 0..<rows { table += row == 0 || row > regions.count ? tones.background : tones.objects[row - 1] }
            places.append(contentsOf: regions.nearest.lazy.map { first + $0 })
        }
        let near = try Tensor.sending(table, shape: [images * rows, size], to: device)
            .selected(0, .sending(places, shape: [places.count], to: device))
            .reshaped([images, height, width, size]).permuted([0, 3, 1, 2])
        let isObject = try Tensor.sending(regions.flatMap(\.isObject), shape: [images, 1, height, width], to: device)
        let background = try Tensor.sending(tones.flatMap(\.background), shape: [images, size, 1, 1], to: device)
            .repeated([1, 1, height, width])
        // An edge between the surroundings of two objects would be drawn as a line.
        let smooth = try near.averagePooled(9, stride: 1, padding: 4).averagePooled(9, stride: 1, padding: 4)
        var told = [try smooth + (near - smooth) * isObject, background]
        if hasGrain {
            let own = try background + (near - background) * isObject
            told.append(try own.narrowed(1, from: size - 1, length: 1))
        }
        return try .concatenated(told).contiguous(device.imageFormat)
    }
}

extension CropSampler.Batch {
    /// What a generator is told of these crops beside their classes, as above; nil where their tones were not measured.
    func toldTones(hasGrain: Bool, device: Device) throws -> Tensor? {
        guard !tones.isEmpty else { return nil }
        return try ObjectTones.tensor(
            tones, regions, height: height, width: width, hasGrain: hasGrain, device: device)
    }
}

extension LabelImage {
    /// What a generator is given for these labels, 1,C,H,W: the mask, and the tones of the objects where it is told them;
    /// `tones` gives those of labels without gaps.
    func condition(
        _ settings: TrainingSettings, device: Device, tones: (LabelImage) throws -> ObjectTones
    ) throws -> Tensor {
        let mask = try condition(classes: settings.classes, device: device)
        guard settings.tellsTones else { return mask }
        let labels = relabelled()
        return try StyleUNet.condition(
            mask,
            tones: ObjectTones.tensor(
                [tones(labels)], [ObjectRegions(labels)], height: height, width: width, hasGrain: settings.hasGrain,
                device: device))
    }
}

// In checkpoints.
extension ObjectTones {
    /// Rows of an image's number and a tone, that of its background before those of its objects; nil without any.
    static func table(_ images: [ObjectTones]) throws -> Tensor? {
        guard let first = images.first else { return nil }
        let rows = images.enumerated().flatMap { number, tones in
            ([tones.background] + tones.objects).map { [Float(number)] + $0 }
        }
        return try Tensor(rows.flatMap { $0 }, shape: [rows.count, first.background.count + 1])
    }

    /// What `table` wrote, of images with so many channels; nil where that is not what it is.
    static func read(_ table: Tensor, channels: Int) throws -> [ObjectTones]? {
        let width = channels + 2
        guard table.shape.count == 2, table.size(0) > 0, table.size(1) == width else { return nil }
        let values: [Float] = try table.array()
        var images: [[Tone]] = []
        for start in stride(from: 0, to: values.count, by: width) {
            let tone = Tone(values[start + 1..<start + width])
            guard tone.allSatisfy({ abs($0) <= 2 }) else { return nil }
            if values[start] == Float(images.count) {
                images.append([tone])
            } else if values[start] == Float(images.count - 1), !images.isEmpty {
                images[images.count - 1].append(tone)
            } else {
                return nil
            }
        }
        return images.map { ObjectTones(background: $0[0], objects: Array($0.dropFirst())) }
    }
}
