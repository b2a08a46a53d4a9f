import { type Generated, generate } from '../../../bin/demo/generator/generate.ts';
import { type RealData, readData } from '../../../bin/demo/generator/read-data.ts';

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** The real data of the project. */
export const realData = once((): RealData => readData(new URL('../../../data', import.meta.url).pathname));

/** A run over all of the data, with noise. */
export const noisyRun = once((): Generated => generate({ data: realData(), seed: 1, clean: false }));

/** A run over all of the data, without noise. */
export const cleanRun = once((): Generated => generate({ data: realData(), seed: 1, clean: true }));

/** A thirtieth of the data, spread over all of its time. */
export const someData = once((): RealData => {
  const { digits, bandit } = realData();
  return { digits: digits.filter((_, index) => index % 30 === 0), bandit: bandit.filter((_, index) => index % 30 === 0) };
});
