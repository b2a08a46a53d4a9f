/** A measured point. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The slope of the line that fits the points best, by least squares; 0 for fewer than two. */
export const slope = (points: ReadonlyArray<Point>): number => {
  const mean = (read: (point: Point) => number): number => points.reduce((sum, point) => sum + read(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
};
