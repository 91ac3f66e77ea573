import type { Session } from './session.js';

/** One story that is told to both servers; it keeps to its own namespace and names. */
export interface Scenario {
  readonly title: string;
  run(session: Session): Promise<void>;
}

/** One request and what must come back; `{ns}` and `{saved.member}` in texts are filled in. */
export interface Step extends StepOptions {
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Asks again until this member of the answer is true: for what a server does by itself. */
  readonly until?: string;
  /** Asks again until the answer has this status. */
  readonly untilStatus?: number;
  /** How long it asks again, where that is longer than usual. */
  readonly patienceMs?: number;
}

export interface StepOptions {
  /** Content type. Default: JSON. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A user by client certificate, `name` or `name/group,group`; `anonymous` is nobody. */
  readonly as?: string;
  /** A bearer token. */
  readonly token?: string;
  /** What the Status must say, as a part of its message. */
  readonly message?: string;
  /** Keeps the answer under this name for later steps. */
  readonly save?: string;
  /** Compare the status only: the body belongs to the server. */
  readonly isOpaque?: boolean;
  /** Compare only what this makes of the body. */
  readonly view?: (body: unknown) => unknown;
}

export const applyType = 'application/apply-patch+yaml';
export const jsonPatch = 'application/json-patch+json';
export const mergePatch = 'application/merge-patch+json';
export const strategicPatch = 'application/strategic-merge-patch+json';
export const tableType = 'application/json;as=Table;v=v1;g=meta.k8s.io';
export const metadataType = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
export const metadataListType = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

/** A scenario that is a list of requests, in a namespace of its own. */
export function scenario(title: string, ...steps: readonly Step[]): Scenario {
  return {
    title,
    async run(session) {
      await session.createNamespace();
      for (const step of steps) {
        await session.sendPatiently(step);
      }
    },
  };
}

export function get(status: number, path: string, options: StepOptions = {}): Step {
  return { status, method: 'GET', path, ...options };
}

export function post(status: number, path: string, body: unknown, options: StepOptions = {}): Step {
  return { status, method: 'POST', path, body, ...options };
}

export function put(status: number, path: string, body: unknown, options: StepOptions = {}): Step {
  return { status, method: 'PUT', path, body, ...options };
}

/** A PATCH; merge patch unless told otherwise. */
export function patch(
  status: number,
  path: string,
  body: unknown,
  type: string = mergePatch,
  options: StepOptions = {},
): Step {
  return { status, method: 'PATCH', path, body, type, ...options };
}

/** A server-side apply as `owner`. */
export function apply(
  status: number,
  path: string,
  body: unknown,
  owner = 'one',
  options: StepOptions & { readonly isForced?: boolean } = {},
): Step {
  const { isForced = false, ...rest } = options;
  const query = `fieldManager=${owner}${isForced ? '&force=true' : ''}`;
  const joined = `${path}${path.includes('?') ? '&' : '?'}${query}`;
  return { status, method: 'PATCH', path: joined, body, type: applyType, ...rest };
}

export function del(status: number, path: string, body?: unknown, options: StepOptions = {}): Step {
  return { status, method: 'DELETE', path, ...(body === undefined ? {} : { body }), ...options };
}
