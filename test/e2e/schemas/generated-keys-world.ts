import { allOfSecrets, TestInstallation } from '../../support/gateway.js';
import type { RestAnswer, RestCaller } from '../../support/rest-caller.js';
import { SecretsWorld } from '../../support/secrets-world.js';
import { allOfTokens } from '../../support/tokens-world.js';

export const namespace = 'generated';
export const label = 'sallyport.dev/schema';
export const roles = ['owner', 'writer', 'creator', 'updater', 'auditor'] as const;
export type GeneratedWorld = SecretsWorld<(typeof roles)[number]>;

/** What a creation is answered, over either transport. */
export interface Created {
  readonly status: number;
  readonly generatedKeys: readonly string[];
  readonly added: readonly string[] | undefined;
  readonly text: string;
}

export interface Creation {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
}

export interface CreationOptions {
  readonly dryRun?: boolean;
  readonly idempotencyKey?: string;
}

type Create = (
  caller: RestCaller,
  creation: Creation,
  options?: CreationOptions,
) => Promise<Created>;

/** A way to create a Secret. */
export interface Way {
  readonly way: string;
  readonly create: Create;
}

const path = `/v1/namespaces/${namespace}/secrets`;

/** A gateway, its callers, and an administrator who writes schemas. */
export async function startGenerating(): Promise<{
  readonly world: GeneratedWorld;
  readonly admin: string;
  /** Token of a user who may write Secrets and create tokens. */
  readonly minter: string;
}> {
  const installation = await TestInstallation.start();
  const world = await SecretsWorld.in(installation, namespace, roles);
  const minter = await installation.user(namespace, 'minter', [allOfSecrets, allOfTokens]);
  const admin = await installation.clusterUser(namespace, 'admin', [
    { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: ['secretschemas'] },
    { verbs: ['list'], resources: ['secrets'] },
  ]);
  return { world, admin, minter };
}

function ofRest({ status, text, body }: RestAnswer): Created {
  const { generatedKeys = [], changes } = body as RestAnswer['body'] & {
    readonly generatedKeys?: readonly string[];
  };
  return { status, generatedKeys, added: changes?.added, text };
}

function restOptions({ dryRun, idempotencyKey }: CreationOptions) {
  const headers: Record<string, string> =
    idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
  return { query: dryRun === true ? '?dryRun=All' : '', headers };
}

const statuses: Readonly<Record<string, number>> = {
  Invalid: 422,
  Forbidden: 403,
  TooLarge: 413,
  AlreadyExists: 409,
  Conflict: 409,
};

function byMutation(field: 'createSecret' | 'replaceSecret'): Create {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  return async (caller, creation, options = {}) => {
    const query = `mutation ($input: ${type}!) {
      result: ${field}(input: $input) { created generatedKeys changes { added } } }`;
    const input = { namespace, ...creation, ...options };
    const answer = await caller.post('/graphql', { query, variables: { input } });
    const { data, errors } = answer.body as unknown as {
      readonly data?: {
        readonly result: {
          readonly created: boolean;
          readonly generatedKeys: readonly string[];
          readonly changes: { readonly added: readonly string[] } | null;
        } | null;
      };
      readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
    };
    const { text } = answer;
    const result = data?.result;
    if (result === null || result === undefined) {
      const code = errors?.[0]?.extensions.code ?? '';
      return { status: statuses[code] ?? 0, generatedKeys: [], added: undefined, text };
    }
    const { created, generatedKeys, changes } = result;
    return { status: created ? 201 : 200, generatedKeys, added: changes?.added, text };
  };
}

const post: Create = async (caller, creation, options = {}) => {
  const { query, headers } = restOptions(options);
  return ofRest(await caller.post(`${path}${query}`, { data: {}, ...creation }, headers));
};

const put: Create = async (caller, { name, ...creation }, options = {}) => {
  const { query, headers } = restOptions(options);
  const body = { data: {}, ...creation };
  return ofRest(await caller.put(`${path}/${name}${query}`, body, headers));
};

const upsert = byMutation('replaceSecret');

/** Each way that creates a Secret. */
export const ways: readonly Way[] = [
  { way: 'POST', create: post },
  { way: 'PUT', create: put },
  { way: 'createSecret', create: byMutation('createSecret') },
  {
    way: 'replaceSecret',
    create: (caller, creation, options) => upsert(caller, { data: {}, ...creation }, options),
  },
];
