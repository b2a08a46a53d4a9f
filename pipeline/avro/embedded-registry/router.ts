import { RegistryError } from './registry-error.ts';

/** What a handler is given: the named parts of the path, the query, and the body as JSON. */
export interface ApiRequest {
  readonly part: (name: string) => string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** One operation of the API; what it returns is answered as JSON. */
export interface Route {
  readonly method: string;
  /** A path whose parts beginning with a colon are named, e.g. `/subjects/:subject/versions`. */
  readonly path: string;
  readonly handle: (request: ApiRequest) => unknown;
}

/** A route that was found for a path, with the values of its named parts. */
export interface RouteMatch {
  readonly route: Route;
  readonly part: (name: string) => string;
}

/** Finds the route of a request. Throws `RegistryError` 404 for an unknown path and 405 for a path without such a method. */
export const matchRoute = (routes: ReadonlyArray<Route>, method: string, pathname: string): RouteMatch => {
  const parts = partsOf(pathname);
  const fitting = routes.filter((route) => fits(partsOf(route.path), parts));
  const route = fitting.find((candidate) => candidate.method === method);
  if (route !== undefined) return { route, part: (name) => decoded(parts[partsOf(route.path).indexOf(`:${name}`)] ?? '') };
  throw fitting.length === 0 ? new RegistryError(404, 'HTTP 404 Not Found') : new RegistryError(405, 'HTTP 405 Method Not Allowed');
};

const partsOf = (path: string): ReadonlyArray<string> => path.split('/').filter((part) => part !== '');

const fits = (pattern: ReadonlyArray<string>, parts: ReadonlyArray<string>): boolean =>
  pattern.length === parts.length && pattern.every((part, index) => part.startsWith(':') || part === parts[index]);

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RegistryError(400, `'${part}' is not encoded as a part of a URL must be`);
  }
};
