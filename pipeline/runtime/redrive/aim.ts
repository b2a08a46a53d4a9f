import type { Coordinates } from '../../core/chunk.ts';
import type { Headers } from '../../core/ports/cluster.ts';
import { headerNames, headerOf, readCoordinates, writeCoordinates } from '../headers.ts';

/** What a redriven record is sent back for: the node that refused it, and the dead letter that it was. */
export interface Aim {
  readonly topology: string;
  readonly node: string;
  readonly letter: Coordinates;
}

/** An aim as header text: `topology/node@topic:partition:offset`. None of the names can contain what stands between them. */
export const writeAim = ({ topology, node, letter }: Aim): string => `${topology}/${node}@${writeCoordinates(letter)}`;

/** The aim that a record carries, if it was redriven. What is not an aim counts as none. */
export const aimOf = (headers: Headers | undefined): Aim | undefined => {
  const header = headerOf(headers, headerNames.redrive);
  if (header === undefined) return undefined;
  const [, topology, node, place = ''] = /^([^/@]+)\/([^/@]+)@(.+)$/.exec(header.toString()) ?? [];
  const letter = readCoordinates(place);
  return topology === undefined || node === undefined || letter === undefined ? undefined : { topology, node, letter };
};
