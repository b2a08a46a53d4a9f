import { RegistryError } from './registry-error.ts';
import type { RegistryStore } from './registry-store.ts';
import { flagOf, idOf, levelOf, modeOf, schemaOf, versionOf } from './request-values.ts';
import type { ApiRequest, Route } from './router.ts';

type Handle = Route['handle'];

const get = (path: string, handle: Handle): Route => ({ method: 'GET', path, handle });
const post = (path: string, handle: Handle): Route => ({ method: 'POST', path, handle });
const put = (path: string, handle: Handle): Route => ({ method: 'PUT', path, handle });
const remove = (path: string, handle: Handle): Route => ({ method: 'DELETE', path, handle });

/** The operations of Confluent's schema registry over a store. */
export const registryApi = (store: RegistryStore): ReadonlyArray<Route> => [
  get('/', () => ({})),
  get('/schemas/types', () => ['AVRO']),
  ...schemaRoutes(store),
  ...subjectRoutes(store),
  ...compatibilityRoutes(store),
  ...configRoutes(store),
  ...modeRoutes(store),
];

const schemaRoutes = (store: RegistryStore): ReadonlyArray<Route> => [
  get('/schemas/ids/:id', (request) => ({ schema: store.schema(idOf(request)) })),
  get('/schemas/ids/:id/schema', (request) => JSON.parse(store.schema(idOf(request))) as unknown),
  get('/schemas/ids/:id/versions', (request) => known(store, request)),
  get('/schemas/ids/:id/subjects', (request) => [...new Set(known(store, request).map(({ subject }) => subject))]),
];

const known = (store: RegistryStore, request: ApiRequest): ReturnType<RegistryStore['uses']> => {
  store.schema(idOf(request));
  return store.uses(idOf(request), flagOf(request, 'deleted'));
};

const subjectRoutes = (store: RegistryStore): ReadonlyArray<Route> => [
  get('/subjects', (request) =>
    store.subjects(flagOf(request, 'deleted')).filter((name) => name.startsWith(request.query.get('subjectPrefix') ?? '')),
  ),
  post('/subjects/:subject', (request) => store.lookup(request.part('subject'), schemaOf(request), flagOf(request, 'deleted'))),
  remove('/subjects/:subject', (request) => store.deleteSubject(request.part('subject'), flagOf(request, 'permanent'))),
  get('/subjects/:subject/versions', (request) => store.versions(request.part('subject'), flagOf(request, 'deleted'))),
  post('/subjects/:subject/versions', (request) => ({ id: store.register(request.part('subject'), schemaOf(request)) })),
  get('/subjects/:subject/versions/:version', (request) => oneVersion(store, request)),
  remove('/subjects/:subject/versions/:version', (request) =>
    store.deleteVersion(request.part('subject'), versionOf(request), flagOf(request, 'permanent')),
  ),
  get('/subjects/:subject/versions/:version/schema', (request) => JSON.parse(oneVersion(store, request).schema) as unknown),
];

const oneVersion = (store: RegistryStore, request: ApiRequest): ReturnType<RegistryStore['version']> =>
  store.version(request.part('subject'), versionOf(request), flagOf(request, 'deleted'));

const compatibilityRoutes = (store: RegistryStore): ReadonlyArray<Route> => [
  post('/compatibility/subjects/:subject/versions', (request) => verdict(request, store.check(request.part('subject'), schemaOf(request)))),
  post('/compatibility/subjects/:subject/versions/:version', (request) =>
    verdict(request, store.check(request.part('subject'), schemaOf(request), versionOf(request))),
  ),
];

const verdict = (request: ApiRequest, messages: ReadonlyArray<string>): unknown => ({
  is_compatible: messages.length === 0,
  ...(flagOf(request, 'verbose') && { messages }),
});

const configRoutes = ({ levels }: RegistryStore): ReadonlyArray<Route> => [
  get('/config', () => ({ compatibilityLevel: levels.effective() })),
  put('/config', (request) => {
    levels.set(undefined, levelOf(request));
    return { compatibility: levels.effective() };
  }),
  remove('/config', () => ({ compatibility: levels.reset(undefined) })),
  get('/config/:subject', (request) => ({ compatibilityLevel: ownLevel(levels, request) })),
  put('/config/:subject', (request) => {
    levels.set(request.part('subject'), levelOf(request));
    return { compatibility: levels.effective(request.part('subject')) };
  }),
  remove('/config/:subject', (request) => {
    levelSet(levels, request);
    return { compatibility: levels.reset(request.part('subject')) };
  }),
];

const ownLevel = (levels: RegistryStore['levels'], request: ApiRequest): string =>
  flagOf(request, 'defaultToGlobal') ? levels.effective(request.part('subject')) : levelSet(levels, request);

const levelSet = (levels: RegistryStore['levels'], { part }: ApiRequest): string => {
  const level = levels.own(part('subject'));
  if (level !== undefined) return level;
  throw new RegistryError(40408, `Subject '${part('subject')}' does not have subject-level compatibility configured`);
};

const modeRoutes = (store: RegistryStore): ReadonlyArray<Route> => [
  get('/mode', () => ({ mode: store.modes.effective() })),
  put('/mode', (request) => setMode(store, request, undefined)),
  get('/mode/:subject', (request) => ({ mode: ownMode(store.modes, request) })),
  put('/mode/:subject', (request) => setMode(store, request, request.part('subject'))),
  remove('/mode/:subject', (request) => {
    modeSet(store.modes, request);
    return { mode: store.modes.reset(request.part('subject')) };
  }),
];

const setMode = (store: RegistryStore, request: ApiRequest, subject: string | undefined): unknown => {
  const mode = modeOf(request);
  const present = store.subjects(false).filter((name) => subject === undefined || name === subject);
  if (mode === 'IMPORT' && present.length > 0 && !flagOf(request, 'force')) {
    throw new RegistryError(42205, 'Cannot import since found existing subjects');
  }
  store.modes.set(subject, mode);
  return { mode };
};

const ownMode = (modes: RegistryStore['modes'], request: ApiRequest): string =>
  flagOf(request, 'defaultToGlobal') ? modes.effective(request.part('subject')) : modeSet(modes, request);

const modeSet = (modes: RegistryStore['modes'], { part }: ApiRequest): string => {
  const mode = modes.own(part('subject'));
  if (mode !== undefined) return mode;
  throw new RegistryError(40409, `Subject '${part('subject')}' does not have subject-level mode configured`);
};
