import assert from 'node:assert/strict';
import { type Rules, validate } from '../../operators/validate.ts';
import { operatorContract } from '../../pipeline/testing/contracts/operator-contract.ts';
import { chunkOf, partitionRecords } from '../../pipeline/testing/records.ts';
import { runOperator } from '../../pipeline/testing/run-operator.ts';

interface Rating {
  readonly stars: number | null;
  readonly text: string;
}

type Rated = Rating & { readonly stars: number };

const rules: Rules<Rating> = [
  { code: 'stars_out_of_range', check: ({ stars }) => (stars !== null && stars > 5 ? `${stars} stars` : undefined) },
  { code: 'text_too_long', check: ({ text }) => (text.length > 3 ? `${text.length} characters` : undefined) },
];

const isRated = (rating: Rating): rating is Rated => rating.stars !== null;

const ratings = partitionRecords(
  [
    { stars: 5, text: 'wow' },
    { stars: 6, text: 'ever so long' },
    { stars: 1, text: 'meh.' },
    { stars: null, text: '' },
  ].map((value, at) => ({ value, time: at })),
);

describe('validate', () => {
  const contract = operatorContract(
    (spoil) =>
      validate<Rating>('ratings', [
        ...rules,
        {
          code: 'spoiled',
          check: (rating) => {
            spoil(rating);
            return undefined;
          },
        },
      ]),
    ratings,
  );
  for (const clause of contract) it(clause.name, () => clause.run());

  it('rejects under the first rule that is broken, with what is wrong', () => {
    const run = runOperator(validate('ratings', rules));
    run.feed(chunkOf(ratings));
    assert.deepEqual(run.records, [ratings[0], ratings[3]]);
    assert.deepEqual(
      run.rejects.map(({ record, rule, detail }) => [record.provenance.offset, rule, detail]),
      [
        [1, 'stars_out_of_range', '6 stars'],
        [2, 'text_too_long', '4 characters'],
      ],
    );
  });

  it('narrows the type by a last rule', () => {
    const run = runOperator(validate('rated', rules, { code: 'stars_missing', is: isRated, detail: 'no stars' }));
    run.feed(chunkOf(ratings));
    const stars: ReadonlyArray<number> = run.values.map((rating) => rating.stars);
    assert.deepEqual(stars, [5]);
    assert.deepEqual(run.rejects.at(-1)?.rule, 'stars_missing');
  });

  it('lists its codes in the graph', () => {
    const { params } = validate('rated', rules, { code: 'stars_missing', is: isRated, detail: 'no stars' });
    assert.deepEqual(params, { rules: ['stars_out_of_range', 'text_too_long', 'stars_missing'] });
  });

  it('refuses codes that are not in snake_case, all at once', () => {
    const check = (): undefined => undefined;
    assert.throws(
      () =>
        validate('ratings', [
          { code: 'Bad', check },
          { code: 'good', check },
          { code: 'not-good', check },
        ]),
      {
        code: 'bad_topology',
        message: "ratings: the code of a rule is written in snake_case; 'Bad', 'not-good' is not",
      },
    );
  });
});
