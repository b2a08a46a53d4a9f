/**
 * Bugs that are planted one at a time: in `file` the text `find`, which stands there once, becomes `replace`. `in` names the topology whose
 * simulation has to find it, `feedback` if left out.
 */
export const bugs = [
  {
    name: 'commit before produce',
    file: 'pipeline/runtime/commit/committer.ts',
    find: `    await this.send();
    if (offsets.length > 0) await this.#producer.sendOffsets(consumer, offsets);
    await this.#producer.commit();
    this.#isOpen = false;
`,
    replace: `    if (offsets.length > 0) await this.#producer.sendOffsets(consumer, offsets);
    await this.#producer.commit();
    this.#isOpen = false;
    await this.send();
`,
  },
  {
    name: 'state published before the commit',
    file: 'pipeline/runtime/commit/committer.ts',
    find: `    await this.#transact(consumer, moved.length > 0 ? moved : standing(tasks));
    for (const [task, own] of offsets) await task.committed(own);
`,
    replace: `    for (const [task, own] of offsets) await task.committed(own);
    await this.#transact(consumer, moved.length > 0 ? moved : standing(tasks));
`,
  },
  {
    name: 'a changelog record forgotten in each commit',
    file: 'pipeline/runtime/task/task-nodes.ts',
    find: 'of store.changes()) {',
    replace: 'of [...store.changes()].slice(1)) {',
  },
  {
    name: 'generation of the group ignored',
    file: 'pipeline/cluster/memory/memory-transactional-producer.ts',
    find: '      consumer.check(offsets);\n',
    replace: '',
  },
  {
    name: 'generation of a task ignored: lookups of before a rollback go on',
    file: 'pipeline/runtime/task/task-nodes.ts',
    find: 'isWanted: () => generation === this.#generation,',
    replace: 'isWanted: () => true,',
    in: 'shop',
  },
  {
    name: 'window closed twice: what was taken out of state stays in the changelog',
    file: 'pipeline/runtime/task/task-nodes.ts',
    find: 'of store.changes()) {',
    replace: 'of [...store.changes()].filter(({ value }) => value !== null)) {',
    in: 'shop',
  },
  {
    name: 'state of dedupe not restored',
    file: 'pipeline/runtime/commit/restore.ts',
    find: 'for (const changelog of task.nodes.changelogs.values()) {',
    replace: `for (const changelog of task.nodes.changelogs.values()) {
    if (changelog.place.node === 'dedupe') continue;`,
  },
  {
    name: 'clocks not restored',
    file: 'pipeline/runtime/task/task.ts',
    find: `      queue.clock.restore(note?.clock ?? '');
      if (note === undefined) continue;
      this.#clock.restore(note.streamTime);
`,
    replace: `      queue.clock.restore('');
      if (note === undefined) continue;
`,
  },
  {
    name: 'restore to the stable end only',
    file: 'pipeline/runtime/commit/restore.ts',
    find: "await reader.watermarks({ topic, partition }, 'uncommitted');",
    replace: "await reader.watermarks({ topic, partition }, 'committed');",
  },
  {
    name: 'marker forgotten',
    file: 'pipeline/runtime/task/task.ts',
    find: `    this.nodes.stageChanges();
    this.#markers.speak(this.#clock.time, this.isExcluded);
`,
    replace: `    this.nodes.stageChanges();
`,
  },
  {
    name: 'partial added instead of replaced',
    file: 'operators/windows/combine-task.ts',
    find: '...entry.parts.filter((kept) => kept !== known), keptOf(part)]',
    replace: '...entry.parts, keptOf(part)]',
  },
  {
    name: 'expiry at the chunk instead of the record',
    file: 'operators/dedupe.ts',
    find: '    store.expire(record.asOf);\n',
    replace: '',
    in: 'shop',
  },
  {
    name: 'output of a given-up task sent',
    file: 'pipeline/runtime/runner.ts',
    find: 'runner.#handOver(partitions, () => runner.#giveUp()),',
    replace: 'runner.#handOver(partitions, () => Promise.resolve()),',
  },
  {
    name: 'no way back after an abort: what was polled is not read again',
    file: 'pipeline/runtime/group/assignment.ts',
    find: `    this.#env.outbox.clear();
    await rewind(consumer, this.all());
`,
    replace: `    this.#env.outbox.clear();
`,
  },
  {
    name: 'staged state kept after an abort',
    file: 'pipeline/runtime/task/task-nodes.ts',
    find: '    for (const { store } of this.changelogs.values()) store.discard();\n',
    replace: '',
  },
  {
    name: 'lost answer to a commit taken for an abort',
    file: 'pipeline/runtime/commit/committer.ts',
    find: "if (code === 'transaction_aborted' && this.#isOpen) return this.giveUp();",
    replace: "if (this.#isOpen) return this.giveUp().then(() => 'aborted');",
  },
  {
    name: 'what was polled and not fed committed',
    file: 'pipeline/runtime/task/task.ts',
    find: 'const read = queue.length === 0 ? (positionOf(queue.at) ?? 0) : 0;',
    replace: 'const read = positionOf(queue.at) ?? 0;',
  },
];

/** Bugs that no simulation can find, and where they are looked for instead. */
export const elsewhere = [
  {
    name: 'token of a delivery from the wall clock',
    why: 'the simulator ends at the delivery topics; the tests of deliveries hold the token to its offsets',
  },
  {
    name: 'redrive repeats a sibling branch',
    why: 'a redrive is a command of its own and no part of a run; its own tests look at every branch',
  },
];
