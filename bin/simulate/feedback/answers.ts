import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Answer } from '../../demo/generator/answer.ts';
import type { SeededDraw } from '../../demo/generator/seeded-draw.ts';
import { abusers } from '../../demo/generator/submitters.ts';

/** The classes that predictions name. */
export const labels = ['0', '1', '2', '3'];

/** The model whose versions are compared; what else there is only moves clocks. */
export const judged = 'digits';

/** The versions that are compared: the second replaces the first and is worse. */
export const versions = ['digits-v1', 'digits-v2'];

type Told = Pick<Answer, 'feedback_type' | 'key' | 'value_kind' | 'values'>;

/** An inference and where it stands among the others. */
interface About {
  readonly inference: InferenceLog;
  readonly index: number;
  readonly draw: SeededDraw;
}

/** Eleven inferences of twenty are of the new version: so the fewest are enough for it to be rolled back. */
const isNew = (index: number): boolean => index % 20 < 11;

/** The version that makes an inference. */
export const versionOf = (index: number): string => versions[isNew(index) ? 1 : 0] ?? '';

/** Three answers of eleven to the new version name another class than it did. */
const isRight = (index: number): boolean => ![2, 5, 8].includes(index % 20);

const verdict = ({ index, draw }: About): Told => {
  if (!isRight(index)) {
    const correction = { content: '1', edit_distance: null };
    return { feedback_type: 'EXPLICIT_CORRECTION', key: 'correction', value_kind: 'CORRECTION', values: { correction } };
  }
  const label = { v: '3', score: draw.chance(`unsure/${index}`, 0.05) ? 0.2 : 0.9 };
  return { feedback_type: 'LABEL', key: 'label', value_kind: 'LABEL', values: { label } };
};

const others: ReadonlyArray<(index: number) => Told> = [
  (index) => ({ feedback_type: 'RATING', key: 'thumbs', value_kind: 'BOOL', values: { bool: { v: index % 4 > 0 } } }),
  (index) => ({ feedback_type: 'RATING', key: 'stars', value_kind: 'NUMBER', values: { number: { v: (index % 7) + 1, min: 1, max: 5 } } }),
  (index) => ({
    feedback_type: 'IMPLICIT_CLICK',
    key: 'click',
    value_kind: 'IMPLICIT',
    values: { implicit: { signal: 'CLICK', v: index % 2, dwell_ms: null } },
  }),
  (index) => ({ feedback_type: 'COMMENT', key: 'comment', value_kind: 'TEXT', values: { text: { content: `about ${index}` } } }),
  () => ({ feedback_type: 'RATING', key: 'undeclared', value_kind: 'BOOL', values: { bool: { v: true } } }),
];

const other = ({ index, draw }: About): Told => draw.pick(`other/${index}`, others)(index);

const submitters = 30;

/** What somebody says about an inference: `verdict` judges its output, anything else is one of the many other things that are said. */
export const answerOf = (name: string, about: About): Answer => ({
  name,
  inference: about.inference,
  ...(name === 'verdict' ? verdict(about) : other(about)),
  source: 'HUMAN',
  submitter: {
    id_hash: about.draw.chance(`blocked/${about.index}`, 0.01)
      ? (abusers[0] ?? null)
      : `submitter ${about.draw.between(`by/${about.index}`, 0, submitters)}`,
    kind: 'ANNOTATOR',
    role: null,
  },
  rationale: null,
  lag: 0,
  share: 1,
  destination: { review: 'COMMENT' },
});
