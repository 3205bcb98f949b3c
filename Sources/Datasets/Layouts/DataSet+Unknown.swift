import Imaging

extension DataSet {
    /// The error for a folder that holds no data set itself; says what it holds instead, or which subfolders do.
    static func noDataSet(_ folder: Listing) -> InputError {
        // Each look goes three folders deep, so only so many are taken.
        let holders = folder.folders.prefix(100).filter { entry in
            guard let inside = try? folder.listing(of: entry) else { return false }
            return (try? find(in: inside))?.pairing.pairs.isEmpty == false
        }
        if let first = holders.first {
            return InputError(
                folder.path, "holds no data set itself, but its subfolders do: \(summary(of: holders.map(\.name)))",
                advice: "open one of them, such as \(first.path)")
        }
        if let arrays = folder.others.first(where: { ["npy", "npz"].contains($0.name.lowercasedExtension) }) {
            return arrayFile(arrays.path)
        }
        if !folder.images.isEmpty {
            return InputError(
                folder.path, "holds \(counted(folder.images.count, "image")) and no masks that belong to them",
                advice: "name the folder of the masks with --masks, or the masks like the images with _mask behind")
        }
        if !folder.outsideLinks.isEmpty {
            return InputError(
                folder.path, "holds no data set beside links that leave it: \(summary(of: folder.outsideLinks))",
                advice: "name the folders that they lead to, with --images and --masks, or put the files here")
        }
        return InputError(
            folder.path, "holds no data set that Petri knows",
            advice: "give a folder with images/ and masks/, or two folders with --images and --masks; "
                + "`petri info --help` lists what is read")
    }

    /// NumPy's arrays hold a whole data set in one file, in an order that only its authors know.
    static func arrayFile(_ path: String) -> InputError {
        let isArchive = path.lowercasedExtension == "npz"
        let load =
            isArchive
            ? "d = np.load(FILE); X, y = d['X'], d['y']" : "X, y = np.load('images.npy'), np.load('masks.npy')"
        let line = """
            python3 -c "import os, numpy as np, tifffile as t; \(load); os.makedirs('images'); os.makedirs('masks'); \
            [(t.imwrite(f'images/{i}.tif', X[i]), t.imwrite(f'masks/{i}.tif', y[i, ..., 0].astype('uint16'))) \
            for i in range(len(X))]"
            """
        return InputError(
            path, "is a NumPy array, which Petri does not read",
            advice: "convert it first (for arrays of N images, rows, columns, channels): \(line)")
    }
}
