import { rangeOf, thinned } from './chart.ts';
import type { LookBack } from './retrace.ts';

const size = { width: 760, height: 360, left: 70, right: 20, top: 40, bottom: 50 };

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

interface Point {
  readonly x: number;
  readonly y: number;
}

const pathOf = (points: ReadonlyArray<Point>): string => points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');

const text = (at: Point, words: string, more = ''): string => `<text x="${at.x}" y="${at.y}" ${more}>${escaped(words)}</text>`;

/** What a picture says besides its curves. */
export interface Caption {
  readonly title: string;
  readonly threshold: number;
}

/** The effect and its interval over the observations of the candidate, with the threshold, as an SVG document of its own. */
export const svg = (all: ReadonlyArray<LookBack>, { title, threshold }: Caption): string => {
  const looks = thinned(all, 400);
  const [low, high] = rangeOf(looks, threshold);
  const [first, last] = [looks[0]?.candidate.n ?? 0, looks.at(-1)?.candidate.n ?? 1];
  const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom };
  const x = (n: number): number => size.left + (inner.width * (n - first)) / Math.max(1, last - first);
  const y = (value: number): number => size.top + (inner.height * (high - value)) / (high - low);
  const at = (value: (look: LookBack) => number): ReadonlyArray<Point> =>
    looks.map((look) => ({ x: x(look.candidate.n), y: y(value(look)) }));
  const band = [...at((look) => look.high ?? look.effect), ...[...at((look) => look.low ?? look.effect)].reverse()];
  const [left, right] = [size.left, size.width - size.right];
  const ticks = [low, (low + high) / 2, high].map((value) => text({ x: left - 8, y: y(value) + 4 }, value.toFixed(3), 'text-anchor="end"'));
  const below = size.height - size.bottom + 20;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    text({ x: left, y: 22 }, title, 'font-size="14"'),
    `<polygon points="${pathOf(band)}" fill="#9ecae1" fill-opacity="0.6"/>`,
    `<polyline points="${pathOf(at((look) => look.effect))}" fill="none" stroke="#08519c" stroke-width="2"/>`,
    `<line x1="${left}" y1="${y(threshold).toFixed(1)}" x2="${right}" y2="${y(threshold).toFixed(1)}" stroke="#cb181d" stroke-dasharray="6 4"/>`,
    `<line x1="${left}" y1="${size.top}" x2="${left}" y2="${size.height - size.bottom}" stroke="#333333"/>`,
    ...ticks,
    text({ x: left, y: below }, String(first)),
    text({ x: right, y: below }, String(last), 'text-anchor="end"'),
    text({ x: (left + right) / 2, y: below + 18 }, 'observations of the candidate', 'text-anchor="middle"'),
    '</svg>',
  ].join('\n')}\n`;
};
