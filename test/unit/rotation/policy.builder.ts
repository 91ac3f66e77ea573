import {
  type ParsedPolicy,
  type StoredPolicy,
  parsePolicy,
} from '../../../src/rotation/domain/rotation-policy.js';
import type { ServerTargetSpec } from '../../../src/rotation/domain/rotation-spec.js';

export type Members = Readonly<Record<string, unknown>>;

export const passwordBody: Members = { generate: [{ key: 'password', password: {} }] };

/** Members of a server in a spec, as users write it. */
export const serverBody: Members = {
  host: 'db.pay.svc',
  adminSecret: { name: 'db-admin' },
  username: 'app',
};

/** A spec for PostgreSQL that nothing is wrong with; `server` replaces members of the server. */
export function postgresBody(server: Members = {}, spec: Members = {}): Members {
  const postgresql = { ...serverBody, database: 'app', ...server };
  return { ...passwordBody, strategy: 'singleUser', target: { postgresql }, ...spec };
}

/** The same for two users in turns. */
export function turnsBody(server: Members = {}, spec: Members = {}): Members {
  const usernames = ['app_a', 'app_b'];
  const two = { username: undefined, usernames, usernameKey: 'username', ...server };
  return postgresBody(two, { strategy: 'alternatingUsers', ...spec });
}

export function aPolicy(body: Members = passwordBody, change: Partial<StoredPolicy> = {}) {
  return {
    namespace: 'pay',
    name: 'app-db',
    uid: 'uid-of-policy',
    resourceVersion: '7',
    generation: 1,
    createdMs: Date.UTC(2026, 0, 1),
    annotations: {},
    spec: { secretName: 'app-db', ...body },
    status: {},
    isBeingDeleted: false,
    ...change,
  } satisfies StoredPolicy;
}

export function aKnownPolicy(body?: Members, change?: Partial<StoredPolicy>): ParsedPolicy {
  return parsePolicy(aPolicy(body, change), 'uid-of-pay');
}

export function aServer(change: Partial<ServerTargetSpec> = {}): ServerTargetSpec {
  return {
    host: 'db.pay.svc',
    port: 5_432,
    tls: { mode: 'verify-full', caSecret: undefined, serverName: undefined },
    adminSecret: {
      name: 'db-admin',
      username: undefined,
      usernameKey: 'username',
      passwordKey: 'password',
    },
    usernames: ['app'],
    usernameKey: 'username',
    passwordKey: 'password',
    allowPrivileged: false,
    ...change,
  };
}
