/// The segmentation networks there are.
public enum SegmenterKind: String, Codable, Sendable, CaseIterable { case deepsea, cellpose, unet }
