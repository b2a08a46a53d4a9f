import assert from 'node:assert/strict';
import { listLetters, showLetter } from '../../../bin/redrive/browse.ts';
import { redriveRequest } from '../../../bin/redrive/redrive-request.ts';
import { listText, openedText, redrivenText } from '../../../bin/redrive/redrive-text.ts';
import { clicksOf, orders, orderTopics } from '../../pipeline/runtime/redrive/orders.ts';
import { RedriveScene } from '../../pipeline/runtime/redrive/scene.ts';
import { told } from '../cli/told.ts';

const topics = orderTopics();
const dead = topics.dead.name;
const at = (partition: number, from: number, to: number): unknown => ({ topic: dead, partition, from, to });

const refused = async (): Promise<{ scene: RedriveScene; of: Parameters<typeof listLetters>[0] }> => {
  const scene = await RedriveScene.of({}, 1);
  await scene.versions.put(topics.clicked, ...clicksOf('a', 'bad', 'early'));
  const producer = await scene.versions.cluster.producer();
  await producer.send({ topic: topics.clicked.name, key: Buffer.from('k'), value: Buffer.from('{"no":"avro"}') });
  await producer.send({ topic: topics.clicked.name, key: null, value: Buffer.from([1, 255, 0]) });
  await scene.versions.run(orders({ check: /bad/, early: /early/ }));
  const { cluster, wire } = scene.versions;
  return { scene, of: { topology: orders(), services: { cluster, wire }, deadLetter: dead } };
};

describe('what is typed for a redrive', () => {
  it('says which letters are meant', () => {
    const flags = {
      rule: ['late'],
      node: ['n'],
      topic: ['t'],
      partition: ['1', '2'],
      range: ['0:5-9'],
      attempts: '7',
      limit: '3',
      show: '1:4',
    };
    const { selection, ...rest } = redriveRequest({ ...flags, from: '2026-03-01T00:00:00Z', to: '5' }, dead);
    const range = { from: Date.UTC(2026, 2, 1), to: 5, offsets: [at(0, 5, 9)] };
    assert.deepEqual(selection, { range, rules: ['late'], nodes: ['n'], topics: ['t'], partitions: [1, 2] });
    assert.deepEqual(rest, { mostAttempts: 7, limit: 3, show: at(1, 4, 5) });
  });

  it('means every letter, up to three attempts, where nothing is said', () => {
    assert.deepEqual(redriveRequest({}, dead), {
      selection: { range: { from: undefined, to: undefined, offsets: [] }, rules: [], nodes: [], topics: [], partitions: [] },
      mostAttempts: 3,
      limit: 50,
      show: undefined,
    });
  });

  it('is refused with every mistake', () => {
    const flags = { partition: ['x'], range: ['0-3'], attempts: '-1', limit: 'many', show: '7', from: 'yesterday' };
    assert.throws(
      () => redriveRequest(flags, dead),
      (error: Error) => {
        for (const flag of ['--partition', '--range', '--attempts', '--limit', '--show', '--from'])
          assert.match(error.message, new RegExp(`^${flag} is`, 'm'));
        return true;
      },
    );
  });

  it('is refused for a delivery that the topology does not have', async () => {
    const { code, stderr } = await told([
      'redrive',
      'feedback',
      '--kafka',
      'localhost:1',
      '--registry',
      'http://localhost:1',
      '--delivery',
      'no',
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /--delivery is "no"; it takes a sink that ends in an endpoint/);
  });
});

describe('a dead letter that is looked into', () => {
  it('is a list with rule, node, place and reason, up to the limit', async () => {
    const { of, scene } = await refused();
    const list = await scene.versions.clock.until(listLetters(of, redriveRequest({ limit: '2' }, dead)));
    assert.deepEqual([list.letters.length, list.meant], [2, 4]);
    const only = await scene.versions.clock.until(listLetters(of, redriveRequest({ node: ['check'] }, dead)));
    assert.match(
      listText(only.letters, only.meant),
      /^orders\.dead-letter:0:\d+ {2}.*user_refused at check, attempt 1: bad is refused\n1 of 1 dead letters\n$/,
    );
  });

  it('shows one letter with its value decoded, its headers and its key', async () => {
    const { of, scene } = await refused();
    const { letters } = await scene.versions.clock.until(listLetters(of, redriveRequest({ rule: ['user_refused'] }, dead)));
    const place = letters[0]?.at.split(':').slice(1).join(':') ?? '';
    const { show } = redriveRequest({ show: place }, dead);
    const letter = await scene.versions.clock.until(showLetter(of, show!));
    assert.deepEqual([letter.key, letter.unreadable, letter.headers['millrace.rule']], ['bad', undefined, 'user_refused']);
    assert.match(openedText(letter), /redrive +possible[\s\S]*millrace\.attempts: 1[\s\S]*"user": "bad"/);
  });

  it('shows what cannot be decoded as text, or else in hex, and says why', async () => {
    const { of, scene } = await refused();
    const { letters } = await scene.versions.clock.until(listLetters(of, redriveRequest({ node: ['in'] }, dead)));
    const shown = [];
    for (const letter of letters) {
      const { show } = redriveRequest({ show: letter.at.split(':').slice(1).join(':') }, dead);
      const { raw, unreadable, value } = await scene.versions.clock.until(showLetter(of, show!));
      assert.deepEqual([typeof unreadable, value], ['string', undefined]);
      shown.push(raw);
    }
    assert.deepEqual(shown.sort(), ['0x01ff00', '{"no":"avro"}']);
  });
});

describe('what came of a redrive', () => {
  it('is told with each reason for what stays', () => {
    const text = redrivenText({ meant: 9, redriven: 4, left: { attempts: 2, redriven: 3 }, isComplete: true }, true);
    assert.equal(
      text,
      '4 of 9 dead letters would be redriven\n  2 left: it has been refused as often as the limit allows\n  3 left: it has been redriven before\n',
    );
  });
});
